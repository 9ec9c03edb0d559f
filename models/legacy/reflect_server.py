"""Facts from the information_schema of MariaDB and MySQL: one statement for each of its tables, none for each table."""

from __future__ import annotations

import logging
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, text
from sqlalchemy.exc import DBAPIError

from models.legacy.facts import ColumnFacts, Finding, ForeignKeyFacts, IndexFacts, TableFacts

log = logging.getLogger("veneer.wiring")
TABLES = """
SELECT TABLE_NAME name, TABLE_TYPE kind, ENGINE engine, TABLE_ROWS row_count, TABLE_COMMENT comment
FROM information_schema.TABLES WHERE TABLE_SCHEMA = :schema AND TABLE_TYPE <> 'SEQUENCE' ORDER BY TABLE_NAME"""
COLUMNS = """
SELECT TABLE_NAME table_name, COLUMN_NAME name, COLUMN_TYPE sql_type, IS_NULLABLE nullable, COLUMN_DEFAULT preset,
  EXTRA extra, COLUMN_COMMENT comment, CHARACTER_SET_NAME charset, CHARACTER_MAXIMUM_LENGTH length,
  NUMERIC_SCALE scale, NUMERIC_PRECISION digits
FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = :schema ORDER BY TABLE_NAME, ORDINAL_POSITION"""
OWN_COLUMNS = COLUMNS.replace(" ORDER BY", " AND TABLE_NAME = :table ORDER BY")
READABLE_COLUMNS = COLUMNS.replace(" ORDER BY", " AND FIND_IN_SET('select', PRIVILEGES) ORDER BY")
"""Without those that the account may write and not read: to pages they are not there."""
INDEXES = """
SELECT TABLE_NAME table_name, INDEX_NAME name, NON_UNIQUE non_unique, COLUMN_NAME column_name, SUB_PART part,
  INDEX_TYPE kind
FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = :schema ORDER BY TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX"""
KEYS = """
SELECT TABLE_NAME table_name, CONSTRAINT_NAME name, COLUMN_NAME column_name,
  REFERENCED_TABLE_SCHEMA target_schema, REFERENCED_TABLE_NAME target, REFERENCED_COLUMN_NAME target_column
FROM information_schema.KEY_COLUMN_USAGE
WHERE TABLE_SCHEMA = :schema AND REFERENCED_TABLE_NAME IS NOT NULL
ORDER BY TABLE_NAME, CONSTRAINT_NAME, ORDINAL_POSITION"""
JSON_CHECKS = """
SELECT TABLE_NAME table_name, CHECK_CLAUSE clause FROM information_schema.CHECK_CONSTRAINTS
WHERE CONSTRAINT_SCHEMA = :schema AND CHECK_CLAUSE LIKE 'json\\_valid(%'"""

Rows = Sequence[RowMapping]
ODD = (ValueError, TypeError, LookupError, AttributeError)
"""What a description that nobody foresaw makes of reading it."""


def read(connection: Connection, schema: str) -> tuple[list[TableFacts], list[Finding]]:
    """All tables and views of `schema`, and what is broken in it."""
    findings: list[Finding] = []
    columns = _columns(connection, schema, findings)
    odd = {finding.table for finding in findings}
    indexes = _indexes(_rows(connection, INDEXES, schema))
    keys = _keys(_rows(connection, KEYS, schema), schema, findings)
    tables = []
    for row in _rows(connection, TABLES, schema):
        if not columns[row["name"]]:
            findings += [] if row["name"] in odd else [_unreadable(row)]
            continue
        try:
            tables.append(_table(row, columns[row["name"]], indexes[row["name"]], keys[row["name"]]))
        except ODD as error:
            findings.append(_odd(row["name"], error))
    return tables, findings


def _odd(table: str, error: Exception) -> Finding:
    """A table whose description makes no sense to us; the others are read without it."""
    log.warning("table %s cannot be understood", table, exc_info=error)
    return Finding("unreadable", table, type(error).__name__)


def columns_of(connection: Connection, schema: str, table: str) -> list[ColumnFacts]:
    """The columns of one table."""
    is_mariadb = getattr(connection.dialect, "is_mariadb", False)
    rows = _rows(connection, OWN_COLUMNS, schema, table=table)
    return [_column(row, is_json=False, is_mariadb=is_mariadb) for row in rows]


def _rows(connection: Connection, statement: str, schema: str, **values: str) -> Rows:
    return connection.execute(text(statement), {"schema": schema, **values}).mappings().all()


def _unreadable(row: RowMapping) -> Finding:
    code = "broken-view" if "VIEW" in row["kind"] else "no-columns"
    return Finding(code, row["name"], str(row["comment"] or ""))


def _table(
    row: RowMapping,
    columns: list[ColumnFacts],
    indexes: list[IndexFacts],
    keys: list[ForeignKeyFacts],
) -> TableFacts:
    is_view = "VIEW" in row["kind"]
    primary = next((i.columns for i in indexes if i.name == "PRIMARY" and not i.prefixed), ())
    return TableFacts(
        name=row["name"],
        comment="" if is_view else clean(row["comment"]),
        is_view=is_view,
        engine=row["engine"] or "",
        row_estimate=int(row["row_count"] or 0),
        columns=tuple(columns),
        primary_key=primary,
        indexes=tuple(sorted(indexes, key=lambda index: index.name != "PRIMARY")),
        foreign_keys=tuple(keys),
    )


def _columns(connection: Connection, schema: str, findings: list[Finding]) -> dict[str, list[ColumnFacts]]:
    json_columns = _json_columns(connection, schema)
    is_mariadb = getattr(connection.dialect, "is_mariadb", False)
    found: dict[str, list[ColumnFacts]] = defaultdict(list)
    for row in _rows(connection, READABLE_COLUMNS, schema):
        is_json = (row["table_name"], row["name"]) in json_columns
        try:
            found[row["table_name"]].append(_column(row, is_json=is_json, is_mariadb=is_mariadb))
        except ODD as error:
            findings.append(_odd(row["table_name"], error))
    for finding in findings:
        found.pop(finding.table, None)
    return found


def _column(row: RowMapping, *, is_json: bool, is_mariadb: bool) -> ColumnFacts:
    extra = str(row["extra"] or "").upper()
    sql_type = _words(row["sql_type"])
    return ColumnFacts(
        name=row["name"],
        sql_type=sql_type,
        nullable=row["nullable"] == "YES",
        default=_default(row["preset"], is_mariadb=is_mariadb),
        generated=bool(re.search(r"\b(VIRTUAL|STORED|PERSISTENT)\b", extra)),
        auto_increment="AUTO_INCREMENT" in extra,
        comment=clean(row["comment"]),
        charset=row["charset"] or "",
        length=row["length"],
        scale=row["scale"],
        precision=row["digits"],
        invisible="INVISIBLE" in extra,
        is_json=is_json or sql_type == "json",
    )


def clean(comment: Any) -> str:
    """A comment on one line, without control characters; source code comments are pasted into many a schema."""
    return re.sub(r"\s+", " ", re.sub(r"[\x00-\x1f\x7f]|\\n", " ", str(comment or ""))).strip()


def _words(sql_type: Any) -> str:
    """The type in lower case, its quoted values untouched. Old servers return bytes here."""
    words = sql_type.decode("utf-8", "replace") if isinstance(sql_type, bytes) else str(sql_type)
    name, bracket, rest = words.partition("(")
    return name.lower() + bracket + (rest if "'" in rest else rest.lower())


def _default(preset: Any, *, is_mariadb: bool) -> str | None:
    """MariaDB writes the default as SQL, so that the word NULL means none; MySQL writes the bare value."""
    if preset is None or (is_mariadb and preset == "NULL"):
        return None
    return str(preset)


def _json_columns(connection: Connection, schema: str) -> set[tuple[str, str]]:
    """(table, column) pairs that MariaDB checks with json_valid; servers without that table have none."""
    if not getattr(connection.dialect, "is_mariadb", False):
        return set()
    try:
        rows = _rows(connection, JSON_CHECKS, schema)
    except DBAPIError:
        return set()
    found = ((row["table_name"], re.fullmatch(r"json_valid\(`(.+)`\)", row["clause"])) for row in rows)
    return {(table, match[1].replace("``", "`")) for table, match in found if match}


def _grouped(rows: Rows) -> Iterable[tuple[str, str, list[RowMapping]]]:
    """(table, name, rows) for each index or constraint, in order."""
    groups: dict[tuple[str, str], list[RowMapping]] = defaultdict(list)
    for row in rows:
        groups[row["table_name"], row["name"]].append(row)
    return ((table, name, group) for (table, name), group in groups.items())


def _indexes(rows: Rows) -> dict[str, list[IndexFacts]]:
    found: dict[str, list[IndexFacts]] = defaultdict(list)
    for table, name, parts in _grouped(rows):
        whole: list[str] = []
        prefixed = ""
        for part in parts:
            if part["column_name"] is None or part["part"] is not None:
                prefixed = part["column_name"] or "()"
                break
            whole.append(part["column_name"])
        kind = {"FULLTEXT": "fulltext", "SPATIAL": "spatial", "RTREE": "spatial"}.get(
            parts[0]["kind"], "btree"
        )
        found[table].append(IndexFacts(name, tuple(whole), not parts[0]["non_unique"], kind, prefixed))
    return found


def _keys(rows: Rows, schema: str, findings: list[Finding]) -> dict[str, list[ForeignKeyFacts]]:
    found: dict[str, list[ForeignKeyFacts]] = defaultdict(list)
    for table, name, parts in _grouped(rows):
        target = parts[0]["target"]
        if parts[0]["target_schema"] != schema:
            findings.append(
                Finding("foreign-schema-key", table, f"{name} → {parts[0]['target_schema']}.{target}")
            )
            continue
        columns = tuple(part["column_name"] for part in parts)
        found[table].append(ForeignKeyFacts(name, columns, target, tuple(p["target_column"] for p in parts)))
    return found
