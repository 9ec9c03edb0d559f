"""People: which account is which employee, and where that person stands in the organisation."""

from __future__ import annotations

from flask import Flask

from app.theme.shell import extenders
from views.people.hand_over import HandOverView
from views.people.menu import add_people
from views.people.sheet import SheetView
from views.people.units_view import UnitsView
from views.people.view import PeopleView


def init_app(app: Flask) -> None:
    """Register the pages and their menu entries."""
    for view in (PeopleView, UnitsView, SheetView, HandOverView):
        app.appbuilder.add_view_no_menu(view)  # type: ignore[attr-defined]
    extenders().append(add_people)
