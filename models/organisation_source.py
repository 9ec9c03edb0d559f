"""The organisation read from the wired legacy tables: units from the role "organisation", staff from "employee"."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, or_, select

from models.catalogue import Catalogue
from models.fixed import only_of
from models.organisation import Staff, Unit, hold
from models.organisation_plan import with_hand_kept
from models.organisation_rebuild import rebuild
from models.wiring.nouns import Entity

MAX_ROWS = 100_000


def keep_in_step(connection: Connection, catalogue: Catalogue) -> int:
    """Rebuild the tree from the legacy tables; returns the number of units. 0 = no organisation is wired."""
    hold(connection)
    units, staff = as_wired(connection, catalogue)
    if units or staff:
        rebuild(connection, *with_hand_kept(connection, units, staff))
    return len(units)


def as_wired(connection: Connection, catalogue: Catalogue) -> tuple[list[Unit], list[Staff]]:
    """Units and staff as the legacy tables have them now; empty when none are wired, or when something of them is lost.

    Without its code a unit would be called by another column, and rights would follow the wrong rows.
    """
    if is_disturbed(catalogue):
        return [], []
    units = catalogue.by_role("organisation")[:1]
    people = catalogue.by_role("employee")[:1]
    return (
        [unit for entity in units for unit in _units(connection, entity, catalogue)],
        [person for entity in people for person in _staff(connection, entity, catalogue)],
    )


def is_disturbed(catalogue: Catalogue) -> bool:
    """A table of the organisation is gone, or has lost columns that were wired: the tree stays as it was."""
    roles = {"organisation", "employee"}
    gone = any(entity.role in roles for entity in catalogue.gone.values())
    return gone or any(entity.lost for role in roles for entity in catalogue.by_role(role))


def _units(connection: Connection, entity: Entity, catalogue: Catalogue) -> Iterator[Unit]:
    code = identity(entity)
    parent = _column_to(entity, entity.name)
    people = catalogue.by_role("employee")
    head = _column_to(entity, people[0].name) if people else ""
    for row in _rows(connection, entity, [code, entity.title or code, parent, head]):
        yield Unit(
            _text(row[0]) or "",
            str(row[1] or row[0]),
            _text(row[2]) if parent else None,
            _text(row[3]) if head else None,
        )


def _staff(connection: Connection, entity: Entity, _catalogue: Catalogue) -> Iterator[Staff]:
    code = identity(entity)
    for row in _rows(connection, entity, [code, entity.title or code, entity.unit]):
        yield Staff(_text(row[0]) or "", str(row[1] or row[0]), _text(row[2]) if entity.unit else None)


def identity(entity: Entity) -> str:
    """The column that other tables name a row by: what relations point at, else the code, else the key."""
    return entity.code or (entity.key[0] if entity.key else next(iter(entity.fields)))


def _column_to(entity: Entity, target: str) -> str:
    return next(
        (
            r.columns[0]
            for r in entity.relations.values()
            if r.target == target and len(r.columns) == 1 and r.is_plain
        ),
        "",
    )


def _rows(connection: Connection, entity: Entity, names: list[str]) -> list[Any]:
    """Rows that are not deleted softly: who is marked so has left."""
    columns = [entity.table.c[name] if name else entity.table.c[names[0]] for name in names]
    found = select(*columns).where(only_of(entity)).limit(MAX_ROWS)
    if entity.delete_flag:
        flag = entity.table.c[entity.delete_flag["field"]]
        found = found.where(or_(flag != entity.delete_flag["deleted"], flag.is_(None)))
    return list(connection.execute(found))


def _text(value: object) -> str | None:
    return None if value in {None, "", 0, "0"} else str(value)
