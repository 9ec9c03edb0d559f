"""The organisation put in place whole, from plain rows: a spreadsheet's, or read from wired legacy tables.

What was made by hand is added to those by `with_hand_kept`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Connection, Table, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from app.errors import Invalid
from models.organisation import (
    Staff,
    Unit,
    closure_table,
    hold,
    position_table,
    seat_table,
    staff_table,
    unit_table,
)

DEEPEST = 100  # levels: a unit is kept with each above it, and a long chain would be kept as its square


def rebuild(connection: Connection, units: Iterable[Unit], staff: Iterable[Staff]) -> None:
    """Replace the tree and the staff. Accounts stay linked unless `staff` names others, and so do further seats given by hand.

    Whoever is not among `staff` has left: such people stay by name, without an account, a seat or a position. Raises Invalid.
    """
    hold(connection)
    units, staff = list(units), list(staff)
    known = {row.code: row for row in connection.execute(select(staff_table))}
    by_hand = select(seat_table).where(seat_table.c.by_hand)
    kept = [dict(row._mapping) for row in connection.execute(by_hand)]  # noqa: SLF001 a row's public name for its columns
    for table in (seat_table, staff_table, closure_table, unit_table):
        connection.execute(delete(table))
    try:
        _insert(connection, unit_table, [vars(u) for u in units])
        _insert(connection, closure_table, closure_rows({u.code: u.parent for u in units}))
        _insert(connection, staff_table, [*_staff_rows(staff, known), *_left_rows(staff, known)])
        _insert(connection, seat_table, _seat_rows(units, staff, kept))
    except IntegrityError as error:
        raise Invalid(
            _("Two codes of units or people are the same but for capitals or accents. Correct one of them.")
        ) from error
    _vacate(connection)


def renew_closure(connection: Connection) -> None:
    """Work the closure out anew from the units as they are."""
    parents = dict(connection.execute(select(unit_table.c.code, unit_table.c.parent)).all())
    connection.execute(delete(closure_table))
    _insert(connection, closure_table, closure_rows(parents))


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
    """(ancestor, descendant, depth) of every pair, each unit with itself, and none deeper than DEEPEST.

    Units that lie above each other in a circle count as tops, each by itself: nobody reaches more by a mistake in the data.
    """
    rows: list[dict[str, object]] = []
    in_loops = loops_of(parents)
    for code in parents:
        node: str | None = code
        depth = 0
        while node is not None and node in parents and depth < DEEPEST:
            rows.append({"ancestor": node, "descendant": code, "depth": depth})
            node, depth = None if node in in_loops else parents[node], depth + 1
    return rows


def loops_of(parents: Mapping[str, str | None]) -> set[str]:
    """Units that lie above themselves."""
    found, settled = set[str](), set[str]()
    for start in parents:
        way: dict[str, None] = {}
        node: str | None = start
        while node is not None and node in parents and node not in settled and node not in way:
            way[node] = None
            node = parents[node]
        if node in way:
            steps = list(way)
            found.update(steps[steps.index(node) :])
        settled.update(way)
    return found


def _insert(connection: Connection, table: Table, rows: list[dict[str, object]]) -> None:
    for start in range(0, len(rows), 1000):
        connection.execute(insert(table), rows[start : start + 1000])
