"""Signing in: the page and its second step, passwords, second factors, OpenID Connect, and the desk of whoever looks after it."""

from __future__ import annotations

from flask import Flask

from app.theme.shell import extenders
from views.signin import gate
from views.signin.factor import SecondFactorView
from views.signin.menu import add_desk
from views.signin.oidc import OidcView
from views.signin.view import SignInDeskView


def init_app(app: Flask) -> None:
    """Register the pages; sign-in itself and passwords are registered by the security manager."""
    for view in (SecondFactorView, OidcView, SignInDeskView):
        app.appbuilder.add_view_no_menu(view)  # type: ignore[attr-defined]
    app.before_request(gate.lead_to_duty)
    extenders().append(add_desk)
