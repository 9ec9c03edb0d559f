"""Wiring: the wizard in the browser."""

from __future__ import annotations

from flask import Flask

from app.security import grant, is_known, sync_permissions
from app.theme.shell import extenders
from models.roles import IT
from views.wiring.access import PERMISSION, VIEW
from views.wiring.drift import DriftView
from views.wiring.menu import add_wiring
from views.wiring.view import WiringView


def init_app(app: Flask) -> None:
    """Register the wizard, its menu entry, and on the first start the right of the IT role."""
    appbuilder = app.appbuilder  # type: ignore[attr-defined]
    appbuilder.add_view_no_menu(WiringView)
    appbuilder.add_view_no_menu(DriftView)
    extenders().append(add_wiring)
    if not is_known(VIEW):
        sync_permissions(appbuilder)
        grant(IT, {(PERMISSION, VIEW)})
