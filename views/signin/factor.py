"""/second-factor/: a person sets up the codes of an app, gets recovery codes, and turns it off again."""

from __future__ import annotations

from typing import Any

import segno
from flask import flash, redirect, render_template, request, url_for
from flask_appbuilder import BaseView, expose
from flask_babel import gettext as _
from flask_login import current_user
from markupsafe import Markup

from app.errors import SignInFirst
from app.extensions import services
from models import sessions
from models.signin import door, duties, identities, recovery, second_factor, trail
from views.access import signed_in


class SecondFactorView(BaseView):
    """The state, setting it up, new recovery codes, turning it off."""

    route_base = "/second-factor"
    class_permission_name = "Records"
    default_view = "state"

    @expose("/")
    @signed_in
    def state(self) -> Any:
        return page()

    @expose("/begin", methods=["POST"])
    @signed_in
    def begin(self) -> Any:
        return set_up()

    @expose("/confirm", methods=["POST"])
    @signed_in
    def confirm(self) -> Any:
        if second_factor.is_on(current_user.id):
            return redirect(url_for(".state"))
        if asks_password() and not door.is_password_of(current_user, request.form.get("password", "")):
            return set_up(password_error=_("This is not your present password."))
        codes = second_factor.turn_on(current_user.id, request.form.get("code", ""))
        if not codes:
            return set_up(
                error=_("This code is not right. Check the phone's clock, then type the next code.")
            )
        services().rooms["duties"].clear()
        trail.note("factor-on", current_user)
        return render_template("signin/recovery.html", codes=codes, is_new=True)

    @expose("/codes", methods=["POST"])
    @signed_in
    def codes(self) -> Any:
        error = wrong_code()
        if error:
            return page(error)
        with services().engine.begin() as connection:
            made = recovery.renew(connection, current_user.id)
        trail.note("recovery-new", current_user)
        return render_template("signin/recovery.html", codes=made, is_new=False)

    @expose("/off", methods=["POST"])
    @signed_in
    def off(self) -> Any:
        if duties.must_have_factor(current_user):
            return page(_("Your role asks for it, so it cannot be turned off."))
        error = wrong_code()
        if error:
            return page(error)
        second_factor.turn_off(current_user.id)
        services().rooms["duties"].clear()
        trail.note("factor-off", current_user)
        flash(_("The second factor is turned off."), "success")
        return redirect(url_for(".state"))


def page(error: str = "") -> str:
    """What there is and what can be done with it."""
    is_on = second_factor.is_on(current_user.id)
    return render_template(
        "signin/factor.html",
        is_on=is_on,
        must=duties.must_have_factor(current_user),
        left=recovery.left(current_user.id) if is_on else 0,
        error=error,
    )


def set_up(error: str = "", password_error: str = "") -> Any:
    """The picture to scan and the field for the first code."""
    secret = second_factor.begin(current_user.id)
    if not secret:
        return redirect(url_for(".state"))
    return render_template(
        "signin/set_up.html",
        picture=picture(second_factor.address_of(secret, current_user.username)),
        secret=" ".join(secret[start : start + 4] for start in range(0, len(secret), 4)),
        asks_password=asks_password(),
        error=error,
        password_error=password_error,
    )


def picture(text: str) -> Markup:
    """A QR code as part of the page: nothing is fetched and nothing kept."""
    made = segno.make(text, micro=False, error="m")
    return Markup(made.svg_inline(border=4, light="#fff", omitsize=True, svgclass="qr"))  # noqa: S704 segno's own markup


def asks_password() -> bool:
    """Whoever came through a provider has no password that could be asked for."""
    return sessions.way_of_this() != identities.OIDC


def wrong_code() -> str:
    """What is wrong with the code that was sent, counted like at the door; "" for nothing."""
    try:
        door.by_code(current_user, request.form.get("code", ""))
    except SignInFirst as problem:
        return str(problem)
    return ""
