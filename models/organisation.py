"""The organisation tree in the overlay: units, their closure, and the staff who sit in them.

`rebuild` replaces it whole from plain rows (hand-kept, imported, or read from wired legacy tables).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from sqlalchemy import Boolean, Column, Connection, Integer, String, Table, delete, func, insert, select

from models.overlay import metadata

LISTED = 200
"""Codes that a statement lists; of more than these the tree itself is asked, row by row (MariaDB guesses beyond 200)."""

unit_table = Table(
    "org_unit",
    metadata,
    Column("code", String(64), primary_key=True),
    Column("name", String(255), nullable=False),
    Column("parent", String(64), index=True),
    Column("head", String(64)),
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
)
seat_table = Table(
    "org_seat",
    metadata,
    Column("staff", String(64), primary_key=True),
    Column("unit", String(64), primary_key=True, index=True),
    Column("is_main", Boolean, nullable=False, default=True),
)


@dataclass(frozen=True)
class Unit:
    """A node of the tree; `head` is an employee code."""

    code: str
    name: str
    parent: str | None = None
    head: str | None = None


@dataclass(frozen=True)
class Staff:
    """A person of the organisation; `user_id` is the account, when there is one."""

    code: str
    name: str
    unit: str | None = None
    user_id: int | None = None


@dataclass(frozen=True)
class Place:
    """Where an account stands in the tree."""

    employee: str | None
    units: frozenset[str]
    units_below: frozenset[str]
    reaches_many: bool = False
    """There are more than LISTED units below: they are left out here."""


def rebuild(connection: Connection, units: Iterable[Unit], staff: Iterable[Staff]) -> None:
    """Replace the tree and the staff; links of accounts to staff codes are kept unless `staff` names its own."""
    units, staff = list(units), list(staff)
    linked = dict(connection.execute(select(staff_table.c.code, staff_table.c.user_id)).all())
    for table in (seat_table, staff_table, closure_table, unit_table):
        connection.execute(delete(table))
    _insert(connection, unit_table, [vars(u) for u in units])
    _insert(connection, closure_table, closure_rows({u.code: u.parent for u in units}))
    _insert(
        connection,
        staff_table,
        [{"code": s.code, "name": s.name, "user_id": s.user_id or linked.get(s.code)} for s in staff],
    )
    _insert(
        connection, seat_table, [{"staff": s.code, "unit": s.unit, "is_main": True} for s in staff if s.unit]
    )


def closure_rows(parents: Mapping[str, str | None]) -> list[dict[str, object]]:
    """(ancestor, descendant, depth) of every pair, each unit with itself; a cycle is cut where it closes."""
    rows: list[dict[str, object]] = []
    for code in parents:
        seen: set[str] = set()
        node: str | None = code
        while node is not None and node in parents and node not in seen:
            rows.append({"ancestor": node, "descendant": code, "depth": len(seen)})
            seen.add(node)
            node = parents[node]
    return rows


def place_of(connection: Connection, user_id: int) -> Place:
    """The employee code, units and units below of an account; empty when it is nobody's."""
    employee = connection.execute(select(staff_table.c.code).where(staff_table.c.user_id == user_id)).scalar()
    if employee is None:
        return Place(None, frozenset(), frozenset())
    units = (
        connection.execute(select(seat_table.c.unit).where(seat_table.c.staff == employee)).scalars().all()
    )
    return _place(employee, units, units_below(connection, units, LISTED + 1))


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
    """Head of the person's unit; upwards when that post is empty or held by the person."""
    return connection.execute(
        select(unit_table.c.head)
        .join(closure_table, closure_table.c.ancestor == unit_table.c.code)
        .join(seat_table, seat_table.c.unit == closure_table.c.descendant)
        .where(seat_table.c.staff == employee, unit_table.c.head.is_not(None), unit_table.c.head != employee)
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
