"""The IT console under /it/: Flask-Admin with the sign-in, the permission and the theme of everything else."""

from __future__ import annotations

from flask import Flask
from flask_admin import Admin
from flask_admin.theme import Bootstrap4Theme
from flask_login import user_logged_out

from app.security import grant, overlay_session, sync_permissions
from app.theme.shell import extenders
from models.roles import IT
from views.console.base import PERMISSION, ConsoleGate, is_known
from views.console.health import ChecksView, ConnectionsView, VersionsView
from views.console.lock import close_at_logout
from views.console.menu import add_console
from views.console.overlay import OverlayView
from views.console.row_pages import RowsView
from views.console.table_pages import TablesView


def init_app(app: Flask) -> None:
    """Register the console, its menu entry, and on the first start the right of the IT role."""
    appbuilder = app.appbuilder  # type: ignore[attr-defined]
    appbuilder.add_view_no_menu(ConsoleGate)
    extenders().append(add_console)
    theme = Bootstrap4Theme(base_template="admin/base.html")
    admin = Admin(app, name="IT console", url="/it", index_view=TablesView(), theme=theme)
    admin.add_views(RowsView(), OverlayView(), ChecksView(), ConnectionsView(), VersionsView())
    user_logged_out.connect(close_at_logout, app)
    if not is_known(overlay_session(), PERMISSION):
        sync_permissions(appbuilder)
        grant(IT, {PERMISSION})
