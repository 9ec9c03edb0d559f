"""Signing in for programs: POST /api/v1/security/login and /refresh, with limits and our words."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, jsonify, request
from flask_appbuilder.api import expose
from flask_appbuilder.security.api import SecurityApi
from flask_appbuilder.utils.limit import Limit
from flask_babel import gettext as _
from flask_jwt_extended import (
    create_access_token,
    create_refresh_token,
    get_jwt_identity,
    verify_jwt_in_request,
)
from flask_jwt_extended.exceptions import JWTExtendedException
from flask_limiter.util import get_remote_address
from jwt.exceptions import PyJWTError

from app.errors import Invalid, SignInFirst

FAILURES = "10 per 15 minutes"
"""Wrong passwords for one account, from anywhere."""


def account_key() -> str:
    """The account that somebody tries to sign in to; the address where none is named."""
    sent = request.get_json(silent=True)
    name = sent.get("username") if isinstance(sent, dict) else None
    return f"account:{str(name).casefold()[:128]}" if name else get_remote_address()


def was_refused(response: Response) -> bool:
    """Only failures count against an account."""
    return response.status_code == 401


class TokenLogin(SecurityApi):
    """Flask-AppBuilder's sign-in for programs: a short access token and, when asked for, a longer refresh token."""

    limits = [
        Limit(lambda: str(current_app.config["AUTH_RATE_LIMIT"]), get_remote_address, methods=("POST",)),
        Limit(FAILURES, account_key, methods=("POST",), deduct_when=was_refused),
    ]

    @expose("/login", methods=["POST"])
    def login(self) -> Response:
        name, password, wants_refresh = credentials()
        user = self.appbuilder.sm.auth_user_db(name, password)
        if not user:
            raise SignInFirst(_("The user name or the password is not right. Check both, then try again."))
        identity = str(user.id)
        answer = {"access_token": create_access_token(identity=identity, fresh=True)}
        if wants_refresh:
            answer["refresh_token"] = create_refresh_token(identity=identity)
        return jsonify(answer)

    @expose("/refresh", methods=["POST"])
    def refresh(self) -> Response:
        try:
            verify_jwt_in_request(refresh=True)
        except (JWTExtendedException, PyJWTError) as error:
            raise SignInFirst(_("This token cannot be used any more. Sign in again.")) from error
        return jsonify({"access_token": create_access_token(identity=get_jwt_identity(), fresh=False)})


def credentials() -> tuple[str, str, bool]:
    """(user name, password, whether a refresh token is wanted) as sent. Raises Invalid."""
    sent: Any = request.get_json(silent=True)
    if not isinstance(sent, dict):
        raise Invalid(_("Send a JSON object with username and password."))
    name, password = sent.get("username"), sent.get("password")
    if not (isinstance(name, str) and isinstance(password, str) and name and password):
        raise Invalid(_("Send a JSON object with username and password."))
    return name, password, sent.get("refresh") is True
