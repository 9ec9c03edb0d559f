"""Records: rows of entities, read and written for one person through the guard."""
