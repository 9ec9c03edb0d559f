"""The checks themselves: one module each, with the ids of its findings in IDS and one function `look`."""
