"""The theme: what templates need from Python. Globals, because FAB renders its widgets without context processors."""

from __future__ import annotations

from pathlib import Path

from flask import Flask
from jinja2 import ChoiceLoader, FileSystemLoader

from app.theme.assets import asset
from app.theme.icons import icon
from app.theme.shell import shell

TEMPLATES = Path(__file__).parent / "templates"


def init_app(app: Flask) -> None:
    """Put our templates before those of Flask-AppBuilder, and add the globals that they use."""
    app.jinja_loader = ChoiceLoader([FileSystemLoader(TEMPLATES), *filter(None, [app.jinja_loader])])
    app.jinja_env.globals.update(asset=asset, icon=icon, shell=shell)
