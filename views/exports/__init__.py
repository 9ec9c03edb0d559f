"""Exports: a person's own, those that wait for approval, and for auditors everybody's."""

from __future__ import annotations

from flask import Flask

from app.security import grant, is_known, sync_permissions
from app.theme.shell import extenders
from models.export_requests import PERMISSION, VIEW
from models.roles import EXECUTIVE
from views.exports.menu import add_exports
from views.exports.view import ExportsView


def init_app(app: Flask) -> None:
    """Register the pages, their menu entry, and on the first start the right to approve."""
    appbuilder = app.appbuilder  # type: ignore[attr-defined]
    appbuilder.add_view_no_menu(ExportsView)
    extenders().append(add_exports)
    if not is_known(VIEW):
        sync_permissions(appbuilder)
        grant(EXECUTIVE, {(PERMISSION, VIEW)})
