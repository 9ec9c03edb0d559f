"""Charts: the home page (Flask-AppBuilder's index view, so it registers itself) and the making of dashboards."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    """The home page is FAB_INDEX_VIEW; nothing else to register yet."""
