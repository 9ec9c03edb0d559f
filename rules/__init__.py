"""Rules: SLA policies and their clocks, the runner that keeps them, the inbox and the ways out of the house."""

from __future__ import annotations

from functools import partial

from flask import Flask

from models.drift.suspect import TELL
from rules import builds, drift, tables

__all__ = ["init_app", "tables"]


def init_app(app: Flask) -> None:
    """Let changes of the schema and failed builds be told; `rules.runner` is started by whoever serves."""
    running = app.extensions["veneer"]
    running.rooms[TELL] = drift.tell_changes
    running.rooms["live"].after_failure.append(partial(builds.tell_failure, running.engine))
