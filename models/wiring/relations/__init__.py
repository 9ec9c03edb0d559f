"""Relations between legacy tables: the declared ones, and those that only names, comments and values tell of."""
