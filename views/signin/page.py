"""The sign-in page: name and password, then the code where the account has a second factor."""

from __future__ import annotations

import hmac
import time
from typing import Any

from flask import flash, g, redirect, render_template, request, session, url_for
from flask_appbuilder import expose
from flask_appbuilder.security import views
from flask_appbuilder.security.forms import LoginForm_db
from flask_babel import gettext as _
from flask_login import current_user, login_user

from app.errors import SignInFirst
from app.extensions import services
from app.tokens import stamp_of
from models.sessions import PAGE
from models.signin import door, trail
from views.access import safe_next

STEP_KEY = "second_step"
NAME_KEY = "typed_name"
"""The name of an attempt that failed: it is not typed again."""
STEP_SECONDS = 300
"""How long the second step waits for its code."""


class AuthDBView(views.AuthDBView):
    """The sign-in page; signing out is a button, so that no link or picture of another site can do it."""

    @expose("/login/", methods=["GET", "POST"])
    def login(self) -> Any:
        if current_user.is_authenticated:
            return redirect(next_page())
        form = LoginForm_db()
        if form.validate_on_submit():
            return enter(form.username.data, form.password.data)
        form.username.data = form.username.data or session.pop(NAME_KEY, "")
        return render_template(self.login_template, form=form, oidc=oidc_label())

    @expose("/login/code", methods=["GET", "POST"])
    def code(self) -> Any:
        if current_user.is_authenticated:
            return redirect(next_page())
        user = waiting()
        if user is None:
            return redirect(url_for(".login"))
        if request.method == "POST":
            return second_step(user, request.form.get("code", ""))
        return render_template("signin/code.html")

    @expose("/logout/", methods=["POST"])
    def logout(self) -> Any:
        if current_user.is_authenticated:
            trail.note("sign-out", current_user)
        return super().logout()


def enter(name: str, password: str) -> Any:
    """The first step; what was wrong is said on the page."""
    try:
        user = door.by_password(name, password)
    except SignInFirst as problem:
        flash(str(problem), "danger")
        session[NAME_KEY] = name[:64]
        return redirect(url_for(".login", next=safe_next(request.args.get("next"), "") or None))
    if door.owes_code(user):
        session[STEP_KEY] = [user.id, stamp_of(user), int(time.time()), next_page()]
        return redirect(url_for(".code"))
    return welcome(user, PAGE, next_page())


def second_step(user: Any, code: str) -> Any:
    """The code; a wrong one can be typed again."""
    try:
        door.by_code(user, code)
    except SignInFirst as problem:
        return render_template("signin/code.html", error=str(problem))
    return welcome(user, PAGE, session.pop(STEP_KEY)[3])


def waiting() -> Any:
    """The account whose password was right a moment ago; None for nobody, and after a new password."""
    number, stamp, at, _next = session.get(STEP_KEY) or (0, "", 0, "")
    user = door.active_account(number) if time.time() - at < STEP_SECONDS else None
    return user if user is not None and hmac.compare_digest(stamp, stamp_of(user)) else None


def welcome(user: Any, way: str, place: str) -> Any:
    """Sign the browser in and go where it wanted to."""
    session.pop(STEP_KEY, None)
    g.sign_in_way = way
    door.let_in(user, way)
    login_user(user, remember=False)
    return redirect(safe_next(place, "/"))


def next_page() -> str:
    """Where to go after signing in: a page of this site."""
    return safe_next(request.args.get("next"), "/")


def oidc_label() -> str:
    """The words on the provider's button; "" without one."""
    config = services().config
    return str(_("Sign in with %(name)s", name=config.oidc_label)) if config.has_oidc else ""
