"""Signing in for programs: POST /api/v1/security/login and /refresh, through the same door as everybody."""

from __future__ import annotations

from typing import Any

from flask import Response, g, jsonify, request
from flask_appbuilder.api import expose
from flask_appbuilder.security.api import SecurityApi
from flask_babel import gettext as _
from flask_jwt_extended import (
    create_access_token,
    create_refresh_token,
    get_current_user,
    get_jwt,
    verify_jwt_in_request,
)
from flask_jwt_extended.exceptions import JWTExtendedException
from jwt.exceptions import PyJWTError

from app.errors import Invalid, SignInFirst
from models import sessions
from models.signin import door, duties, limits


class CodeNeeded(SignInFirst):
    """The password was right; the account asks for a code as well."""

    code = "second-factor"


class TokenLogin(SecurityApi):
    """Flask-AppBuilder's sign-in for programs: a short access token and, when asked for, a longer refresh token."""

    @expose("/login", methods=["POST"])
    def login(self) -> Response:
        name, password, code, wants_refresh = credentials()
        user = door.by_password(name, password)
        check_code(user, code)
        duties.refuse_until_done(user)
        door.let_in(user, "api")
        claims = {"sid": sessions.begin_program(user)}
        identity = str(user.id)
        answer = {
            "access_token": create_access_token(identity=identity, fresh=True, additional_claims=claims)
        }
        if wants_refresh:
            answer["refresh_token"] = create_refresh_token(identity=identity, additional_claims=claims)
        return jsonify(answer)

    @expose("/refresh", methods=["POST"])
    def refresh(self) -> Response:
        try:
            verify_jwt_in_request(refresh=True)
        except (JWTExtendedException, PyJWTError) as error:
            limits.claim()
            raise SignInFirst(_("This token cannot be used any more. Sign in again.")) from error
        g.user = user = get_current_user()
        duties.refuse_until_done(user)
        claims = {"sid": get_jwt()["sid"]}
        return jsonify(
            {
                "access_token": create_access_token(
                    identity=str(user.id), fresh=False, additional_claims=claims
                )
            }
        )


def check_code(user: Any, code: str) -> None:
    """The second factor, where the account has one. Raises SignInFirst."""
    if not door.owes_code(user):
        return
    if not code:
        raise CodeNeeded(
            _("This account asks for a second factor. Send its code as well, under the name code.")
        )
    door.by_code(user, code)


def credentials() -> tuple[str, str, str, bool]:
    """(user name, password, code, whether a refresh token is wanted) as sent. Raises Invalid."""
    sent: Any = request.get_json(silent=True)
    if not isinstance(sent, dict):
        raise Invalid(_("Send a JSON object with username and password."))
    name, password, code = (sent.get(key, "") for key in ("username", "password", "code"))
    if not all(isinstance(one, str) for one in (name, password, code)) or not (name and password):
        raise Invalid(_("Send a JSON object with username and password."))
    return name, password, code, sent.get("refresh") is True
