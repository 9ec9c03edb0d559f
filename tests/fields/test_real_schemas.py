"""Real schemas: every table's rows go through a form that nobody touches, and every value is written back as it was read."""

from typing import Any

import pytest
from sqlalchemy import Connection, create_engine, select, text
from werkzeug.datastructures import MultiDict

import fields
from app.database import session_settings
from fields.forms import record_form
from models.catalogue import Catalogue
from models.legacy.reflect import reflect
from models.wiring.infer import infer, wiring_of
from models.wiring.nouns import Entity
from tests.harness import databases

pytestmark = pytest.mark.mariadb
ROWS = 12
"""Of each table; more find nothing new and take long."""


@pytest.mark.parametrize("schema", databases.DUMPS)
def test_a_form_that_nobody_touched_changes_nothing(
    mariadb_url: str, mariadb_database: str, schema: str
) -> None:
    databases.load_dump(mariadb_url, schema, mariadb_database)
    engine = create_engine(databases.url_of(mariadb_url, mariadb_database))
    seen = 0
    with engine.connect() as connection:
        for statement in session_settings("MariaDB"):
            connection.execute(text(statement))
        facts = reflect(connection, mariadb_database)
        catalogue = Catalogue(
            wiring_of(infer(facts, fields.best_kind), fields.best_kind), mariadb_database, fields.column_type
        )
        for entity in catalogue.entities.values():
            for row in connection.execute(select(entity.table).limit(ROWS)).mappings().all():
                check_form(entity, dict(row))
                check_writing(connection, entity, dict(row))
                seen += 1
        connection.rollback()
    engine.dispose()
    assert seen > 80


def check_form(entity: Entity, values: dict[str, Any]) -> None:
    members = list(entity.fields.values())
    sent = [
        (one.name, part)
        for one in record_form(members, values).fields
        if not one.locked
        for part in parts(one)
    ]
    form = record_form(members, values, MultiDict(sent))
    assert (form.changes(), form.errors) == ({}, {}), entity.table_name
    for field in members:
        kind = fields.type_of(field)
        kind.cell(field, values[field.name])
        kind.show(field, values[field.name])


def parts(bound: Any) -> list[str]:
    return bound.value.split(",") if bound.input.widget in {"checkbox", "multiselect"} else [bound.value]


def check_writing(connection: Connection, entity: Entity, values: dict[str, Any]) -> None:
    """Written back by its key, the row's columns have the bytes that they had (timestamps may follow the clock)."""
    if not entity.key or entity.is_view:
        return
    kept = {
        n: v
        for n, v in values.items()
        if not entity.fields[n].read_only and not fields.type_of(entity.fields[n]).locked(entity.fields[n])
    }
    own = [entity.table.c[name] == values[name] for name in entity.key]
    before = connection.execute(select(*raw(entity, kept)).where(*own)).one()
    connection.execute(
        entity.table.update().where(*own).values(**{entity.table.c[n].name: v for n, v in kept.items()})
    )
    after = connection.execute(select(*raw(entity, kept)).where(*own)).one()
    assert after == before, entity.table_name


def raw(entity: Entity, kept: dict[str, Any]) -> list[Any]:
    quoted = [f"`{name.replace('`', '``')}`" for name in kept]
    return [text(f"HEX({name}) AS h{number}") for number, name in enumerate(quoted)]
