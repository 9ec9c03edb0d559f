"""Wiring: the wizard in the browser."""

from __future__ import annotations

from flask import Flask

from app.theme.shell import extenders
from views.wiring.menu import add_wiring
from views.wiring.view import WiringView


def init_app(app: Flask) -> None:
    """Register the wizard and its menu entry."""
    app.appbuilder.add_view_no_menu(WiringView)  # type: ignore[attr-defined]
    extenders().append(add_wiring)
