"""People who come from a directory or provider: their account, made at the first time where that is allowed, and what their groups give."""

from __future__ import annotations

from typing import Any

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import delete, insert, select

from app.errors import SignInFirst
from app.extensions import services
from models.organisation import seat_table, staff_table, unit_table
from models.signin import identities, trail
from models.signin.identities import Outside

LONGEST_NAME, LONGEST_PART = 128, 64


def account_of(person: Outside) -> Any:
    """The account, in step with the person's groups; None when it is deactivated. Raises SignInFirst where there may be none."""
    user = _linked(person)
    if not user.is_active:
        return None
    _give_roles(user, person)
    _give_units(user, person)
    return user


def _linked(person: Outside) -> Any:
    manager = current_app.appbuilder.sm  # type: ignore[attr-defined]
    number = identities.user_of(person)
    user = manager.get_user_by_id(number) if number else None
    if user is not None:
        return user
    user = manager.find_user(username=person.username)
    if user is None:
        return _made(person)
    if not identities.take(person, user.id):
        trail.note("failed", user, reason="not linked")
        raise SignInFirst(
            _("There is an account with this name that is not linked. Ask an administrator to link it.")
        )
    trail.note("linked", user, reason=person.provider)
    return user


def _made(person: Outside) -> Any:
    """A new account without a password of its own."""
    if not services().config.sign_in_creates:
        raise SignInFirst(_("You have no account here yet. Ask an administrator to make one."))
    manager = current_app.appbuilder.sm  # type: ignore[attr-defined]
    name = person.username.strip()[:LONGEST_NAME]
    first, last = person.first_name[:LONGEST_PART], person.last_name[:LONGEST_PART]
    email = (
        person.email
        if person.email and manager.find_user(email=person.email) is None
        else f"{name}@{person.provider}"
    )
    user = (
        manager.add_user(name, first or name[:LONGEST_PART], last, email[:320], [], hashed_password="")
        if name
        else None
    )
    if not user:
        raise SignInFirst(_("Your account could not be made. Ask an administrator to make one."))
    identities.link(person, user.id)
    trail.note("account-made", user, reason=person.provider)
    return user


def _give_roles(user: Any, person: Outside) -> None:
    """Roles that stand in GROUP_ROLES come and go with the groups; others that somebody gave stay."""
    config = services().config
    managed = {role for _group, role in config.group_roles}
    wanted = _matching(config.group_roles, person)
    names = {role.name for role in user.roles}
    if not names and not wanted and config.sign_in_role:
        wanted = {config.sign_in_role}
    _put_roles(user, names, (names - managed) | wanted)


def _put_roles(user: Any, before: set[str], after: set[str]) -> None:
    if before == after:
        return
    manager = current_app.appbuilder.sm  # type: ignore[attr-defined]
    user.roles = [role for name in sorted(after) if (role := manager.find_role(name)) is not None]
    manager.session.commit()
    trail.note("roles", user, reason=f"{', '.join(sorted(before))} → {', '.join(sorted(after))}"[:500])


def _matching(pairs: tuple[tuple[str, str], ...], person: Outside) -> set[str]:
    """What the person's groups give; a group is named whole or by the first part of its DN."""
    held = {word for group in person.groups for word in _words(group)}
    return {given for group, given in pairs if group.casefold() in held}


def _words(group: str) -> set[str]:
    whole = group.casefold()
    first = whole.partition(",")[0].partition("=")[2] if "=" in whole else whole
    return {whole, first.strip()}


def _give_units(user: Any, person: Outside) -> None:
    """Seats in the units of GROUP_UNITS come and go with the groups, for whoever is no employee yet as well."""
    pairs = services().config.group_units
    if not pairs:
        return
    managed, wanted = {unit for _group, unit in pairs}, _matching(pairs, person)
    with services().engine.begin() as connection:
        known = set(
            connection.execute(select(unit_table.c.code).where(unit_table.c.code.in_(wanted))).scalars()
        )
        staff = connection.execute(
            select(staff_table.c.code).where(staff_table.c.user_id == user.id)
        ).scalar()
        if staff is None and known:
            staff = f"@{user.id}"
            row = {"code": staff, "name": user.get_full_name()[:255], "user_id": user.id}
            connection.execute(insert(staff_table).values(row))
        held = set(connection.execute(select(seat_table.c.unit).where(seat_table.c.staff == staff)).scalars())
        gone = (seat_table.c.staff == staff) & seat_table.c.unit.in_((held & managed) - known)
        connection.execute(delete(seat_table).where(gone))
        new = [{"staff": staff, "unit": unit, "is_main": False} for unit in sorted(known - held)]
        if new:
            connection.execute(insert(seat_table), new)
