"""Bounded looks at legacy rows: a few hundred of a table's first and last, and one indexed look-up for their values."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Connection, and_, column, or_, select, table
from sqlalchemy.exc import DBAPIError

from models.legacy.facts import ColumnFacts, TableFacts

log = logging.getLogger("veneer.wiring")
ROWS = 300
"""Rows read from either end of a table."""
VALUES = 200
"""Distinct values looked up for one relation."""
TEXT_LIMIT = 255
HEAVY = {
    "tinyblob",
    "blob",
    "mediumblob",
    "longblob",
    "text",
    "mediumtext",
    "longtext",
    "json",
    "geometry",
    "point",
}
UNREADABLE = {
    "linestring",
    "polygon",
    "multipoint",
    "multilinestring",
    "multipolygon",
    "geometrycollection",
    "vector",
}
MEANS_NOTHING = {"", "0", "-1", "none", "null", "b'\\x00'"}
"""Stored values that stand for "no row" in a column without NULL."""


class Samples(Protocol):
    """What inference may ask of the data."""

    def rows(self, table: TableFacts) -> list[dict[str, Any]]:
        """Some rows, with the columns that are light enough."""

    def existing(self, table: TableFacts, columns: Sequence[str], values: Sequence[Any]) -> set[Any] | None:
        """Which of `values` the key has; tuples for a composite one. None = could not be found out in time."""


class LegacySamples:
    """Samples of a live schema; each table is read once."""

    def __init__(self, connection: Connection, schema: str) -> None:
        self._connection = connection
        self._schema = schema
        self._rows: dict[str, list[dict[str, Any]]] = {}
        self.statements = 0

    def rows(self, table: TableFacts) -> list[dict[str, Any]]:
        """Up to 600 rows: the table's first ones, and its last ones by the key."""
        if table.name not in self._rows:
            self._rows[table.name] = self._read(table)
        return self._rows[table.name]

    def _read(self, table: TableFacts) -> list[dict[str, Any]]:
        names = [c.name for c in table.columns if is_light(c)]
        if not names or table.is_view:
            return []
        statement: Any = select(*(column(name) for name in names)).select_from(self._table(table)).limit(ROWS)
        found = self._fetch(statement)
        if found is not None and len(found) == ROWS and table.primary_key:
            last = statement.order_by(*(column(name).desc() for name in table.primary_key))
            found = found + (self._fetch(last) or [])
        return [dict(zip(names, row, strict=True)) for row in found or []]

    def existing(self, table: TableFacts, columns: Sequence[str], values: Sequence[Any]) -> set[Any] | None:
        """One look-up by the key's index."""
        parts = _columns(columns)
        rows = self._fetch(
            select(*parts).select_from(self._table(table)).where(_among(parts, values)).distinct()
        )
        if rows is None:
            return None
        return {row[0] if len(columns) == 1 else tuple(row) for row in rows}

    def all_rows(self, table: TableFacts, names: Sequence[str], limit: int) -> list[Sequence[Any]]:
        """Chosen columns of a small table, such as a dictionary."""
        parts = _columns(names)
        return self._fetch(select(*parts).select_from(self._table(table)).limit(limit)) or []

    def _table(self, facts: TableFacts) -> Any:
        return table(facts.name, schema=self._schema)

    def _fetch(self, statement: Any) -> list[Sequence[Any]] | None:
        """The rows; None when the server refused or took too long, which must not stop the rest."""
        self.statements += 1
        try:
            return list(self._connection.execute(statement).all())
        except (DBAPIError, ValueError) as error:
            # A ValueError is a value that the driver cannot turn into a Python object.
            log.warning("a sample could not be read: %s", type(error).__name__)
            return None


def _columns(names: Sequence[str]) -> list[ColumnElement[Any]]:
    return [column(name) for name in names]


def is_light(facts: ColumnFacts) -> bool:
    """Worth sampling: no blobs, no long texts, no shapes."""
    if facts.base_type in HEAVY | UNREADABLE or facts.is_json:
        return False
    return facts.length is None or facts.length <= 4 * TEXT_LIMIT


def _among(parts: list[Any], values: Sequence[Any]) -> ColumnElement[bool]:
    if len(parts) == 1:
        condition: ColumnElement[bool] = parts[0].in_(list(values))
        return condition
    return or_(*(and_(*(part == item for part, item in zip(parts, value, strict=True))) for value in values))


def distinct(rows: Iterable[dict[str, Any]], name: str, limit: int = VALUES) -> list[Any]:
    """Distinct values of a column in `rows` that mean something."""
    found: dict[Any, None] = {}
    for row in rows:
        value = row.get(name)
        if value is not None and _hashable(value) and not means_nothing(value):
            found.setdefault(value)
        if len(found) >= limit:
            break
    return list(found)


def means_nothing(value: Any) -> bool:
    """0, "", "-1" and their kin: written where NULL was meant."""
    return str(value).strip().lower() in MEANS_NOTHING


def _hashable(value: Any) -> bool:
    return not isinstance(value, set | list | dict | bytearray)
