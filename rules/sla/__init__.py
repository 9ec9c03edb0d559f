"""Service levels: working calendars, clocks over a record's history, and the engine that keeps them."""
