"""The organisation tree in the overlay: units, their closure, the staff who sit in them, and positions; and where somebody stands.

People who left stay, without a seat and an account, until their records are handed over.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Date,
    Integer,
    String,
    Table,
    func,
    insert,
    select,
    update,
)

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

tree_table = Table(
    "org_tree",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("version", Integer, nullable=False),
)
"""One row, which every change of the organisation writes first: so one follows the other."""


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


def hold(connection: Connection) -> None:
    """Until the transaction ends nobody else changes the organisation. Comes before anything is read.

    Two moves at the same moment, each right by itself, would hang two units below each other.
    """
    mine = update(tree_table).where(tree_table.c.id == 1).values(version=tree_table.c.version + 1)
    if not connection.execute(mine).rowcount:
        connection.execute(insert(tree_table).values(id=1, version=1))


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
