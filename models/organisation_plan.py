"""What would change if the organisation were read from the legacy tables now: who joins, moves and leaves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection, select

from models.organisation import Staff, Unit, seat_table, staff_table, unit_table


@dataclass(frozen=True)
class Move:
    """Somebody whose unit is another one; units by name."""

    code: str
    name: str
    before: str
    after: str


@dataclass
class Plan:
    """The differences, by code. Renamed people and units, and new heads, are taken over without being listed."""

    joins: list[Staff] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)
    leaves: list[Staff] = field(default_factory=list)
    added: list[Unit] = field(default_factory=list)
    gone: list[Unit] = field(default_factory=list)

    @property
    def numbers(self) -> dict[str, int]:
        """For the audit."""
        return {"joins": len(self.joins), "moves": len(self.moves), "leaves": len(self.leaves)}

    @property
    def is_empty(self) -> bool:
        """Does everybody stay where they are?"""
        return not (self.joins or self.moves or self.leaves or self.added or self.gone)


def plan(connection: Connection, units: Iterable[Unit], staff: Iterable[Staff]) -> Plan:
    """Compare what is kept with `units` and `staff` as they were read just now."""
    old_units, new_units = _units(connection), {unit.code: unit for unit in units}
    old_staff, new_staff = _staff(connection), {person.code: person for person in staff}
    names = {code: unit.name for code, unit in {**old_units, **new_units}.items()}
    return Plan(
        joins=[person for code, person in new_staff.items() if code not in old_staff],
        moves=_moves(old_staff, new_staff, names),
        leaves=[person for code, person in old_staff.items() if code not in new_staff],
        added=[unit for code, unit in new_units.items() if code not in old_units],
        gone=[unit for code, unit in old_units.items() if code not in new_units],
    )


def _moves(old: Mapping[str, Staff], new: Mapping[str, Staff], names: Mapping[str, str]) -> list[Move]:
    def called(unit: str | None) -> str:
        return names.get(unit, unit) if unit else ""

    both = ((old[code], person) for code, person in new.items() if code in old)
    return [
        Move(after.code, after.name, called(before.unit), called(after.unit))
        for before, after in both
        if before.unit != after.unit
    ]


def _units(connection: Connection) -> dict[str, Unit]:
    columns = (unit_table.c[name] for name in Unit.__dataclass_fields__)
    return {row.code: Unit(*row) for row in connection.execute(select(*columns))}


def _staff(connection: Connection) -> dict[str, Staff]:
    main = (seat_table.c.staff == staff_table.c.code) & seat_table.c.is_main
    table = staff_table.c
    columns = (table.code, table.name, seat_table.c.unit, table.user_id, table.by_hand)
    found = select(*columns).outerjoin(seat_table, main).where(table.left_on.is_(None)).order_by(table.code)
    return {row.code: Staff(*row) for row in connection.execute(found)}


def kept(connection: Connection) -> tuple[list[Unit], list[Staff]]:
    """The organisation as it is, with all seats of everybody."""
    further: dict[str, list[str]] = {}
    seats = select(seat_table.c.staff, seat_table.c.unit).where(~seat_table.c.is_main)
    for code, unit in connection.execute(seats.order_by(seat_table.c.unit)):
        further.setdefault(code, []).append(unit)
    people = (replace(one, others=tuple(further.get(one.code, ()))) for one in _staff(connection).values())
    return list(_units(connection).values()), list(people)


def with_hand_kept(
    connection: Connection, units: Iterable[Unit], staff: Iterable[Staff]
) -> tuple[list[Unit], list[Staff]]:
    """What the legacy tables say, and what people made or changed by hand: that stays as they left it."""
    read, people = {unit.code: unit for unit in units}, {one.code: one for one in staff}
    ours = {code: unit for code, unit in _units(connection).items() if unit.by_hand}
    whole = read | ours
    fitted = [
        replace(unit, parent=None) if unit.parent and unit.parent not in whole else unit
        for unit in whole.values()
    ]
    added = {code: one for code, one in _staff(connection).items() if one.by_hand and code not in people}
    seated = [one if one.unit in whole else replace(one, unit=None) for one in added.values()]
    return fitted, [*people.values(), *seated]
