"""Facts from the PRAGMAs of SQLite, asked for all tables of an attached file at once."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any

from sqlalchemy import Connection, RowMapping, text
from sqlalchemy.exc import DBAPIError

from models.legacy.facts import ColumnFacts, Finding, ForeignKeyFacts, IndexFacts, TableFacts

TABLES = "SELECT name, type kind FROM {schema}.sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite~_%' ESCAPE '~' ORDER BY name"
COLUMNS = """SELECT m.name table_name, c.* FROM {schema}.sqlite_master m, pragma_table_xinfo(m.name, :schema) c
WHERE m.type = 'table' AND c.hidden <> 1 ORDER BY m.name, c.cid"""
OWN_COLUMNS = "SELECT :table table_name, c.* FROM pragma_table_xinfo(:table, :schema) c ORDER BY c.cid"
INDEXES = """SELECT m.name table_name, i.name, i."unique" is_unique, i.partial, p.name column_name
FROM {schema}.sqlite_master m, pragma_index_list(m.name, :schema) i, pragma_index_info(i.name, :schema) p
WHERE m.type = 'table' ORDER BY m.name, i.seq, p.seqno"""
KEYS = """SELECT m.name table_name, k.id, k."from" column_name, k."table" target, k."to" target_column
FROM {schema}.sqlite_master m, pragma_foreign_key_list(m.name, :schema) k WHERE m.type = 'table'
ORDER BY m.name, k.id, k.seq"""
COUNTS = "SELECT tbl, stat FROM {schema}.sqlite_stat1"

Rows = list[RowMapping]


def read(connection: Connection, schema: str) -> tuple[list[TableFacts], list[Finding]]:
    """All tables and views of the attached file `schema`, and what is broken in it."""
    findings: list[Finding] = []
    columns: dict[str, Rows] = defaultdict(list)
    for row in _rows(connection, COLUMNS, schema):
        columns[row["table_name"]].append(row)
    primary = {name: _primary(rows) for name, rows in columns.items()}
    indexes = _indexes(_rows(connection, INDEXES, schema))
    keys = _keys(_rows(connection, KEYS, schema), primary)
    counts = _counts(connection, schema)
    tables = []
    for row in _rows(connection, TABLES, schema):
        name, is_view = row["name"], row["kind"] == "view"
        described = _view_columns(connection, schema, name, findings) if is_view else columns[name]
        if described:
            table = TableFacts(
                name=name,
                is_view=is_view,
                engine="" if is_view else "SQLite",
                row_estimate=0 if is_view else counts.get(name, _highest(connection, schema, name)),
                columns=tuple(_column(column) for column in described),
                primary_key=primary.get(name, ()),
                indexes=tuple(_with_primary(indexes[name], primary.get(name, ()))),
                foreign_keys=tuple(keys[name]),
            )
            tables.append(table)
    return tables, findings


def columns_of(connection: Connection, schema: str, table: str) -> list[ColumnFacts]:
    """The columns of one table."""
    return [_column(row) for row in _rows(connection, OWN_COLUMNS, schema, table=table)]


def _rows(connection: Connection, statement: str, schema: str, **values: Any) -> Rows:
    quoted = connection.dialect.identifier_preparer.quote_identifier(schema)
    given = {"schema": schema, **values}
    bound = {name: value for name, value in given.items() if f":{name}" in statement}
    return list(connection.execute(text(statement.format(schema=quoted)), bound).mappings())


def _view_columns(connection: Connection, schema: str, view: str, findings: list[Finding]) -> Rows:
    """A view's columns; SQLite reads its query for that, so that a broken one fails here."""
    try:
        return _rows(connection, OWN_COLUMNS, schema, table=view)
    except DBAPIError as error:
        findings.append(Finding("broken-view", view, str(error.orig)))
        return []


def _primary(rows: Rows) -> tuple[str, ...]:
    return tuple(row["name"] for row in sorted(rows, key=lambda row: row["pk"]) if row["pk"])


def _column(row: RowMapping) -> ColumnFacts:
    declared = str(row["type"] or "")
    sizes = [int(size) for size in re.findall(r"\d+", declared)]
    is_number = re.match(r"(?i)dec|num", declared) is not None
    is_rowid = row["pk"] == 1 and declared.upper() == "INTEGER"
    preset = row["dflt_value"]
    return ColumnFacts(
        name=row["name"],
        sql_type=declared.lower() if "'" not in declared else declared,
        nullable=not row["notnull"] and not row["pk"],
        default=None if preset is None or str(preset).upper() == "NULL" else str(preset),
        generated=row["hidden"] in {2, 3},
        auto_increment=is_rowid,
        length=sizes[0] if sizes and not is_number else None,
        scale=(sizes[1] if len(sizes) > 1 else 0) if sizes and is_number else None,
        precision=sizes[0] if sizes and is_number else None,
        is_json=declared.lower() == "json",
    )


def _indexes(rows: Rows) -> dict[str, list[IndexFacts]]:
    groups: dict[tuple[str, str], Rows] = defaultdict(list)
    for row in rows:
        groups[row["table_name"], row["name"]].append(row)
    found: dict[str, list[IndexFacts]] = defaultdict(list)
    for (table, name), parts in groups.items():
        if parts[0]["partial"] or any(part["column_name"] is None for part in parts):
            continue
        columns = tuple(part["column_name"] for part in parts)
        found[table].append(IndexFacts(name, columns, bool(parts[0]["is_unique"])))
    return found


def _with_primary(indexes: list[IndexFacts], primary: tuple[str, ...]) -> list[IndexFacts]:
    """The primary key first, which SQLite does not list when it is the row id."""
    others = [index for index in indexes if index.columns != primary]
    return [*([IndexFacts("PRIMARY", primary, unique=True)] if primary else []), *others]


def _keys(rows: Rows, primary: dict[str, tuple[str, ...]]) -> dict[str, list[ForeignKeyFacts]]:
    groups: dict[tuple[str, int], Rows] = defaultdict(list)
    for row in rows:
        groups[row["table_name"], row["id"]].append(row)
    found: dict[str, list[ForeignKeyFacts]] = defaultdict(list)
    for (table, number), parts in groups.items():
        target = parts[0]["target"]
        named = tuple(part["target_column"] for part in parts)
        # Without columns of its own a key means the other table's primary key.
        columns = named if all(named) else primary.get(target, ())
        found[table].append(
            ForeignKeyFacts(f"{table}-{number}", tuple(p["column_name"] for p in parts), target, columns)
        )
    return found


def _counts(connection: Connection, schema: str) -> dict[str, int]:
    """Rows by table where somebody ran ANALYZE."""
    if not _rows(connection, "SELECT 1 FROM {schema}.sqlite_master WHERE name = 'sqlite_stat1'", schema):
        return {}
    found: dict[str, int] = {}
    for row in _rows(connection, COUNTS, schema):
        first = str(row["stat"] or "0").split(" ")[0]
        found[row["tbl"]] = max(found.get(row["tbl"], 0), int(first))
    return found


def _highest(connection: Connection, schema: str, table: str) -> int:
    """The highest row id: an upper bound that costs one look at the tree; 0 where there is no row id."""
    quote = connection.dialect.identifier_preparer.quote_identifier
    statement = f"SELECT max(rowid) FROM {quote(schema)}.{quote(table)}"  # noqa: S608 - both names are quoted
    try:
        return int(connection.execute(text(statement.replace(":", r"\:"))).scalar() or 0)
    except DBAPIError:
        return 0
