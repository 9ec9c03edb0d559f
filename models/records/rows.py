"""Selects of an entity's rows: named columns with the flags of their rights, and the one row that a token stands for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import and_, bindparam, select

from models.guard import RecordSession
from models.prepared import Prepared
from models.records import rights
from models.rowtoken import key_of, whole_row_hash
from models.wiring.nouns import Entity

KEY = "key_{}"
"""Names of the parameters that hold the values of a record's key."""


def row_at_key(
    session: RecordSession,
    entity: Entity,
    token: str,
    names: Sequence[str],
    also: Callable[[Entity], Sequence[Any]],
) -> Any | None:
    """The columns with their flags, then what `also` gives, and the row token behind all; `KEY` are the key's values."""
    return _row(session, entity, token, names, lambda: [*also(entity), _hash(entity)], also)


def row_in_reach(session: RecordSession, entity: Entity, token: str, names: Sequence[str]) -> Any | None:
    """The same without the row token, which is worked out over all columns: for who asks whether the row is there."""
    return _row(session, entity, token, names, list, list)


def _row(  # noqa: PLR0917 - what a row is read with
    session: RecordSession,
    entity: Entity,
    token: str,
    names: Sequence[str],
    behind: Callable[[], Sequence[Any]],
    kind: object,
) -> Any | None:
    key = key_of(entity, token)

    def build() -> Prepared:
        wanted = by_key(entity, {name: bindparam(KEY.format(number)) for number, name in enumerate(key)})
        return Prepared(select(*columns_of(session, entity, names), *behind()).where(wanted))

    ready = session.prepared(("record", entity.name, tuple(names), kind), build)
    values = {KEY.format(number): value for number, value in enumerate(key.values())}
    return session.run(ready, values).first()


def nothing_more(_entity: Entity) -> Sequence[Any]:
    """Of a record that is read alone."""
    return ()


def by_key(entity: Entity, key: Mapping[str, Any]) -> Any:
    """The predicate that names one row."""
    return and_(*(entity.attribute(name) == value for name, value in key.items()))


def label(name: str) -> str:
    """Result label of a column: a prefix keeps odd names clear of each other."""
    return "c_" + name


def with_identity(entity: Entity, columns: Iterable[str]) -> list[str]:
    return list(dict.fromkeys([*columns, *entity.key]))


def columns_of(session: RecordSession, entity: Entity, names: Sequence[str]) -> list[Any]:
    """The columns by label, and behind them the flags that say what may be seen of each row."""
    return [*(entity.attribute(n).label(label(n)) for n in names), *rights.flags(session, entity, names)]


def _hash(entity: Entity) -> Any:
    return whole_row_hash(entity.table).label("row_hash")
