"""The one way in: counts the try, looks at the password here or in the directory, then at the code, and writes down what came of it."""

from __future__ import annotations

from typing import Any

from flask import current_app
from flask_appbuilder.security.sqla.models import User
from flask_babel import gettext as _
from sqlalchemy import func, or_, select
from werkzeug.security import check_password_hash

from app.errors import SignInFirst
from app.extensions import services
from app.security import overlay_session
from models.sessions import PAGE
from models.signin import arrivals, devices, identities, limits, second_factor, trail


def by_password(name: str, password: str) -> Any:
    """The account with this name and password, which may still owe a code. Raises SignInFirst, TooMany, Unavailable."""
    name, user = name.strip(), account_named(name.strip())
    names = {name, user.username} if user is not None else {name}
    was_last = limits.claim(*sorted(names), device=devices.known(user))
    found = _checked(user, name, password)
    if found is None:
        _note_refusal(user, was_last=was_last)
        raise wrong()
    limits.give_back()
    return found


def _checked(user: Any, name: str, password: str) -> Any:
    """The account when the password is right and it is in use; a hash is computed in any case."""
    if services().config.has_ldap and (user is None or identities.has(user.id, identities.LDAP)):
        from models.signin import directory  # only those who have a directory load its protocol

        person = directory.person(name if user is None else user.username, password)
        return arrivals.account_of(person) if person else None
    usable = user is not None and user.is_active and not identities.is_outside(user.id)
    kept = (
        user.password if usable and user.password else current_app.config["AUTH_DB_FAKE_PASSWORD_HASH_CHECK"]
    )
    is_right = check_password_hash(kept, password)
    return user if is_right and usable and user.password else None


def is_password_of(user: Any, password: str) -> bool:
    """Asked again of somebody who is signed in, before something that matters. Raises TooMany, Unavailable."""
    was_last = limits.claim(user.username)
    found = _checked(user, user.username, password)
    if found is None:
        _note_refusal(user, was_last=was_last)
        return False
    limits.give_back()
    limits.forget(user.username)
    return True


def by_code(user: Any, code: str) -> None:
    """The second factor. Raises SignInFirst, TooMany."""
    was_last = limits.claim(user.username, device=devices.known(user))
    what = second_factor.accept(user.id, code)
    if not what:
        _note_refusal(user, was_last=was_last, reason="code")
        raise SignInFirst(
            _("This code is not right, or was used already. Wait for the next one, then try again.")
        )
    limits.give_back()
    if what == "recovery":
        trail.note("recovery-code", user)


def owes_code(user: Any) -> bool:
    """Does the account ask for a second factor?"""
    return second_factor.is_on(user.id)


def let_in(user: Any, way: str) -> None:
    """Everything was right: nothing counts against the account any more, and it is written down.

    What strangers tried goes on counting for them when the browser is one that the account knows.
    """
    limits.forget(user.username, device=devices.known(user))
    if way == PAGE:
        devices.remember(user)
    current_app.appbuilder.sm.update_user_auth_stat(user, True)  # type: ignore[attr-defined]
    trail.note("sign-in", user, reason=way)


def account_named(name: str) -> Any:
    """The account with exactly this user name or mail address, but for capital letters.

    A database takes more for the same (accents, blanks); guesses under such names would be counted apart.
    """
    name = name.encode("utf-8", "replace").decode()
    session = overlay_session()
    folded = func.lower if session.get_bind().dialect.name == "sqlite" else _as_it_is
    same = or_(*(folded(column) == folded(name) for column in (User.username, User.email)))
    found = session.execute(select(User).where(same).order_by(User.id).limit(5)).scalars().all()
    by_name = [user for user in found if user.username.casefold() == name.casefold()]
    by_mail = [user for user in found if user.email.casefold() == name.casefold()]
    return next(iter([*by_name, *by_mail]), None)


def _as_it_is(value: Any) -> Any:
    """A server's collation folds capital letters by itself, and so the index can be used."""
    return value


def active_account(user_id: int) -> Any:
    """An account that is in use; None otherwise."""
    user = overlay_session().get(User, user_id)
    return user if user is not None and user.is_active else None


def wrong() -> SignInFirst:
    """The one answer to a wrong password, an unknown name and a deactivated account."""
    return SignInFirst(_("The user name or the password is not right. Check both, then try again."))


def _note_refusal(user: Any, *, was_last: bool, reason: str = "password") -> None:
    trail.note("failed", user, reason=reason)
    if was_last:
        trail.note("locked", user)
