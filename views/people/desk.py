"""What the page shows and does: accounts with their employee and unit, links, and the organisation read anew."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_appbuilder.security.sqla.models import User
from flask_babel import gettext as _
from sqlalchemy import Connection, func, or_, select, update
from sqlalchemy.orm import selectinload

from app.errors import Invalid
from app.extensions import services
from app.security import overlay_session
from app.theme.role_words import role_words
from models import access, audit
from models.organisation import closure_table, seat_table, staff_table, unit_table

LIMIT = 200
SUGGESTIONS = 20


@dataclass(frozen=True)
class Person:
    """An account; `employee` is empty while nobody has said who it is."""

    user_id: int
    username: str
    name: str
    roles: list[str]
    active: bool
    employee: str = ""
    employee_name: str = ""
    unit: str = ""

    @property
    def can_be_viewed(self) -> bool:
        """May the reader look through this person's eyes? Never through their own."""
        reader = access.actor()
        return self.active and reader.is_administrator and reader.user_id != self.user_id


def people(typed: str) -> list[Person]:
    """Accounts whose user name begins with what was typed, with their place in the organisation."""
    found = select(User).options(selectinload(User.roles)).order_by(User.username).limit(LIMIT)
    if typed:
        found = found.where(User.username.startswith(typed, autoescape=True))
    users = list(overlay_session().execute(found).scalars())
    places = _places([user.id for user in users])
    return [_person(user, places.get(user.id, ("", "", ""))) for user in users]


def _person(user: Any, place: tuple[str, str, str]) -> Person:
    name = f"{user.first_name or ''} {user.last_name or ''}".strip()
    return Person(
        user.id, user.username, name, [role_words(role.name) for role in user.roles], user.active, *place
    )


def _places(user_ids: list[int]) -> dict[int, tuple[str, str, str]]:
    found = (
        select(staff_table.c.user_id, staff_table.c.code, staff_table.c.name, unit_table.c.name)
        .outerjoin(seat_table, (seat_table.c.staff == staff_table.c.code) & seat_table.c.is_main)
        .outerjoin(unit_table, unit_table.c.code == seat_table.c.unit)
        .where(staff_table.c.user_id.in_(user_ids))
    )
    rows = access.overlay().execute(found)
    return {user_id: (code, name, unit or "") for user_id, code, name, unit in rows}


def suggestions(typed: str) -> list[dict[str, str]]:
    """Staff by the beginning of their code or name."""
    table = staff_table.c
    found = (
        select(table.code, table.name).where(table.left_on.is_(None)).order_by(table.code).limit(SUGGESTIONS)
    )
    if typed:
        begins = (column.startswith(typed, autoescape=True) for column in (table.code, table.name))
        found = found.where(or_(*begins))
    return [{"value": code, "text": name, "sub": code} for code, name in access.overlay().execute(found)]


def link(user_id: int, employee: str) -> None:
    """Say that an account is this employee ("" = nobody). Raises Invalid for an unknown or taken one."""
    with services().engine.begin() as connection:
        if employee:
            _check_free(connection, user_id, employee)
        released = staff_table.c.user_id == user_id
        connection.execute(update(staff_table).where(released).values(user_id=None))
        if employee:
            mine = staff_table.c.code == employee
            connection.execute(update(staff_table).where(mine).values(user_id=user_id))
        told = {"employee": employee}
        audit.note(connection, access.actor(), "@rights", "linked", record=str(user_id), after=told)


def _check_free(connection: Connection, user_id: int, employee: str) -> None:
    here = (staff_table.c.code == employee) & staff_table.c.left_on.is_(None)
    found = connection.execute(select(staff_table.c.user_id).where(here)).first()
    if found is None:
        raise Invalid(_("There is no such employee. Choose one from the list."))
    if found[0] not in {None, user_id}:
        raise Invalid(_("Another account is this employee already. Remove that link first."))


def size() -> dict[str, int]:
    """How many units, levels and people there are."""
    connection = access.overlay()
    counted = (("units", unit_table.c.closed_on), ("staff", staff_table.c.left_on))
    sizes = {
        name: int(connection.execute(select(func.count()).where(ended.is_(None))).scalar_one())
        for name, ended in counted
    }
    deepest = connection.execute(select(func.max(closure_table.c.depth))).scalar()
    return {**sizes, "levels": 0 if deepest is None else int(deepest) + 1}
