"""Rules: SLA policies and their clocks, the runner that keeps them, the inbox and the ways out of the house."""

from __future__ import annotations

from flask import Flask

from rules import tables

__all__ = ["init_app", "tables"]


def init_app(app: Flask) -> None:
    """Nothing to set up: importing this room has put its tables on the overlay; `rules.runner` is started by whoever serves."""
