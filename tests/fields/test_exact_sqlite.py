"""The embedded mode: the same types over SQLite, where any column may hold anything."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select
from werkzeug.datastructures import MultiDict

import fields
from app.database import open_embedded
from fields.forms import record_form
from models.catalogue import Catalogue
from models.wiring.nouns import Entity, Wiring
from tests.fields.build import entity, guessed

VALUES: list[tuple[str, Any, Any]] = [
    ("integer", 2**63 - 1, 2**63 - 1), ("integer", "odd", "odd"), ("tinyint(1)", 1, 1), ("bit(1)", 1, 1), ("bit(8)", 5, 5),
    ("decimal(20,6)", 1.5, Decimal("1.500000")), ("decimal(20,6)", 7, Decimal("7.000000")), ("decimal(20,6)", "odd", "odd"), ("decimal(12,2)", 0.1, Decimal("0.10")), ("decimal(12,2)", 1234567890.12, Decimal("1234567890.12")),
    ("float", 0.1, 0.1), ("double", 1.5e-12, 1.5e-12), ("double", 3, 3.0), ("varchar(20)", " a\n", " a\n"), ("varchar(20)", "", ""), ("char(1)", "Y", "Y"), ("text", "长" * 5000, "长" * 5000), ("json", '{"a":1.0}', '{"a":1.0}'),
    ("date", "2026-03-31", "2026-03-31"), ("date", "0000-00-00", "0000-00-00"), ("datetime", "2026-03-31 14:30:00", "2026-03-31 14:30:00"), ("time", "36:30:00", "36:30:00"), ("year(4)", 2026, 2026), ("date", 20260331, "20260331"),
    ("enum('a','b')", "gone", "gone"), ("set('x','y')", "x,y", "x,y"), ("binary(16)", b"\0\xff", b"\0\xff"), ("varbinary(90)", "odd", "odd"), ("longblob", b"abc", 3), ("longblob", "中", 3), ("", "untyped", "untyped"), ("vector(3)", b"\1", b"\1"),
]  # fmt: skip
CASES = [
    (n, sql, given, read)
    for n, (sql, given, read) in enumerate([*VALUES, *((sql, None, None) for sql, _g, _r in VALUES)])
]


def declared(number: int, sql: str) -> str:
    """A column as SQLite can declare it: it knows no ENUM and SET."""
    return f"c{number} {'text' if chr(39) in sql else sql}"


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    folder: Path = tmp_path_factory.mktemp("sqlite")
    engine = open_embedded(folder / "erp.db", folder / "overlay.db")
    columns = ", ".join(declared(n, sql) for n, sql, *_rest in CASES)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"CREATE TABLE erp.thing (id integer PRIMARY KEY, {columns})")
        connection.exec_driver_sql(
            f"INSERT INTO erp.thing VALUES (1{', ?' * len(CASES)})",
            tuple(given for _n, _s, given, _r in CASES),
        )
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def thing() -> Entity:
    found = entity(guessed("integer", "id"), *(guessed(sql, f"c{n}") for n, sql, _given, _read in CASES))
    Catalogue(Wiring(1, {"thing": found}), "erp", fields.column_type)
    return found


def raw(engine: Engine) -> tuple[Any, ...]:
    with engine.connect() as connection:
        columns = ", ".join(f"c{n}, typeof(c{n})" for n, *_rest in CASES)
        return tuple(connection.exec_driver_sql(f"SELECT {columns} FROM erp.thing").one())


@pytest.mark.parametrize(("number", "sql", "given", "expected"), CASES)
def test_a_value_is_read_exactly(
    engine: Engine, thing: Entity, number: int, sql: str, given: Any, expected: Any
) -> None:
    with engine.connect() as connection:
        found = connection.execute(select(thing.table.c[f"c{number}"])).scalar_one()
    assert (found, type(found), str(found)) == (expected, type(expected), str(expected))


def test_written_back_the_row_is_the_same(engine: Engine, thing: Entity) -> None:
    before = raw(engine)
    with engine.begin() as connection:
        values = dict(connection.execute(select(thing.table)).mappings().one())
        kept = {
            name: value
            for name, value in values.items()
            if not fields.type_of(thing.fields[name]).locked(thing.fields[name])
        }
        connection.execute(thing.table.update().values(**kept))
    assert raw(engine) == before


def test_a_form_that_nobody_touched_changes_nothing(engine: Engine, thing: Entity) -> None:
    with engine.connect() as connection:
        values = dict(connection.execute(select(thing.table)).mappings().one())
    shown = record_form(thing.fields.values(), values)
    sent = [
        (one.name, part)
        for one in shown.fields
        if not one.locked
        for part in (one.value.split(",") if one.input.widget in {"checkbox", "multiselect"} else [one.value])
    ]
    form = record_form(thing.fields.values(), values, MultiDict(sent))
    assert form.changes() == {}
    assert form.errors == {}


@pytest.mark.parametrize(
    ("number", "sql", "given", "expected"),
    [case for case in CASES if case[2] is not None and case[1] != "longblob"],
)
def test_a_filter_finds_the_row(
    engine: Engine, thing: Entity, number: int, sql: str, given: Any, expected: Any
) -> None:
    column = thing.table.c[f"c{number}"]
    with engine.connect() as connection:
        assert connection.execute(select(thing.table.c.id).where(column == expected)).scalars().all() == [1]
