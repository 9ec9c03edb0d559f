"""The overlay's migrations; the legacy schema has none, for Veneer never changes it."""
