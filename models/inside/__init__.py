"""The search index for words inside: n-grams of chosen fields, kept in the overlay, so that “contains” needs no scan."""
