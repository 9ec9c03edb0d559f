"""Wiring: legacy tables under business names, suggested from facts, corrected by people, kept as versions."""
