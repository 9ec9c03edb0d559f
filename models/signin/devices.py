"""Browsers that somebody has signed in with: a cookie that gives them tries of their own, so that strangers cannot lock a person out.

It opens nothing: whoever steals one may guess as often as everybody else may. It ends with the password and after a while.
"""

from __future__ import annotations

import hmac
import secrets
import time
from typing import Any

from flask import Response, after_this_request, current_app, has_request_context, request

from app.tokens import keyed, stamp_of

COOKIE = "veneer-device"
DAYS = 90
MOST = 5
"""People who share a browser; the one who came first is forgotten when there are more."""
BETWEEN, PARTS = "~", "."


def known(user: Any) -> str:
    """What this browser is called for the account; "" when it has not signed in here."""
    if user is None or not has_request_context():
        return ""
    return next((nonce for nonce, at, seal in _kept() if _is_of(user, nonce, at, seal)), "")


def remember(user: Any) -> None:
    """Give the browser of this request its cookie."""
    nonce, at = secrets.token_urlsafe(16), str(int(time.time()))
    others = [one for one in _kept() if not _is_of(user, *one)][-(MOST - 1) :]
    value = BETWEEN.join(PARTS.join(one) for one in [*others, (nonce, at, _seal(user, nonce, at))])

    @after_this_request
    def add(response: Response) -> Response:
        is_secure = current_app.session_interface.get_cookie_secure(current_app)
        response.set_cookie(
            COOKIE,
            value,
            max_age=DAYS * 86400,
            httponly=True,
            samesite="Lax",
            secure=is_secure,
            path="/login",
        )
        return response


def _kept() -> list[tuple[str, str, str]]:
    """(name, when, seal) of each account in the cookie, whoever made them."""
    parts = [tuple(one.split(PARTS)) for one in request.cookies.get(COOKIE, "").split(BETWEEN)[:MOST]]
    return [(one[0], one[1], one[2]) for one in parts if len(one) == 3]


def _is_of(user: Any, nonce: str, at: str, seal: str) -> bool:
    if not (at.isascii() and at.isdecimal() and len(at) < 12) or time.time() - int(at) > DAYS * 86400:
        return False
    return hmac.compare_digest(seal.encode(), _seal(user, nonce, at).encode())


def _seal(user: Any, nonce: str, at: str) -> str:
    """Only the overlay's own key makes it, for this account under its present password."""
    return keyed(f"device:{user.id}:{nonce}:{at}:{stamp_of(user)}")
