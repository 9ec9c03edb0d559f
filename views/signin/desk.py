"""What the desk shows and does: who is locked, has a second factor, comes from where; and which roles need a factor."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from flask import current_app
from flask_appbuilder.security.sqla.models import Role, User
from flask_babel import format_datetime
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import selectinload

from app.extensions import services
from app.security import overlay_session
from app.theme.role_words import role_words
from models import sessions
from models.signin import identities, limits, second_factor, trail

LIMIT = 100


@dataclass(frozen=True)
class Account:
    """An account as the desk sees it; `locked` is the time until when, "" while it is not."""

    user_id: int
    username: str
    name: str
    is_active: bool
    locked: str
    has_factor: bool
    needs_factor: bool
    ways: list[str]
    last: str


@dataclass(frozen=True)
class RoleChoice:
    """A role and whether its members need a second factor."""

    name: str
    words: str
    is_asking: bool


def accounts(typed: str) -> list[Account]:
    """Accounts whose user name begins with what was typed."""
    found = select(User).options(selectinload(User.roles)).order_by(User.username).limit(LIMIT)
    if typed:
        found = found.where(User.username.startswith(typed, autoescape=True))
    users = list(overlay_session().execute(found).scalars())
    facts = Facts.of(users)
    return [facts.about(user) for user in users]


@dataclass(frozen=True)
class Facts:
    """What was read for all accounts of the page at once."""

    locked: dict[str, str]
    with_factor: set[int]
    asking: frozenset[str]
    providers: dict[int, list[str]]

    @classmethod
    def of(cls, users: list[Any]) -> Facts:
        """Read them, in one statement each."""
        numbers, locked = [user.id for user in users], limits.locked_names(user.username for user in users)
        return cls(
            {name: format_datetime(until, "short") for name, until in locked.items()},
            second_factor.those_with(numbers),
            second_factor.roles_that_must(),
            identities.providers_of(numbers),
        )

    def about(self, user: Any) -> Account:
        """One of them."""
        return Account(
            user.id,
            user.username,
            user.get_full_name().strip(),
            bool(user.active),
            self.locked.get(user.username, ""),
            user.id in self.with_factor,
            not self.asking.isdisjoint(role.name for role in user.roles),
            [way_words(one) for one in self.providers.get(user.id, [])],
            format_datetime(user.last_login.astimezone(UTC), "short") if user.last_login else "",
        )


def way_words(provider: str) -> str:
    """A provider as the page calls it."""
    return "LDAP" if provider == identities.LDAP else services().config.oidc_label


def role_choices() -> list[RoleChoice]:
    """All roles."""
    asking = second_factor.roles_that_must()
    names = overlay_session().execute(select(Role.name).order_by(Role.name)).scalars()
    public = current_app.appbuilder.sm.auth_role_public  # type: ignore[attr-defined]
    return [RoleChoice(name, role_words(name), name in asking) for name in names if name != public]


def put_roles(names: set[str]) -> None:
    """Members of exactly these roles need a second factor from now on."""
    known = {choice.name for choice in role_choices()}
    second_factor.put_roles(names & known)
    services().rooms["duties"].clear()
    trail.note("factor-roles", reason=", ".join(sorted(names & known)))


def unlock(user: Any) -> str:
    limits.forget(user.username, user.email)
    trail.note("unlocked", user)
    return str(_("The account is unlocked."))


def reset_factor(user: Any) -> str:
    if second_factor.turn_off(user.id):
        trail.note("factor-reset", user)
    services().rooms["duties"].clear()
    return str(_("The second factor is reset. The person can set up a new one."))


def sign_out(user: Any) -> str:
    with services().engine.begin() as connection:
        sessions.end_all(connection, user.id)
        trail.note("sessions-ended", user, connection=connection)
    services().rooms["sessions"].clear()
    return str(_("The person is signed out everywhere."))


def link_ldap(user: Any) -> str:
    return _allow(user, identities.LDAP)


def link_oidc(user: Any) -> str:
    return _allow(user, identities.OIDC)


def _allow(user: Any, provider: str) -> str:
    try:
        identities.allow(user.id, provider)
    except IntegrityError:
        return str(_("It was linked before."))
    trail.note("link-allowed", user, reason=provider)
    return str(_("At the next sign-in under this name the account is linked."))


def unlink(user: Any) -> str:
    if identities.unlink(user.id):
        trail.note("unlinked", user)
    return str(_("The link is removed. Give the account a password of its own."))


DEEDS: dict[str, Callable[[Any], str]] = {
    "unlock": unlock, "reset-factor": reset_factor, "sign-out": sign_out, "link-ldap": link_ldap, "link-oidc": link_oidc, "unlink": unlink,
}  # fmt: skip
"""What can be done with an account, by the word in the address; each returns a sentence."""
