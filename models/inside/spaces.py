"""The spaces of the search index: one for each field that is searched inside words, with its state and its places."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, func, insert, select, update

from models.condition.collation import collation_named
from models.inside.tables import space_table
from models.wiring.nouns import Entity

BUILDING, READY, FAILED, LEAVING = "building", "ready", "failed", "leaving"


@dataclass(frozen=True)
class Space:
    """One field's index. `places` holds where each walk goes on; `looked_from` = every row was looked at since then."""

    id: int
    entity: str
    field: str
    shape: str
    state: str
    rows_done: int
    expected: int
    next_document: int
    garbage: int
    places: Mapping[str, Any]
    looked_from: datetime | None
    pass_began: datetime | None
    error: str

    @property
    def percent(self) -> int:
        """How much of it is built."""
        return min(99, 100 * self.rows_done // self.expected) if self.expected else 0


def shape_of(entity: Entity, field: str) -> str:
    """Changes when what was indexed would no longer be right: another table, key, type or way to compare."""
    about = entity.fields[field]
    rule = collation_named(about.settings.get("collation"))
    parts = [entity.table_name, list(entity.key), about.sql_type, rule.fold]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:40]


def wanted(entities: Iterable[Entity]) -> list[tuple[Entity, str]]:
    """(entity, field) of all fields that the wiring says are searched inside words."""
    return [
        (entity, name)
        for entity in entities
        if entity.key
        for name, field in entity.fields.items()
        if field.inside and name not in entity.lost
    ]


def all_of(connection: Connection) -> list[Space]:
    """Every space there is."""
    found = connection.execute(select(space_table).order_by(space_table.c.id)).mappings()
    return [_space(row) for row in found]


def of_field(connection: Connection, entity: Entity, field: str) -> Space | None:
    """The field's space as its shape is now; None before the runner has begun it."""
    shape = shape_of(entity, field)
    mine = (space_table.c.entity == entity.name) & (space_table.c.field == field)
    found = (
        connection.execute(select(space_table).where(mine, space_table.c.shape == shape)).mappings().first()
    )
    space = _space(found) if found else None
    return space if space is not None and space.state != LEAVING else None


def locked(connection: Connection, number: int) -> Space:
    """The space as it stands, for the one who goes on with it."""
    found = connection.execute(select(space_table).where(space_table.c.id == number).with_for_update())
    return _space(found.mappings().one())


def arrange(connection: Connection, entities: Iterable[Entity]) -> list[Space]:
    """Begin spaces that are wanted and take leave of those that are not; returns all of them."""
    known = {(s.entity, s.field, s.shape): s for s in all_of(connection) if s.state != LEAVING}
    fields = {(e.name, name, shape_of(e, name)): e for e, name in wanted(entities)}
    for key in known.keys() - fields.keys():
        keep(connection, known[key].id, state=LEAVING)
    for key in fields.keys() - known.keys():
        _begin(connection, key, fields[key])
    return all_of(connection)


def _begin(connection: Connection, key: tuple[str, str, str], entity: Entity) -> None:
    highest = connection.execute(select(func.max(space_table.c.id))).scalar() or 0
    fresh = {"state": BUILDING, "rows_done": 0, "next_document": 1, "garbage": 0, "places": "{}", "error": ""}
    fresh |= {"expected": entity.row_estimate, "pass_began": datetime.now(UTC)}
    name, field, shape = key
    connection.execute(
        insert(space_table).values(id=highest + 1, entity=name, field=field, shape=shape, **fresh)
    )


def drop(connection: Connection, number: int) -> None:
    """Forget a space that holds nothing any more."""
    connection.execute(delete(space_table).where(space_table.c.id == number))


def keep(connection: Connection, number: int, **values: Any) -> None:
    """Write down how far a space is."""
    if "places" in values:
        values["places"] = json.dumps(values["places"])
    connection.execute(update(space_table).where(space_table.c.id == number).values(**values))


def _space(row: RowMapping) -> Space:
    return Space(**{**row, "places": json.loads(row["places"])})
