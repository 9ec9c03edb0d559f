"""What all pages of the console share: who gets in, and nothing of Flask-Admin's own scripts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, current_app, redirect, url_for
from flask_admin import BaseView
from flask_appbuilder import BaseView as FabView
from flask_appbuilder import expose
from flask_appbuilder.security.sqla.models import Permission, PermissionView, ViewMenu
from flask_babel import format_time
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import NotAllowed
from views.access import signed_in, to_login
from views.console import lock

PERMISSION = ("can_console", "ITConsole")


class ConsoleView(BaseView):
    """Every page of the console stands on this class, the first page too: Flask-Admin lets everybody in by itself."""

    def tab_url(self) -> str:
        """The tab that is marked while this page is open."""
        return url_for(f"{self.endpoint}.index")

    def is_accessible(self) -> bool:
        """Signed in, active, and holding the permission."""
        return bool(current_user.is_authenticated and _manager().has_access(*PERMISSION))

    def inaccessible_callback(self, name: str, **kwargs: Any) -> Any:
        """Visitors sign in first; everybody else is told no."""
        if not current_user.is_authenticated:
            return to_login()
        raise NotAllowed(_("You may not do this here. Ask an administrator if you need it."))

    def render(self, template: str, **context: Any) -> str:
        """A page; all of them know whether the lock is open."""
        opening = lock.current()
        until = format_time(opening.until, "short") if opening else ""
        drawn: str = super().render(template, **{"opening": opening, "opening_until": until, **context})
        return drawn

    def _run_view(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Call the page once: Flask-Admin would call it again after any TypeError of ours."""
        return fn(self, *args, **kwargs)


class ConsoleGate(FabView):
    """Gives the permission a name that Flask-AppBuilder keeps; the address only leads on."""

    route_base = "/it-console"
    class_permission_name = PERMISSION[1]
    default_view = "console"

    @expose("/")
    @signed_in
    def console(self) -> Response:
        return redirect("/it/")  # type: ignore[return-value]


def is_known(session: Session, pair: tuple[str, str]) -> bool:
    """Does the permission stand in the database already?"""
    found = (
        select(PermissionView.id)
        .join(Permission, PermissionView.permission_id == Permission.id)
        .join(ViewMenu, PermissionView.view_menu_id == ViewMenu.id)
        .where(Permission.name == pair[0], ViewMenu.name == pair[1])
    )
    return session.execute(found).first() is not None


def _manager() -> Any:
    return current_app.appbuilder.sm  # type: ignore[attr-defined]
