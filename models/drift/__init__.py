"""Drift: the legacy schema changes under us. It is noticed, told, and lived with until somebody has reviewed the wiring."""
