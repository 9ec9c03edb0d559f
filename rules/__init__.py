"""Rules: SLA policies and their clocks, the runner that keeps them, the inbox and the ways out of the house."""

from __future__ import annotations

from flask import Flask

from models.drift.suspect import TELL
from rules import drift, tables

__all__ = ["init_app", "tables"]


def init_app(app: Flask) -> None:
    """Let changes of the schema be told; the tables stand on the overlay, and `rules.runner` is started by whoever serves."""
    app.extensions["veneer"].rooms[TELL] = drift.tell_changes
