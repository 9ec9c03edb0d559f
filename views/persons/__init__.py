"""Requests of persons: their data found, exported, erased or made anonymous, with a second person's word."""

from __future__ import annotations

from flask import Flask

from app.security import grant, is_known, sync_permissions
from app.theme.shell import extenders
from models.persons import DECIDE, VIEW
from models.roles import AUDITOR
from views.persons.menu import add_persons
from views.persons.view import PersonsView


def init_app(app: Flask) -> None:
    """Register the pages, their menu entry, and on the first start the right of auditors to decide."""
    appbuilder = app.appbuilder  # type: ignore[attr-defined]
    appbuilder.add_view_no_menu(PersonsView)
    extenders().append(add_persons)
    if not is_known(VIEW):
        sync_permissions(appbuilder)
        grant(AUDITOR, {(DECIDE, VIEW)})
