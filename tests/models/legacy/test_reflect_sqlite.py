"""Facts read from an attached SQLite file."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection

from app.database import open_embedded
from models.legacy.facts import Finding, SchemaFacts
from models.legacy.reflect import reflect

STATEMENTS = (
    "CREATE TABLE unit (code TEXT PRIMARY KEY, name VARCHAR(60) NOT NULL, above TEXT REFERENCES unit)",
    "CREATE TABLE person (id INTEGER PRIMARY KEY, unit TEXT REFERENCES unit (code), mail VARCHAR(80) UNIQUE, pay DECIMAL(12,2) DEFAULT 0)",
    "CREATE TABLE seat (unit TEXT NOT NULL, person INTEGER NOT NULL, PRIMARY KEY (unit, person)) WITHOUT ROWID",
    "CREATE TABLE log (note TEXT, doubled INTEGER AS (length(note) * 2))",
    "CREATE TABLE lost (x INTEGER REFERENCES gone (id))",
    "CREATE INDEX by_name ON unit (name)",
    "CREATE INDEX upper_name ON unit (upper(name))",
    "CREATE TABLE source (a INTEGER)",
    "CREATE VIEW good AS SELECT code, name FROM unit",
    "CREATE VIEW broken AS SELECT a FROM source",
    "DROP TABLE source",
    "INSERT INTO unit VALUES ('A', 'All', NULL), ('B', 'Below', 'A')",
    "INSERT INTO person (id, unit) VALUES (7, 'A')",
)


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    with sqlite3.connect(tmp_path / "erp") as erp:
        for statement in STATEMENTS:
            erp.execute(statement)
    erp.close()
    engine = open_embedded(tmp_path / "erp", tmp_path / "overlay")
    with engine.connect() as opened:
        yield opened
    engine.dispose()


@pytest.fixture
def facts(connection: Connection) -> SchemaFacts:
    return reflect(connection, "erp")


def test_tables_views_and_what_is_broken(facts: SchemaFacts) -> None:
    assert sorted(facts.tables) == ["good", "log", "lost", "person", "seat", "unit"]
    assert facts.tables["good"].is_view
    assert {(finding.code, finding.table) for finding in facts.findings} == {
        ("broken-view", "broken"),
        ("broken-key", "lost"),
    }
    assert facts.tables["lost"].foreign_keys == ()
    assert all(isinstance(finding, Finding) for finding in facts.findings)


def test_columns(facts: SchemaFacts) -> None:
    person = facts.tables["person"]
    number, _unit, mail, pay = person.columns
    assert (number.auto_increment, number.nullable, number.has_default) == (True, False, True)
    assert (mail.sql_type, mail.length, mail.nullable) == ("varchar(80)", 80, True)
    assert (pay.scale, pay.precision, pay.has_default) == (2, 12, True)
    doubled = facts.tables["log"].column("doubled")
    assert doubled is not None
    assert doubled.generated


def test_keys_and_indexes(facts: SchemaFacts) -> None:
    unit, person, seat = (facts.tables[name] for name in ("unit", "person", "seat"))
    assert unit.identity == ("code",)
    assert unit.is_indexed("name")
    assert [index.columns for index in unit.indexes] == [("code",), ("name",)]
    assert person.unique_keys == (("id",), ("mail",))
    assert seat.identity == ("unit", "person")
    assert facts.tables["log"].identity == ()
    [above] = unit.foreign_keys
    assert (above.columns, above.target_table, above.target_columns) == (("above",), "unit", ("code",))


def test_row_estimates_cost_no_count(facts: SchemaFacts) -> None:
    assert facts.tables["unit"].row_estimate == 2
    assert facts.tables["person"].row_estimate == 7
    assert facts.tables["seat"].row_estimate == 0
