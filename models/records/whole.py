"""Whole rows: every column that the table has, unpublished ones too, read bit by bit and put back as it was."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    MetaData,
    Table,
    and_,
    insert,
    select,
    text,
    type_coerce,
    update,
)

from app.errors import Invalid
from models.legacy.facts import ColumnFacts
from models.legacy.reflect import columns_of
from models.legacy.sql_type import parse_sql_type
from models.legacy.types import Heavy, MisencodedText, Spatial, content, exact_type
from models.wiring.nouns import Entity

SQL_TYPE = "sql_type"


def row(connection: Connection, entity: Entity, key: Mapping[str, Any]) -> dict[str, Any] | None:
    """Every column that is not computed by the server; None when there is no such row."""
    table = _table(connection, entity)
    found = connection.execute(select(*map(_raw, table.c)).where(_at(table, key))).first()
    return None if found is None else dict(zip(table.c.keys(), found, strict=True))


def exactly(
    connection: Connection, entity: Entity, key: Mapping[str, Any], names: Iterable[str]
) -> dict[str, Any]:
    """Those of the columns whose values are shown as other than they are stored, bit by bit; no statement where there is none."""
    columns = [
        entity.table.c[name] for name in names if isinstance(entity.table.c[name].type, MisencodedText)
    ]
    if not columns:
        return {}
    found = connection.execute(select(*map(_raw, columns)).where(_at(entity.table, key))).first()
    return {} if found is None else dict(zip((column.name for column in columns), found, strict=True))


def put_back(connection: Connection, entity: Entity, values: Mapping[str, Any]) -> None:
    """Insert a deleted row as it was. Raises Invalid when the table no longer takes it."""
    table = _table(connection, entity)
    kept = {table.c[name]: value for name, value in values.items() if name in table.c}
    _run(connection, insert(table).values(kept), kept)


def set_back(
    connection: Connection, entity: Entity, key: Mapping[str, Any], values: Mapping[str, Any]
) -> None:
    """Give columns of a row their former values. Raises Invalid when they no longer take them."""
    table = _table(connection, entity)
    former = {table.c[name]: value for name, value in values.items()}
    _run(connection, update(table).where(_at(table, key)).values(former), former)


def _table(connection: Connection, entity: Entity) -> Table:
    known = entity.table.c
    columns = [
        Column(
            one.name, known[one.name].type if one.name in known else _type(one), info={SQL_TYPE: one.sql_type}
        )
        for one in columns_of(connection, entity.table.schema, entity.table_name)
        if not one.generated
    ]
    return Table(entity.table_name, MetaData(schema=entity.table.schema), *columns)


def _type(facts: ColumnFacts) -> Any:
    return exact_type("json" if facts.is_json else facts.sql_type)


def _raw(column: Column[Any]) -> ColumnElement[Any]:
    """Large values whole, shapes in the server's own bytes, and bytes that are not in the set they should be in."""
    if isinstance(column.type, MisencodedText):
        return type_coerce(column, MisencodedText(exactly=True))
    return content(column) if isinstance(column.type, Heavy | Spatial) else column


def _at(table: Table, key: Mapping[str, Any]) -> Any:
    return and_(*(table.c[name] == value for name, value in key.items()))


def _run(connection: Connection, statement: Any, values: Mapping[Column[Any], Any]) -> None:
    """Strictly, unless an ENUM held what its list lacks: only a server that is not strict takes that back."""
    beyond = [column for column, value in values.items() if value == "" and _lacks_blank(column)]
    if not beyond:
        connection.execute(statement)
        return
    strict = connection.execute(text("SELECT @@SESSION.sql_mode")).scalar()
    connection.execute(
        text("SET SESSION sql_mode = REPLACE(:mode, 'STRICT_TRANS_TABLES', '')"), {"mode": strict}
    )
    try:
        connection.execute(statement)
        _refuse_losses(connection, beyond)
    finally:
        connection.execute(text("SET SESSION sql_mode = :mode"), {"mode": strict})


def _lacks_blank(column: Column[Any]) -> bool:
    parsed = parse_sql_type(column.info[SQL_TYPE])
    return parsed.name == "enum" and "" not in parsed.arguments


def _refuse_losses(connection: Connection, beyond: list[Column[Any]]) -> None:
    """A server that is not strict cuts silently what no longer fits; its warnings say so."""
    warnings = connection.exec_driver_sql("SHOW WARNINGS").all()
    if any(not any(f"'{column.name}'" in str(line[2]) for column in beyond) for line in warnings):
        raise Invalid(_("The former values no longer fit into this table. Nothing was changed."))
