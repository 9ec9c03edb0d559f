"""What stands before every answer of the API: who asks (bearer token, else cookie), what the token may, which entity."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import current_app, g, request
from flask_babel import gettext as _
from flask_jwt_extended import get_current_user, verify_jwt_in_request
from flask_jwt_extended.exceptions import JWTExtendedException
from flask_login import current_user
from jwt.exceptions import PyJWTError

from app import tokens
from app.errors import NotAllowed, Problem, SignInFirst
from app.web import SAFE_METHODS
from models import access
from models.signin import duties, limits
from models.wiring.nouns import Entity
from views.access import entity_for

View = Callable[..., Any]


def api_access(action: str, scope: str = "") -> Callable[[View], View]:
    """Sign the caller in and turn the first URL part into an Entity that he may use for `action`.

    `scope` is the word that a personal token must bear; without one "write" for whatever is not a read.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapped(self: Any, entity: str, *args: Any, **kwargs: Any) -> Any:
            identify(scope)
            found = entity_for(entity, action)
            try:
                return view(self, found, *args, **kwargs)
            except Problem as problem:
                problem.fields = nameable(found, problem)
                raise

        wrapped._permission_name = action  # type: ignore[attr-defined]  # noqa: SLF001 how FAB names permissions
        return wrapped

    return decorate


def api_signed_in(view: View) -> View:
    """For everybody who has signed in, by token or cookie."""

    @wraps(view)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        identify()
        return view(*args, **kwargs)

    wrapped._permission_name = "see"  # type: ignore[attr-defined]  # noqa: SLF001
    return wrapped


def identify(scope: str = "") -> None:
    """Act as the caller. A bearer token counts alone, so that a wrong one never falls back to the cookie.

    Raises SignInFirst (TooMany after many wrong tokens), and NotAllowed for a reading token that wants to write.
    """
    if "Authorization" in request.headers:
        user = _bearer()
        access.become(user, only=tokens.entities_of(g.get("api_token")))
        duties.refuse_until_done(user)
    elif not current_user.is_authenticated:
        raise SignInFirst(_("Sign in first."))
    if scope and not tokens.may(g.get("api_token"), scope):
        raise NotAllowed(_("This token may not do this. Make one that may, then try again."))
    if not scope and request.method not in SAFE_METHODS and not tokens.may_write(g.get("api_token")):
        raise NotAllowed(_("This token may only read. Make one that may write, then try again."))


def _bearer() -> Any:
    manager = current_app.appbuilder.sm  # type: ignore[attr-defined]
    personal = manager.extract_api_key_from_request()
    user = manager.validate_api_key(personal) if personal else _of_jwt()
    if user is None:
        limits.claim()
        raise SignInFirst(_("This token cannot be used any more. Sign in again."))
    return user


def _of_jwt() -> Any:
    try:
        verify_jwt_in_request()
    except (JWTExtendedException, PyJWTError):
        return None
    g.user = get_current_user()
    return g.user


class FieldRefused(NotAllowed):
    """A field that the caller sent may not be written; it is named whether it exists or not."""


def nameable(entity: Entity, problem: Problem) -> dict[str, str]:
    """Sentences about fields that the caller knows of: the database may have named a hidden one."""
    if isinstance(problem, FieldRefused):
        return problem.fields
    known = set(access.policy().visible(entity))
    return {name: sentence for name, sentence in problem.fields.items() if name in known}
