"""People: which account is which employee, and where that person stands in the organisation."""

from __future__ import annotations

from flask import Flask

from app.theme.shell import extenders
from views.people.menu import add_people
from views.people.view import PeopleView


def init_app(app: Flask) -> None:
    """Register the page and its menu entry."""
    app.appbuilder.add_view_no_menu(PeopleView)  # type: ignore[attr-defined]
    extenders().append(add_people)
