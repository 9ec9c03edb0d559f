"""Views: screens and REST. Each package registers its own Flask-AppBuilder views."""

from __future__ import annotations

from importlib import import_module

from flask import Flask

PARTS = (
    "charts",
    "records",
    "rules",
    "wiring",
    "api",
    "console",
    "people",
    "rights",
    "audit",
    "persons",
    "exports",
    "account",
    "signin",
    "health",
)
"""Packages of this room, in menu order."""


def init_app(app: Flask) -> None:
    """Register every part, then bring the permission rows up to date in one go."""
    from app.security import sync_permissions
    from models import make_overlay

    parts = [import_module(f"views.{name}") for name in PARTS]
    make_overlay()  # now that every room has put its tables on the metadata
    for part in parts:
        part.init_app(app)
    sync_permissions(app.appbuilder)  # type: ignore[attr-defined]
