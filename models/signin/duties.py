"""What somebody must do before anything else: set up a second factor that a role asks for, change an old password."""

from __future__ import annotations

from typing import Any

from flask import current_app
from flask_babel import gettext as _

from app.errors import NotAllowed
from app.extensions import services
from app.short_cache import ShortCache
from models.signin import identities, passwords, second_factor

FACTOR, PASSWORD = "second-factor", "password"
FREE = "free"


def duty_of(user: Any, way: str = "") -> str:
    """The code of what comes first; "" for nothing. `way` is how the person came in: a provider looks after its own factors."""
    cache: ShortCache[Any] = services().rooms["duties"]
    if cache.get((user.id, way)) == FREE:
        return ""
    duty = FACTOR if way != identities.OIDC and _lacks_factor(user) else ""
    if not duty and not identities.is_outside(user.id) and passwords.is_too_old(user):
        duty = PASSWORD
    if not duty:
        cache.put((user.id, way), FREE)
    return duty


def _lacks_factor(user: Any) -> bool:
    return must_have_factor(user) and not second_factor.is_on(user.id)


def must_have_factor(user: Any) -> bool:
    """Does one of the person's roles ask for a second factor?"""
    roles = current_app.appbuilder.sm.get_user_roles(user)  # type: ignore[attr-defined]
    return not _asking().isdisjoint(role.name for role in roles)


def _asking() -> frozenset[str]:
    cache: ShortCache[Any] = services().rooms["duties"]
    found: frozenset[str] | None = cache.get("roles")
    return found if found is not None else cache.put("roles", second_factor.roles_that_must())


def refuse_until_done(user: Any, way: str = "") -> None:
    """For programs: raise NotAllowed while the person has something to do first."""
    duty = duty_of(user, way)
    if duty == FACTOR:
        raise NotAllowed(_("Your role asks for a second factor. Sign in in a browser and set it up first."))
    if duty == PASSWORD:
        raise NotAllowed(_("Your password is too old. Sign in in a browser and change it first."))
