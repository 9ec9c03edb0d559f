"""One file for each kind of field; the folder is loaded whole."""
