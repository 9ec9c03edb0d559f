"""Random conditions on random rows: MariaDB, SQLite and the evaluation in Python give the same rows."""

import random
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, insert, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from models.catalogue import Catalogue
from models.condition import holds, to_sql
from models.legacy.types import exact_type
from models.wiring.nouns import Entity, Field, Label, Relation, Wiring

TEXTS = [
    "a", "A", "á", "Ä", "ab", "AB ", "a  ", "", " ", "b", "Ab%", "a_b", "a|b", "a\\b", "ß", "ss", "S", "é", "E", "a,b", "B,a,c",
    "x,,y", "张三", "张", "李四", "上海 张", "😀", "𠮷", "10", "9", "ｱ", "Ａ", "a\tb", "-", "Z", "Łódź", "İ", "ñandú", "NANDU", "a'b", '"',
]  # fmt: skip
NUMBERS = [None, 0, 1, -1, 2, 10, 99, 2147483647]
DECIMALS = [None, *(Decimal(text) for text in ("0", "0.10", "0.1", "1.50", "-3.25", "1000000.01", "99.99"))]
DATES = [None, "2025-12-31", "2026-01-01", "2026-01-02", "2024-02-29"]
MOMENTS = [None, "2026-01-01 00:00:00", "2026-01-01 10:30:00", "2025-12-31 23:59:59", "2026-01-02 00:00:01"]
BYTES = [None, b"", b"a", b"A", b"a\x00b", b"\xff\xfe", b"a%b"]
FLAGS = [None, "Y", "N", "y", " "]


def _field(name: str, kind: str, sql_type: str, **settings: Any) -> Field:
    return Field(name, Label(name), kind, sql_type, settings)


FIELDS = {
    "ID": _field("ID", "integer", "int(11)"),
    "G": _field("G", "text", "varchar(40)", collation="utf8mb4_general_ci"),
    "U": _field("U", "text", "varchar(40)", collation="utf8mb4_unicode_ci"),
    "B": _field("B", "text", "varchar(40)", collation="utf8mb4_bin"),
    "N": _field("N", "integer", "int(11)"),
    "D": _field("D", "decimal", "decimal(12,2)"),
    "DT": _field("DT", "date", "date"),
    "TM": _field("TM", "datetime", "datetime"),
    "R": _field("R", "binary", "varbinary(20)"),
    "F": _field("F", "flag", "char(1)", true="Y", false="N", collation="utf8mb4_general_ci"),
    "P": _field("P", "integer", "int(11)"),
}
POOLS: dict[str, list[Any]] = {
    "ID": [1, 2, 3, 50], "G": TEXTS, "U": TEXTS, "B": TEXTS, "N": NUMBERS[1:], "D": [*DECIMALS[1:], 1, "0.1", 0.5],
    "DT": [*DATES[1:], "2026-01-01 00:00:00"], "TM": [*MOMENTS[1:], "2026-01-01", "2026-01-01T10:30"], "R": BYTES[1:],
    "F": FLAGS[1:], "P": [1, 2, 3],
}  # fmt: skip
ORDERED = ["eq", "ne", "lt", "lte", "gt", "gte", "between", "range", "in", "not_in", "is_null", "not_null"]
# UCA orders what is neither letter, digit nor ASCII in its own way; there only equality is promised.
UNORDERED = ["eq", "ne", "in", "not_in", "is_null", "not_null"]
TEXTUAL = ["starts", "ends", "contains"]
DDL = (
    "ID INT PRIMARY KEY, G VARCHAR(40) {g}, U VARCHAR(40) {u}, B VARCHAR(40) {b}, N INT, D DECIMAL(12,2), DT DATE, TM DATETIME,"
    " R VARBINARY(20), F CHAR(1), P INT"
)


@dataclass
class Side:
    """One database with the same rows as the others."""

    engine: Engine
    entity: Entity
    catalogue: Catalogue


def catalogue(schema: str) -> Catalogue:
    """Rows that may point to other rows of the same table."""
    relation = Relation("parent", ("P",), "thing", ("ID",))
    thing = Entity("thing", "THING", Label("Thing"), dict(FIELDS), ("ID",), relations={"parent": relation})
    return Catalogue(Wiring(1, {"thing": thing}), schema, lambda f: exact_type(f.sql_type))


def random_rows(chance: random.Random, count: int) -> list[dict[str, Any]]:
    """Rows with a NULL here and there."""
    pick = chance.choice
    pools = {"N": NUMBERS, "D": DECIMALS, "DT": DATES, "TM": MOMENTS, "R": BYTES, "F": FLAGS}
    rows = []
    for number in range(1, count + 1):
        texts = {name: pick([None, *TEXTS]) for name in "GUB"}
        others = {name: pick(pool) for name, pool in pools.items()}
        rows.append({"ID": number, **texts, **others, "P": pick([None, 1, 2, 3, 999])})
    return rows


def random_condition(chance: random.Random, depth: int = 3) -> dict[str, Any]:
    """A tree of up to three levels."""
    if depth == 0 or chance.random() < 0.4:
        return random_leaf(chance)
    shape = chance.choice(["and", "or", "not"])
    if shape == "not":
        return {"not": random_condition(chance, depth - 1)}
    return {shape: [random_condition(chance, depth - 1) for _ in range(chance.randint(1, 3))]}


def random_leaf(chance: random.Random) -> dict[str, Any]:
    name = chance.choice(list(FIELDS))
    op = chance.choice(operators(name))
    path = chance.choice(["", "", "", "parent.", "parent.parent."]) + name
    return {"field": path, "op": op, "value": random_value(chance, op, POOLS[name])}


def operators(name: str) -> list[str]:
    """The operators that a field of the test has."""
    if name == "U":
        return [*UNORDERED, *TEXTUAL, "has"]
    if name in "GB":
        return [*ORDERED, *TEXTUAL, "has"]
    return {
        "R": [*ORDERED, *TEXTUAL],
        "F": ["eq", "ne", "is_true", "is_false"],
        "N": [*ORDERED, "starts"],
    }.get(name, ORDERED)


def random_value(chance: random.Random, op: str, pool: list[Any]) -> Any:
    if op in {"between", "range"}:
        ends = [chance.choice(pool), chance.choice(pool)]
        return [None, ends[1]] if op == "range" and chance.random() < 0.3 else ends
    if op in {"in", "not_in"}:
        return [chance.choice(pool) for _ in range(chance.randint(0, 4))]
    return chance.choice(pool)


@pytest.fixture
def sqlite_side() -> Iterator[Side]:
    engine = create_engine("sqlite://", creator=_attached)
    yield _filled(engine, "erp", {"g": "", "u": "", "b": ""})
    engine.dispose()


@pytest.fixture
def mariadb_side(mariadb_url: str, mariadb_database: str) -> Iterator[Side]:
    url = make_url(mariadb_url).set(database=mariadb_database).update_query_dict({"charset": "utf8mb4"})
    engine = create_engine(url)
    collations = {"g": "general_ci", "u": "unicode_ci", "b": "bin"}
    clauses = {k: f"CHARACTER SET utf8mb4 COLLATE utf8mb4_{name}" for k, name in collations.items()}
    yield _filled(engine, mariadb_database, clauses)
    engine.dispose()


def _attached() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    connection.execute("ATTACH ':memory:' AS erp")
    return connection


ROWS = random_rows(random.Random(7), 200)


def _filled(engine: Engine, schema: str, clauses: dict[str, str]) -> Side:
    bound = catalogue(schema)
    entity = bound.entities["thing"]
    with engine.begin() as connection:
        connection.execute(text(f"CREATE TABLE {schema}.THING ({DDL.format(**clauses)})"))
        connection.execute(insert(entity.table), ROWS)
    return Side(engine, entity, bound)


def found_by_database(side: Side, condition: dict[str, Any]) -> set[int]:
    statement = select(side.entity.attribute("ID")).where(to_sql(side.entity, condition, side.catalogue))
    with Session(side.engine) as session:
        return set(session.scalars(statement))


def found_by_python(side: Side, condition: dict[str, Any]) -> set[int]:
    rows = {row["ID"]: dict(row) for row in ROWS}
    for row in rows.values():
        row["parent"] = rows.get(row["P"])
    return {key for key, row in rows.items() if holds(side.entity, row, condition, side.catalogue) is True}


def differences(side: Side, seed: int, count: int) -> list[Any]:
    """Conditions on which the database and Python disagree, with the rows in question."""
    chance = random.Random(seed)
    wrong = []
    for _ in range(count):
        condition = random_condition(chance)
        odd = found_by_database(side, condition) ^ found_by_python(side, condition)
        if odd:
            wrong.append((condition, [ROWS[key - 1] for key in sorted(odd)[:2]]))
    return wrong


@pytest.mark.parametrize("seed", [1, 2])
def test_sqlite_and_python_agree(sqlite_side: Side, seed: int) -> None:
    assert differences(sqlite_side, seed, 300) == []


@pytest.mark.mariadb
@pytest.mark.parametrize("seed", [1, 2])
def test_mariadb_and_python_agree(mariadb_side: Side, seed: int) -> None:
    assert differences(mariadb_side, seed, 300) == []
