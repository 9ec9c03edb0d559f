"""Rights: what each role may do with which records and fields, why somebody may, and looking through their eyes."""

from __future__ import annotations

from flask import Flask

from app.theme.shell import extenders
from views.rights.menu import add_rights
from views.rights.view import RightsView


def init_app(app: Flask) -> None:
    """Register the pages and their menu entry."""
    app.appbuilder.add_view_no_menu(RightsView)  # type: ignore[attr-defined]
    extenders().append(add_rights)
