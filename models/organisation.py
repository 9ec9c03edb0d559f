"""The organisation tree in the overlay: units, their closure, the staff who sit in them, and positions.

`rebuild` replaces it whole from plain rows (a spreadsheet's, or read from wired legacy tables); what was made by hand is added
to those by `with_hand_kept`. People who left stay, without a seat and an account, until their records are handed over.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Date,
    Integer,
    String,
    Table,
    delete,
    func,
    insert,
    select,
    update,
)

from models.overlay import metadata

DEEPEST = 100  # levels: a unit is kept with each above it, and a long chain would be kept as its square
LISTED = 200
"""Codes that a statement lists; of more than these the tree itself is asked, row by row (MariaDB guesses beyond 200)."""

unit_table = Table(
    "org_unit",
    metadata,
    Column("code", String(64), primary_key=True),
    Column("name", String(255), nullable=False),
    Column("parent", String(64), index=True),
    Column("head", String(64)),
    Column("closed_on", Date),
    Column("by_hand", Boolean, nullable=False, default=False),
)
closure_table = Table(
    "org_closure",
    metadata,
    Column("ancestor", String(64), primary_key=True),
    Column("descendant", String(64), primary_key=True, index=True),
    Column("depth", Integer, nullable=False),
)
staff_table = Table(
    "org_staff",
    metadata,
    Column("code", String(64), primary_key=True),
    Column("name", String(255), nullable=False),
    Column("user_id", Integer, index=True),
    Column("left_on", Date, index=True),
    Column("by_hand", Boolean, nullable=False, default=False),
)
seat_table = Table(
    "org_seat",
    metadata,
    Column("staff", String(64), primary_key=True),
    Column("unit", String(64), primary_key=True, index=True),
    Column("is_main", Boolean, nullable=False, default=True),
    Column("by_hand", Boolean, nullable=False, default=False),
)
position_table = Table(
    "org_position",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("unit", String(64), nullable=False, index=True),
    Column("title", String(255), nullable=False),
    Column("holder", String(64), index=True),
)
"""A post in a unit; without a holder it is vacant."""


@dataclass(frozen=True)
class Unit:
    """A node of the tree; `head` is an employee code. What was made or changed `by_hand` outlives reading the tables anew."""

    code: str
    name: str
    parent: str | None = None
    head: str | None = None
    closed_on: date | None = None
    by_hand: bool = False


@dataclass(frozen=True)
class Staff:
    """A person of the organisation; `user_id` is the account, when there is one, `others` are further units."""

    code: str
    name: str
    unit: str | None = None
    user_id: int | None = None
    by_hand: bool = False
    others: tuple[str, ...] = ()


@dataclass(frozen=True)
class Place:
    """Where an account stands in the tree."""

    employee: str | None
    units: frozenset[str]
    units_below: frozenset[str]
    reaches_many: bool = False
    """There are more than LISTED units below: they are left out here."""


def rebuild(connection: Connection, units: Iterable[Unit], staff: Iterable[Staff]) -> None:
    """Replace the tree and the staff. Accounts stay linked unless `staff` names others, and so do further seats given by hand.

    Whoever is not among `staff` has left: such people stay by name, without an account, a seat or a position.
    """
    units, staff = list(units), list(staff)
    known = {row.code: row for row in connection.execute(select(staff_table))}
    by_hand = select(seat_table).where(seat_table.c.by_hand)
    kept = [dict(row._mapping) for row in connection.execute(by_hand)]  # noqa: SLF001 a row's public name for its columns
    for table in (seat_table, staff_table, closure_table, unit_table):
        connection.execute(delete(table))
    _insert(connection, unit_table, [vars(u) for u in units])
    _insert(connection, closure_table, closure_rows({u.code: u.parent for u in units}))
    _insert(connection, staff_table, [*_staff_rows(staff, known), *_left_rows(staff, known)])
    _insert(connection, seat_table, _seat_rows(units, staff, kept))
    _vacate(connection)


def _staff_rows(staff: Iterable[Staff], known: Mapping[str, Any]) -> list[dict[str, object]]:
    def account(one: Staff) -> int | None:
        linked: int | None = known[one.code].user_id if one.code in known else None
        return one.user_id or linked

    return [
        {"code": s.code, "name": s.name, "user_id": account(s), "left_on": None, "by_hand": s.by_hand}
        for s in staff
    ]


def _left_rows(staff: Iterable[Staff], known: Mapping[str, Any]) -> list[dict[str, object]]:
    """Everybody who was there and is not any more."""
    present = {one.code for one in staff}
    return [
        {
            "code": code,
            "name": row.name,
            "user_id": None,
            "left_on": row.left_on or datetime.now(UTC).date(),
            "by_hand": False,
        }
        for code, row in known.items()
        if code not in present
    ]


def _seat_rows(
    units: Iterable[Unit], staff: Iterable[Staff], kept: Iterable[Mapping[str, Any]]
) -> list[dict[str, object]]:
    """One main seat each: that given by hand, else the one that was read."""
    there, people = {unit.code for unit in units}, {one.code for one in staff}
    seats: dict[tuple[str, str], dict[str, object]] = {}
    for one in staff:
        for number, unit in enumerate(dict.fromkeys([one.unit, *one.others])):
            if unit:
                seats[one.code, unit] = _seat(one.code, unit, is_main=number == 0, by_hand=False)
    for seat in kept:
        if seat["staff"] in people and seat["unit"] in there:
            if seat["is_main"]:
                _no_main(seats, seat["staff"])
            seats[seat["staff"], seat["unit"]] = dict(seat)
    return list(seats.values())


def _seat(staff: str, unit: str, *, is_main: bool, by_hand: bool) -> dict[str, object]:
    return {"staff": staff, "unit": unit, "is_main": is_main, "by_hand": by_hand}


def _no_main(seats: Mapping[tuple[str, str], dict[str, object]], staff: str) -> None:
    for (person, _unit), seat in seats.items():
        if person == staff:
            seat["is_main"] = False


def _vacate(connection: Connection) -> None:
    """Positions of units that are gone go too; those of people who left become vacant."""
    position = position_table.c
    there = select(unit_table.c.code)
    connection.execute(delete(position_table).where(position.unit.not_in(there)))
    present = select(staff_table.c.code).where(staff_table.c.left_on.is_(None))
    gone = position.holder.is_not(None) & position.holder.not_in(present)
    connection.execute(update(position_table).where(gone).values(holder=None))


def closure_rows(parents: Mapping[str, str | None]) -> list[dict[str, object]]:
    """(ancestor, descendant, depth) of every pair, each unit with itself; a cycle is cut where it closes, and what is too deep."""
    rows: list[dict[str, object]] = []
    for code in parents:
        seen: set[str] = set()
        node: str | None = code
        while node is not None and node in parents and node not in seen and len(seen) < DEEPEST:
            rows.append({"ancestor": node, "descendant": code, "depth": len(seen)})
            seen.add(node)
            node = parents[node]
    return rows


def place_of(connection: Connection, user_id: int) -> Place:
    """The employee code, units and units below of an account; empty when it is nobody's."""
    linked = staff_table.outerjoin(seat_table, seat_table.c.staff == staff_table.c.code)
    found = select(staff_table.c.code, seat_table.c.unit).select_from(linked)
    rows = connection.execute(found.where(staff_table.c.user_id == user_id)).all()
    if not rows:
        return Place(None, frozenset(), frozenset())
    units = [unit for _code, unit in rows if unit is not None]
    return _place(rows[0].code, units, units_below(connection, units, LISTED + 1))


def _place(employee: str | None, units: Iterable[str], below: frozenset[str]) -> Place:
    is_many = len(below) > LISTED
    return Place(employee, frozenset(units), frozenset() if is_many else below, is_many)


def places_of(connection: Connection, user_ids: Iterable[int]) -> dict[int, Place]:
    """The same for many accounts in four statements; whoever is nobody has an empty one."""
    ids = list(user_ids)
    linked = select(staff_table.c.user_id, staff_table.c.code).where(staff_table.c.user_id.in_(ids))
    staff: dict[int, str] = dict(connection.execute(linked).all())
    seats, below = defaultdict(set), defaultdict(set)
    seated = select(seat_table.c.staff, seat_table.c.unit).where(seat_table.c.staff.in_([*staff.values()]))
    for code, unit in connection.execute(seated):
        seats[code].add(unit)
    wide = _wide(connection, {unit for found in seats.values() for unit in found})
    under = select(closure_table.c.ancestor, closure_table.c.descendant)
    listed = [unit for unit, is_wide in wide.items() if not is_wide]
    for ancestor, descendant in connection.execute(under.where(closure_table.c.ancestor.in_(listed))):
        below[ancestor].add(descendant)
    places = {}
    for user_id in ids:
        own = seats[staff[user_id]] if user_id in staff else set()
        place = _place(staff.get(user_id), own, frozenset().union(*(below[unit] for unit in own)))
        is_many = place.reaches_many or any(wide.get(unit) for unit in own)
        places[user_id] = replace(place, units_below=frozenset(), reaches_many=True) if is_many else place
    return places


def _wide(connection: Connection, units: Iterable[str]) -> dict[str, bool]:
    """Whether each unit has more below it than is listed."""
    ancestor = closure_table.c.ancestor
    counted = select(ancestor, func.count()).where(ancestor.in_(list(units))).group_by(ancestor)
    return {unit: number > LISTED for unit, number in connection.execute(counted)}


def units_below(connection: Connection, units: Iterable[str], most: int | None = None) -> frozenset[str]:
    """The units and everything under them; no more than `most` of them."""
    under = select(closure_table.c.descendant).where(closure_table.c.ancestor.in_(list(units)))
    return frozenset(connection.execute(under.distinct().limit(most)).scalars())


def superior_of(connection: Connection, employee: str) -> str | None:
    """Head of the person's unit; upwards when that post is empty, held by somebody who left, or by the person."""
    return connection.execute(
        select(unit_table.c.head)
        .join(closure_table, closure_table.c.ancestor == unit_table.c.code)
        .join(seat_table, seat_table.c.unit == closure_table.c.descendant)
        .where(seat_table.c.staff == employee, unit_table.c.head.is_not(None), unit_table.c.head != employee)
        .where(unit_table.c.head.not_in(select(staff_table.c.code).where(staff_table.c.left_on.is_not(None))))
        .order_by(seat_table.c.is_main.desc(), closure_table.c.depth)
        .limit(1)
    ).scalar()


def user_of(connection: Connection, employee: str) -> int | None:
    """The account of an employee code."""
    return connection.execute(select(staff_table.c.user_id).where(staff_table.c.code == employee)).scalar()


def names_of(connection: Connection, codes: Iterable[str]) -> dict[str, str]:
    """Employee names by code."""
    found = select(staff_table.c.code, staff_table.c.name).where(staff_table.c.code.in_(list(codes)))
    return dict(connection.execute(found).all())


def children_of(units: Iterable[Unit]) -> dict[str | None, list[Unit]]:
    """Units by parent, for drawing the tree."""
    tree: dict[str | None, list[Unit]] = defaultdict(list)
    for unit in units:
        tree[unit.parent].append(unit)
    return tree


def _insert(connection: Connection, table: Table, rows: list[dict[str, object]]) -> None:
    for start in range(0, len(rows), 1000):
        connection.execute(insert(table), rows[start : start + 1000])
