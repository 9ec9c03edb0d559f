"""Before any page: whoever must first set up a second factor or change the password is led there."""

from __future__ import annotations

from typing import Any

from flask import flash, g, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from models import sessions
from models.signin import duties

OPEN = {
    "static", "health_live", "health_ready", "switch_language", "AuthDBView.logout", "AuthDBView.login", "AuthDBView.code",
    "SecondFactorView.state", "SecondFactorView.begin", "SecondFactorView.confirm", "LocaleView.index", None,
}  # fmt: skip
"""Endpoints that answer while a duty is open."""
PASSWORD_PAGES = {"ResetMyPasswordView.this_form_get", "ResetMyPasswordView.this_form_post"}


def lead_to_duty() -> Any:
    """A redirect to what comes first; None for nothing. Programs are told in words."""
    is_viewing = g.get("viewing") is not None  # the duties of whom an administrator looks as are not theirs
    if request.endpoint in OPEN or is_viewing or not current_user.is_authenticated:
        return None
    way = sessions.way_of_this()
    if request.path.startswith("/api/"):
        return duties.refuse_until_done(current_user, way)
    duty = duties.duty_of(current_user, way)
    if not duty or (duty == duties.PASSWORD and request.endpoint in PASSWORD_PAGES):
        return None
    return lead(duty)


def lead(duty: str) -> Any:
    """The page of a duty, with a sentence that says why."""
    if duty == duties.FACTOR:
        flash(_("Your role asks for a second factor. Set it up now; then you can go on."), "warning")
        return redirect(url_for("SecondFactorView.state"))
    flash(_("Your password is too old. Choose a new one; then you can go on."), "warning")
    return redirect(url_for("ResetMyPasswordView.this_form_get"))
