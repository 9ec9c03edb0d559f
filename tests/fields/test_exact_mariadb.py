"""Every column type: raw SQL writes it, we read, show, filter and write it back, and the row's checksum stays the same."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, create_engine, literal_column, select, text
from werkzeug.datastructures import MultiDict

import fields
from app.database import session_settings
from app.errors import Invalid
from fields.forms import record_form
from models.catalogue import Catalogue
from models.legacy.types import Heavy, content
from models.wiring.nouns import Entity, Field, Wiring
from tests.fields.build import entity, guessed, make
from tests.fields.every_type import BYTES, COLUMNS, Column
from tests.harness import databases

pytestmark = pytest.mark.mariadb
CASES = [(column, literal) for column in COLUMNS for literal in [*column.values, "NULL"]]
IDS = [f"{column.name}-{literal[:20]}" for column, literal in CASES]


@pytest.fixture(scope="module")
def engine(mariadb_url: str, mariadb_module_database: str) -> Iterator[Engine]:
    """One row for each value, written by raw SQL under the loosest mode, as old programs do."""
    here = databases.url_of(mariadb_url, mariadb_module_database)
    declared = ", ".join(f"`{c.name}` {c.sql} NULL" for c in COLUMNS)
    execute = [
        "SET SESSION sql_mode = ''",
        f"CREATE TABLE everything (id int PRIMARY KEY, {declared}) CHARACTER SET utf8mb4",
    ]
    for number, (column, literal) in enumerate(CASES):
        execute.append(f"INSERT INTO everything (id, `{column.name}`) VALUES ({number}, {literal})")
    databases.execute(here, *execute)
    engine = create_engine(here)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def thing(mariadb_url: str, mariadb_module_database: str, engine: Engine) -> Entity:
    """The table bound by the catalogue, its types in the server's own words."""
    with engine.connect() as connection:
        words = connection.execute(
            text(
                "SELECT COLUMN_NAME, COLUMN_TYPE FROM information_schema.COLUMNS"
                " WHERE TABLE_SCHEMA = :s AND TABLE_NAME = 'everything' ORDER BY ORDINAL_POSITION"
            ),
            {"s": mariadb_module_database},
        ).all()
    found = entity(*(guessed(sql, name) for name, sql in words), table_name="everything")
    Catalogue(Wiring(1, {"thing": found}), mariadb_module_database, fields.column_type)
    return found


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    with engine.connect() as connection:
        for statement in session_settings("MariaDB"):
            connection.execute(text(statement))
        connection.commit()
        yield connection
        connection.rollback()


def number_of(column: Column, literal: str) -> int:
    return CASES.index((column, literal))


def read(connection: Connection, thing: Entity, number: int) -> dict[str, Any]:
    row = connection.execute(select(thing.table).where(thing.table.c.id == number)).mappings().one()
    return dict(row)


def checksum(connection: Connection, thing: Entity, number: int) -> str:
    columns = ", ".join(f"IFNULL(HEX(CAST(`{name}` AS BINARY)), '~')" for name in thing.fields)
    floats = ", ".join(f"IFNULL(`{c.name}` + 0E0, '~')" for c in COLUMNS if c.kind == "float")
    found = connection.execute(
        text(
            f"SELECT SHA2(CONCAT_WS('|', {columns}, {floats}), 256) FROM {thing.table.fullname} WHERE id = {number}"
        )
    )
    return str(found.scalar_one())


@pytest.mark.parametrize("column", COLUMNS, ids=lambda c: c.name)
def test_the_expected_kind_claims_the_column(thing: Entity, column: Column) -> None:
    assert thing.fields[column.name].kind == column.kind


@pytest.mark.parametrize(("column", "literal"), CASES, ids=IDS)
def test_a_value_is_read_exactly(connection: Connection, thing: Entity, column: Column, literal: str) -> None:
    value = read(connection, thing, number_of(column, literal))[column.name]
    wanted = column.values.get(literal)
    assert (value, type(value)) == (wanted, type(wanted))
    assert str(value) == str(wanted), "also the sign of zero and the digits of a decimal"


@pytest.mark.parametrize(("column", "literal"), CASES, ids=IDS)
def test_a_form_that_nobody_touched_changes_nothing(
    connection: Connection, thing: Entity, column: Column, literal: str
) -> None:
    values = read(connection, thing, number_of(column, literal))
    shown = record_form(thing.fields.values(), values)
    sent = MultiDict([(one.name, part) for one in shown.fields for part in sent_by_browser(one)])
    form = record_form(thing.fields.values(), values, sent)
    assert form.changes() == {}
    assert form.errors == {}
    assert len(sent) >= len([one for one in shown.fields if not one.locked])


def sent_by_browser(bound: Any) -> list[str]:
    if bound.input.widget in {"checkbox", "multiselect"}:
        return bound.value.split(",")
    return [] if bound.locked else [re.sub("\r\n|\r|\n", "\r\n", bound.value)]


@pytest.mark.parametrize(("column", "literal"), CASES, ids=IDS)
def test_written_back_the_row_is_the_same(
    connection: Connection, thing: Entity, column: Column, literal: str
) -> None:
    if column.locked:
        assert fields.type_of(thing.fields[column.name]).locked(thing.fields[column.name])
        return
    number = number_of(column, literal)
    before, stored = checksum(connection, thing, number), read(connection, thing, number)[column.name]
    for value in {"as read": stored, **reparsed(thing.fields[column.name], stored)}.values():
        if (column.name, literal) == ("c_enum", "IF(1, 'nonsense', '')") or (column.name, literal) == (
            "c_timestamp",
            "0",
        ):
            connection.execute(text("SET SESSION sql_mode = ''"))  # the server itself refuses these otherwise
        table = thing.table
        connection.execute(table.update().where(table.c.id == number).values({column.name: None}))
        connection.execute(table.update().where(table.c.id == number).values({column.name: value}))
        assert checksum(connection, thing, number) == before, value


def reparsed(field: Field, stored: Any) -> dict[str, Any]:
    """What comes of the shown text, the REST form and the CSV cell, where those can be read at all."""
    kind, found = fields.type_of(field), {}
    ways = {
        "text": lambda: kind.parse(field, kind.text(field, stored)),
        "json": lambda: kind.from_json(field, kind.to_json(field, stored)),
        "csv": lambda: kind.from_csv(field, kind.to_csv(field, stored)),
    }
    for way, again in ways.items():
        try:
            found[way] = again()
        except Invalid:
            continue
    return {} if stored in {"", b""} else found  # an emptied field means NULL where NULL is allowed


READABLE = {"c_date": 2, "c_datetime": 2, "c_timestamp": 1, "c_enum": 4, "c_bool": 2}
"""Of these columns' values only so many are what a person may type anew."""


@pytest.mark.parametrize("column", [c for c in COLUMNS if not c.locked], ids=lambda c: c.name)
def test_ordinary_values_can_be_typed(thing: Entity, column: Column) -> None:
    field = thing.fields[column.name]
    typed = [v for v in column.values.values() if "text" in reparsed(field, v) or v in {"", b""}]
    assert len(typed) >= READABLE.get(column.name, len(column.values))


@pytest.mark.parametrize(
    ("column", "literal"), [c for c in CASES if not c[0].locked and c[1] != "NULL"], ids=[i for c, i in zip(CASES, IDS, strict=True) if not c[0].locked and c[1] != "NULL"]
)  # fmt: skip
def test_a_filter_finds_the_row_by_its_stored_value(
    connection: Connection, thing: Entity, column: Column, literal: str
) -> None:
    number = number_of(column, literal)
    stored = read(connection, thing, number)[column.name]
    found = select(thing.table.c.id).where(thing.table.c[column.name] == stored)
    assert number in connection.execute(found).scalars().all()


def test_a_typed_float_finds_the_four_bytes_that_were_stored(connection: Connection, thing: Entity) -> None:
    assert connection.execute(select(thing.table.c.id).where(thing.table.c.c_float == 0.1)).scalars().all()


def test_filters_and_order_use_the_bare_column(engine: Engine, thing: Entity) -> None:
    bare = {}
    for column in COLUMNS:
        one = thing.table.c[column.name]
        statement = select(one).where(one == literal_column("x")).order_by(one)
        sql = str(statement.compile(engine)).replace("\n", " ")
        bare[column.name] = sql[sql.index(" WHERE ") :]
    wrapped = {name: sql for name, sql in bare.items() if "(" in sql}
    assert wrapped == {}


def test_an_index_serves_a_day_a_float_and_a_bit(
    connection: Connection, thing: Entity, mariadb_url: str, mariadb_module_database: str
) -> None:
    here = databases.url_of(mariadb_url, mariadb_module_database)
    names = ("c_datetime", "c_double", "c_bit64", "c_time", "c_decimal")
    databases.execute(here, *(f"ALTER TABLE everything ADD INDEX (`{name}`)" for name in names))
    for name in names:
        one = thing.table.c[name]
        value = next(iter(v for c in COLUMNS if c.name == name for v in c.values.values()))
        statement = select(one).where(one == value).order_by(one)
        compiled = statement.compile(connection.engine, compile_kwargs={"literal_binds": False})
        plan = connection.exec_driver_sql("EXPLAIN " + str(compiled), compiled.params).mappings().one()
        assert plan["key"] == name, plan
        assert "filesort" not in (plan["Extra"] or "")


def test_the_content_of_a_file_is_read_whole(connection: Connection, thing: Entity) -> None:
    column = next(c for c in COLUMNS if c.name == "c_blob")
    one = thing.table.c.c_blob
    assert isinstance(one.type, Heavy)
    number = number_of(column, f"x'{BYTES.hex()}'")
    assert connection.execute(select(content(one)).where(thing.table.c.id == number)).scalar_one() == BYTES


def test_utf8_in_a_latin1_column_is_read_written_and_found(
    connection: Connection, mariadb_url: str, mariadb_module_database: str
) -> None:
    here = databases.url_of(mariadb_url, mariadb_module_database)
    databases.execute(
        here,
        "CREATE TABLE misencoded (id int PRIMARY KEY, c varchar(90) CHARACTER SET latin1, INDEX (c))",
        "INSERT INTO misencoded VALUES (1, CONVERT(BINARY '客户' USING latin1)), (2, NULL)",
    )
    field = make("text", "varchar(90)", "c", settings={"charset": "utf8-in-latin1"})
    thing = entity(make("integer", "int", "id"), field, table_name="misencoded")
    Catalogue(Wiring(1, {"thing": thing}), mariadb_module_database, fields.column_type)
    c = thing.table.c.c
    assert connection.execute(select(c).order_by(thing.table.c.id)).scalars().all() == ["客户", None]
    connection.execute(thing.table.update().values(c="星海"))
    raw = connection.execute(text(f"SELECT HEX(c) FROM {thing.table.fullname} LIMIT 1")).scalar_one()
    assert raw == "星海".encode().hex().upper()
    assert connection.execute(
        select(thing.table.c.id).where(c == "星海").order_by(thing.table.c.id)
    ).scalars().all() == [1, 2]
