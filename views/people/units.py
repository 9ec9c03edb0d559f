"""One unit of the organisation as its page shows it: where it lies, what lies below, who sits there, which posts it has."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Select, func, or_, select

from models import access
from models.organisation import closure_table, names_of, position_table, seat_table, staff_table, unit_table
from models.organisation_hand import required_unit

SHOWN = 200
FOUND = 50
SUGGESTIONS = 20


def page(code: str, typed: str) -> dict[str, Any]:
    """What people/units.html draws for a unit, or for the top of the tree with code "". Raises NotVisible."""
    unit = required_unit(access.overlay(), code) if code else None
    units = found(typed) if typed else below(code)
    seats, number = people(code) if unit else ([], 0)
    positions = posts(code) if unit else []
    heads = [one.head for one in units] + [one.holder for one in positions] + ([unit.head] if unit else [])
    return {
        "unit": unit,
        "above": path(code),
        "units": units[:SHOWN],
        "more_units": len(units) > SHOWN,
        "names": names_of(access.overlay(), {one for one in heads if one}),
        "seats": seats,
        "number": number,
        "positions": positions,
        "q": typed,
    }


def path(code: str) -> list[Any]:
    """The units above, from the top down."""
    found = (
        select(unit_table.c.code, unit_table.c.name)
        .join(closure_table, closure_table.c.ancestor == unit_table.c.code)
        .where(closure_table.c.descendant == code, closure_table.c.depth > 0)
        .order_by(closure_table.c.depth.desc())
    )
    return list(access.overlay().execute(found))


def below(code: str) -> list[Any]:
    """The units directly below, open ones first."""
    here = unit_table.c.parent == code if code else unit_table.c.parent.is_(None)
    return _units(select(unit_table).where(here).limit(SHOWN + 1))


def found(typed: str) -> list[Any]:
    """Units whose code or name begins with what was typed."""
    return _units(select(unit_table).where(_begins(unit_table, typed)).limit(FOUND))


def _units(statement: Select[Any]) -> list[Any]:
    by = statement.order_by(unit_table.c.closed_on.is_not(None), unit_table.c.code)
    return list(access.overlay().execute(by))


def people(code: str) -> tuple[list[Any], int]:
    """Who sits in it, by code, and how many they are."""
    here = seat_table.c.unit == code
    seated = (
        select(staff_table.c.code, staff_table.c.name, seat_table.c.is_main)
        .join(seat_table, seat_table.c.staff == staff_table.c.code)
        .where(here)
        .order_by(staff_table.c.code)
    )
    number = access.overlay().execute(select(func.count()).where(here)).scalar_one()
    return list(access.overlay().execute(seated.limit(SHOWN))), int(number)


def posts(code: str) -> list[Any]:
    """The positions of a unit."""
    here = select(position_table).where(position_table.c.unit == code).order_by(position_table.c.id)
    return list(access.overlay().execute(here.limit(SHOWN)))


def suggestions(typed: str) -> list[dict[str, str]]:
    """Open units by the beginning of their code or name, for a look-up box."""
    table = unit_table.c
    found = select(table.code, table.name).where(table.closed_on.is_(None)).order_by(table.code)
    if typed:
        found = found.where(_begins(unit_table, typed))
    rows = access.overlay().execute(found.limit(SUGGESTIONS))
    return [{"value": code, "text": name, "sub": code} for code, name in rows]


def chosen(codes: Iterable[str]) -> dict[str, str]:
    """Names of the units that a form that comes back has chosen."""
    found = select(unit_table.c.code, unit_table.c.name).where(unit_table.c.code.in_([*codes]))
    return dict(access.overlay().execute(found).all())


def _begins(table: Any, typed: str) -> Any:
    return or_(*(column.startswith(typed, autoescape=True) for column in (table.c.code, table.c.name)))
