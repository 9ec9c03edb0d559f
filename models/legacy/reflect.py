"""Reads a legacy schema in a handful of statements, however many tables it has, and without a single change to it."""

from __future__ import annotations

from sqlalchemy import Connection

from models.legacy import reflect_server, reflect_sqlite
from models.legacy.facts import ColumnFacts, Finding, ForeignKeyFacts, SchemaFacts, TableFacts


def reflect(connection: Connection, schema: str) -> SchemaFacts:
    """Facts about all tables and views of `schema`. What is broken becomes a finding and never stops the rest."""
    reader = reflect_sqlite.read if connection.dialect.name == "sqlite" else reflect_server.read
    tables, findings = reader(connection, schema)
    by_name = {table.name: table for table in tables}
    checked = {name: _with_usable_keys(table, by_name, findings) for name, table in by_name.items()}
    return SchemaFacts(schema, checked, tuple(findings))


def columns_of(connection: Connection, schema: str, table: str) -> list[ColumnFacts]:
    """The columns that one table has at this moment, in order; [] when there is no such table."""
    reader = reflect_sqlite.columns_of if connection.dialect.name == "sqlite" else reflect_server.columns_of
    return reader(connection, schema, table)


def _with_usable_keys(
    table: TableFacts, tables: dict[str, TableFacts], findings: list[Finding]
) -> TableFacts:
    """The table without foreign keys that lead nowhere; each of those becomes a finding."""
    usable = []
    for key in table.foreign_keys:
        if _leads_somewhere(key, tables):
            usable.append(key)
        else:
            findings.append(Finding("broken-key", table.name, f"{key.name} → {key.target_table}"))
    if len(usable) == len(table.foreign_keys):
        return table
    return TableFacts(**{**vars(table), "foreign_keys": tuple(usable)})


def _leads_somewhere(key: ForeignKeyFacts, tables: dict[str, TableFacts]) -> bool:
    target = tables.get(key.target_table)
    return target is not None and all(target.column(name) for name in key.target_columns)
