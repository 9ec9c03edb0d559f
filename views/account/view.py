"""/sessions/: where a person is signed in, and the way to end it from here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_appbuilder import BaseView, expose
from flask_babel import format_datetime
from flask_babel import gettext as _
from flask_login import current_user

from models import sessions
from models.signin import trail
from views.access import signed_in


@dataclass(frozen=True)
class Shown:
    """A session in words."""

    id: str
    device: str
    address: str
    started: str
    seen: str
    is_this: bool


class SessionsView(BaseView):
    """List and end."""

    route_base = "/sessions"
    class_permission_name = "Records"
    default_view = "sessions"

    @expose("/")
    @signed_in
    def sessions(self) -> Any:
        this = sessions.current_id()
        shown = [_shown(one, this) for one in sessions.of_user(current_user.id)]
        return render_template("account/sessions.html", sessions=shown)

    @expose("/end/<session_id>", methods=["POST"])
    @signed_in
    def end(self, session_id: str) -> Any:
        if sessions.end(current_user.id, session_id):
            trail.note("session-ended", current_user)
        flash(_("That browser is signed out."), "success")
        return redirect(url_for("SessionsView.sessions"))


def _shown(one: sessions.WebSession, this: str) -> Shown:
    started, seen = format_datetime(one.started_at, "short"), format_datetime(one.seen_at, "short")
    program = _("A program (API)") if one.way == sessions.PROGRAM else ""
    return Shown(one.id, program or device(one.agent), one.address, started, seen, one.id == this)


def device(agent: str) -> str:
    """Browser and system of a user agent, as far as people know them."""
    browsers = (("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
    systems = (("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS", "macOS"),
               ("Linux", "Linux"))  # fmt: skip
    found = [next((name for mark, name in known if mark in agent), "") for known in (browsers, systems)]
    return " · ".join(part for part in found if part) or _("Another program")
