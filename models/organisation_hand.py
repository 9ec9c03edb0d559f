"""The organisation changed by hand: units, heads, seats, people and positions. The closure follows each change.

What is touched here is marked as made by hand, and stays when the legacy tables are read anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Connection, and_, delete, insert, select, update

from app.errors import Invalid, NotVisible
from models.organisation import closure_table, hold, position_table, seat_table, staff_table, unit_table
from models.organisation_rebuild import renew_closure

LONGEST_CODE, LONGEST_NAME = 64, 255
AT_ONCE = 1000


def add_unit(connection: Connection, code: str, name: str, parent: str, head: str) -> None:
    """A new unit below `parent` ("" = at the top). Raises Invalid."""
    hold(connection)
    code, name = _code(code), _name(name)
    if _unit(connection, code) is not None:
        raise Invalid(_("There is a unit with the code “%(code)s” already. Choose another code.", code=code))
    _check_open(connection, parent)
    _check_person(connection, head)
    row = {"code": code, "name": name, "parent": parent or None, "head": head or None, "by_hand": True}
    connection.execute(insert(unit_table).values(row))
    above = [{"ancestor": code, "descendant": code, "depth": 0}]
    above += [
        {"ancestor": up, "descendant": code, "depth": depth + 1} for up, depth in _above(connection, parent)
    ]
    connection.execute(insert(closure_table), above)


def change_unit(connection: Connection, code: str, name: str, parent: str, head: str) -> None:
    """Rename it, move it with everything below it, give it another head ("" = the post is vacant). Raises Invalid."""
    hold(connection)
    unit = required_unit(connection, code)
    name = _name(name)
    _check_person(connection, head)
    is_moved, is_astray = (unit.parent or "") != parent, _is_astray(connection, unit)
    if is_moved:
        _check_open(connection, parent)
        _refuse_loop(connection, code, parent)
        _move(connection, code, parent)
    values = {"name": name, "parent": parent or None, "head": head or None, "by_hand": True}
    connection.execute(update(unit_table).where(unit_table.c.code == code).values(values))
    if is_moved and is_astray:
        renew_closure(connection)


def close_unit(connection: Connection, code: str, day: date) -> None:
    """Nobody is put into it any more; its records stay where they are, and whoever reaches them still does. Raises Invalid."""
    hold(connection)
    required_unit(connection, code)
    open_below = (unit_table.c.parent == code) & unit_table.c.closed_on.is_(None)
    if connection.execute(select(unit_table.c.code).where(open_below).limit(1)).first():
        raise Invalid(_("There are open units below it. Close or move them first."))
    if connection.execute(select(seat_table.c.staff).where(seat_table.c.unit == code).limit(1)).first():
        raise Invalid(_("There are people in it. Move them to another unit first."))
    _set_closed(connection, code, day)


def reopen_unit(connection: Connection, code: str) -> None:
    """Take the closing back. Raises Invalid while the unit above is closed."""
    hold(connection)
    unit = required_unit(connection, code)
    _check_open(connection, unit.parent or "")
    _set_closed(connection, code, None)


def _set_closed(connection: Connection, code: str, day: date | None) -> None:
    values = {"closed_on": day, "by_hand": True}
    connection.execute(update(unit_table).where(unit_table.c.code == code).values(values))


def add_person(connection: Connection, code: str, name: str, unit: str) -> None:
    """Somebody new, in this unit; whoever left before comes back. Raises Invalid."""
    hold(connection)
    code, name = _code(code), _name(name)
    _check_open(connection, unit)
    known = connection.execute(select(staff_table.c.left_on).where(staff_table.c.code == code)).first()
    if known is not None and known.left_on is None:
        raise Invalid(
            _("There is an employee with the code “%(code)s” already. Put them into the unit.", code=code)
        )
    if known is not None:
        values = {"name": name, "left_on": None, "by_hand": True}
        connection.execute(update(staff_table).where(staff_table.c.code == code).values(values))
    else:
        connection.execute(insert(staff_table).values(code=code, name=name, by_hand=True))
    seat(connection, code, unit, is_main=True)


def seat(connection: Connection, employee: str, unit: str, *, is_main: bool) -> None:
    """Put somebody into a unit. Their first seat is the main one, and a new main seat makes the others further ones."""
    hold(connection)
    _check_open(connection, required_unit(connection, unit).code)
    _check_person(connection, employee, needed=True)
    mine = seat_table.c.staff == employee
    others = and_(mine, seat_table.c.unit != unit)
    has_main = connection.execute(select(seat_table.c.unit).where(others, seat_table.c.is_main).limit(1))
    is_main = is_main or has_main.first() is None
    if is_main:
        connection.execute(update(seat_table).where(others).values(is_main=False))
    connection.execute(delete(seat_table).where(mine, seat_table.c.unit == unit))
    connection.execute(insert(seat_table).values(staff=employee, unit=unit, is_main=is_main, by_hand=True))


def unseat(connection: Connection, employee: str, unit: str) -> None:
    """Take somebody out of a unit; another seat of theirs becomes the main one."""
    hold(connection)
    here = and_(seat_table.c.staff == employee, seat_table.c.unit == unit)
    was = connection.execute(select(seat_table.c.is_main).where(here)).scalar()
    connection.execute(delete(seat_table).where(here))
    left = (
        select(seat_table.c.unit).where(seat_table.c.staff == employee).order_by(seat_table.c.unit).limit(1)
    )
    following = connection.execute(left).scalar() if was else None
    if following is not None:
        seat(connection, employee, following, is_main=True)


def add_position(connection: Connection, unit: str, title: str, holder: str) -> None:
    """A post in a unit, vacant without a holder. Whoever holds it sits in the unit. Raises Invalid."""
    hold(connection)
    _check_open(connection, required_unit(connection, unit).code)
    row = {"unit": unit, "title": _name(title), "holder": holder or None}
    _settle(connection, unit, holder)
    connection.execute(insert(position_table).values(row))


def fill_position(connection: Connection, unit: str, number: int, holder: str) -> None:
    """Give it to somebody, or make it vacant. Raises Invalid."""
    hold(connection)
    _settle(connection, unit, holder)
    this = _position(unit, number)
    connection.execute(update(position_table).where(this).values(holder=holder or None))


def remove_position(connection: Connection, unit: str, number: int) -> None:
    """There is no such post any more; whoever held it keeps the seat."""
    connection.execute(delete(position_table).where(_position(unit, number)))


def _position(unit: str, number: int) -> Any:
    return and_(position_table.c.id == number, position_table.c.unit == unit)


def _settle(connection: Connection, unit: str, holder: str) -> None:
    """Whoever is given a post and does not sit in its unit gets a further seat there."""
    _check_person(connection, holder)
    here = and_(seat_table.c.staff == holder, seat_table.c.unit == unit)
    if holder and connection.execute(select(seat_table.c.unit).where(here)).first() is None:
        seat(connection, holder, unit, is_main=False)


def _is_astray(connection: Connection, unit: Any) -> bool:
    """The closure does not have it below its parent: in the tables that were read they lie above each other in a circle."""
    closure = closure_table.c
    above = (closure.ancestor == unit.parent) & (closure.descendant == unit.code)
    return bool(unit.parent) and connection.execute(select(closure.depth).where(above)).first() is None


def _refuse_loop(connection: Connection, code: str, parent: str) -> None:
    """Raise Invalid where the unit is one of those above its new parent, whatever the closure says."""
    node, seen = parent, set[str]()
    while node and node not in seen:
        if node == code:
            raise _loop()
        seen.add(node)
        node = str(
            connection.execute(select(unit_table.c.parent).where(unit_table.c.code == node)).scalar() or ""
        )


def _loop() -> Invalid:
    return Invalid(_("A unit cannot lie below itself. Choose another unit above it."))


def _move(connection: Connection, code: str, parent: str) -> None:
    """Hang the whole branch below another unit. Raises Invalid where that would make a loop."""
    closure = closure_table.c
    branch = connection.execute(
        select(closure.descendant, closure.depth).where(closure.ancestor == code)
    ).all()
    if parent in {below for below, _depth in branch}:
        raise _loop()
    former = select(closure.ancestor).where(closure.descendant == code, closure.depth > 0)
    above = connection.execute(former).scalars().all()
    for some in _chunks([below for below, _depth in branch]):
        gone = and_(closure.ancestor.in_(above), closure.descendant.in_(some))
        connection.execute(delete(closure_table).where(gone))
    rows = [
        {"ancestor": up, "descendant": below, "depth": height + depth + 1}
        for up, height in _above(connection, parent)
        for below, depth in branch
    ]
    for some in _chunks(rows):
        connection.execute(insert(closure_table), some)


def _above(connection: Connection, code: str) -> Sequence[Any]:
    """(unit, steps) from the unit itself upwards; nothing for the top."""
    closure = closure_table.c
    return connection.execute(select(closure.ancestor, closure.depth).where(closure.descendant == code)).all()


def _chunks(items: Sequence[Any]) -> list[Any]:
    return [items[start : start + AT_ONCE] for start in range(0, len(items), AT_ONCE)]


def required_unit(connection: Connection, code: str) -> Any:
    """The unit's row; raises NotVisible for one that there is not."""
    found = _unit(connection, code)
    if found is None:
        raise NotVisible(_("There is no such unit. Choose one from the list."))
    return found


def _unit(connection: Connection, code: str) -> Any:
    return connection.execute(select(unit_table).where(unit_table.c.code == code)).first()


def _check_open(connection: Connection, code: str) -> None:
    """A unit that something is put into or below must be there and open; "" stands for the top."""
    if not code:
        return
    found = _unit(connection, code)
    if found is None:
        raise Invalid(_("There is no unit with the code “%(code)s”. Choose one from the list.", code=code))
    if found.closed_on is not None:
        raise Invalid(
            _("The unit “%(name)s” is closed. Choose another one, or open it again.", name=found.name)
        )


def _check_person(connection: Connection, code: str, *, needed: bool = False) -> None:
    if not code and not needed:
        return
    here = (staff_table.c.code == code) & staff_table.c.left_on.is_(None)
    if connection.execute(select(staff_table.c.code).where(here)).first() is None:
        raise Invalid(_("There is no such employee. Choose one from the list."))


def _code(text: str) -> str:
    if not text or len(text) > LONGEST_CODE or any(sign.isspace() for sign in text):
        raise Invalid(_("Enter a code of at most %(most)s characters without blanks.", most=LONGEST_CODE))
    return text


def _name(text: str) -> str:
    if not text or len(text) > LONGEST_NAME:
        raise Invalid(_("Enter a name of at most %(most)s characters.", most=LONGEST_NAME))
    return text
