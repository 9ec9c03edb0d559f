"""The legacy schema as it is: read, never changed."""
