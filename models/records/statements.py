"""The INSERT and UPDATE of a record, put together once for a person: only the values change from save to save."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, String, bindparam, update

from models.guard import RecordSession
from models.prepared import Prepared, kept
from models.records.rows import by_key
from models.rowtoken import key_of, whole_row_hash
from models.wiring.nouns import Entity

KEY, VALUE, ROW = "veneer_key_{}", "veneer_value_{}", "veneer_row"
"""Names of the parameters; no column is called like this."""


def write_over(  # noqa: PLR0917 - what one UPDATE needs
    session: RecordSession,
    connection: Connection,
    entity: Entity,
    token: str,
    row: str,
    changed: Mapping[str, Any],
) -> int:
    """Write `changed` where key, row token and the policy's rows say so; returns how many rows that were."""
    names, key = tuple(changed), key_of(entity, token)

    def build() -> Prepared:
        return Prepared(_update(session, entity, names))

    ready = kept(session.policy, "change", ("update", entity.name, names), build)
    values = {KEY.format(number): value for number, value in enumerate(key.values())}
    values |= {VALUE.format(number): value for number, value in enumerate(changed.values())}
    return int(connection.execute(ready.statement, {**values, ROW: row}).rowcount)


def _update(session: RecordSession, entity: Entity, names: Iterable[str]) -> Any:
    table = entity.table
    key: dict[str, Any] = {name: bindparam(KEY.format(number)) for number, name in enumerate(entity.key)}
    values = {
        table.c[name]: bindparam(VALUE.format(number), type_=table.c[name].type)
        for number, name in enumerate(names)
    }
    rows = session.policy.rows(entity, "change")
    same = whole_row_hash(table) == bindparam(ROW, type_=String())
    return update(table).where(by_key(entity, key), rows, same).values(values)
