"""The two tokens of a row: every key survives its URL, and every change of any column changes the hash."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import (
    Connection,
    create_engine,
    select,
    text,
)
from sqlalchemy.engine import make_url

from app import database
from app.errors import NotVisible
from models.catalogue import Catalogue
from models.legacy.types import exact_type
from models.rowtoken import key_of, row_hash, token_for
from models.wiring.nouns import Entity, Field, Label, Wiring


def entity(key: tuple[str, ...], **columns: str) -> Entity:
    """An entity with columns of these server types."""
    fields = {name: Field(name, Label(name), "text", sql_type) for name, sql_type in columns.items()}
    return Entity("thing", "THING", Label("Thing"), fields, key)


NUMBERED = entity(("ID",), ID="int(11)")
NAMED = entity(("CODE",), CODE="varchar(40)")
BYTED = entity(("RAW",), RAW="varbinary(40)")
COMPOUND = entity(("A", "B", "C"), A="varchar(40)", B="bigint(20)", C="binary(4)")
WORDS = ["", "0", "a/b", "a?b#c", " a b ", "张三", "a~b", "a.b", ".", "..", "%41", "a\\b", "é", "😀", "A-b_c"]


@pytest.mark.parametrize("value", [0, 1, -5, 123, 2**63])
def test_a_number_stands_in_the_url_as_it_is(value: int) -> None:
    assert token_for(NUMBERED, {"ID": value}) == str(value)
    assert key_of(NUMBERED, str(value)) == {"ID": value}


@pytest.mark.parametrize("value", WORDS)
def test_a_word_survives_its_url(value: str) -> None:
    token = token_for(NAMED, {"CODE": value})
    assert quote(token, safe="") == token
    assert key_of(NAMED, token) == {"CODE": value}


@given(st.text(max_size=30), st.integers(-(2**63), 2**63), st.binary(max_size=4))
def test_compound_keys_survive(first: str, second: int, third: bytes) -> None:
    values = {"A": first, "B": second, "C": third}
    token = token_for(COMPOUND, values)
    assert key_of(COMPOUND, token) == values
    assert quote(token, safe="") == token


@given(st.lists(st.text(max_size=6), min_size=2, max_size=2, unique=True))
def test_two_keys_never_share_a_token(words: list[str]) -> None:
    first, second = (token_for(NAMED, {"CODE": word}) for word in words)
    assert first != second


def test_a_decimal_key_keeps_its_digits() -> None:
    thing = entity(("NO",), NO="decimal(12,2)")
    assert key_of(thing, token_for(thing, {"NO": Decimal("1.50")})) == {"NO": Decimal("1.50")}


@pytest.mark.parametrize(
    ("thing", "token"),
    [
        (NUMBERED, "abc"), (NUMBERED, ""), (NUMBERED, "1~2"), (NUMBERED, "1e5"), (NUMBERED, "."), (NAMED, ""), (NAMED, "a/b"),
        (NAMED, ".ZZ"), (NAMED, ".FF"), (NAMED, "a."), (BYTED, "xyz"), (BYTED, "AB"), (COMPOUND, "a~1"), (entity(()), "1"),
    ],
)  # fmt: skip
def test_what_is_no_token_names_no_record(thing: Entity, token: str) -> None:
    with pytest.raises(NotVisible):
        key_of(thing, token)


COLUMNS = {
    "ID": ("int(11)", "1", "2"),
    "T": ("tinyint(4)", "NULL", "0"),
    "F": ("float", "0.1", "0.10000001"),
    "D": ("double", "1.5e-12", "1.6e-12"),
    "N": ("decimal(20,6)", "1.5", "1.500001"),
    "C": ("char(10)", "'a'", "'A'"),
    "V": ("varchar(40)", "'e'", "'é'"),
    "W": ("varchar(41)", "'a'", "'a '"),
    "E": ("varchar(42)", "NULL", "''"),
    "B": ("bit(8)", "b'101'", "b'111'"),
    "R": ("varbinary(10)", "0x00", "0x0000"),
    "O": ("blob", "0xFF", "0xFE"),
    "X": ("longtext", "'long'", "'Long'"),
    "J": ("json", "'{\"a\": 1}'", "'{\"a\":1}'"),
    "S": ("set('a','b')", "'a'", "'a,b'"),
    "U": ("enum('x','y')", "'x'", "'y'"),
    "Y": ("year(4)", "2025", "2026"),
    "M": ("datetime(6)", "'2026-01-01 00:00:00.000001'", "'2026-01-01 00:00:00.000002'"),
    "K": ("time", "'36:30:00'", "'12:30:00'"),
    "P": ("point", "ST_GeomFromText('POINT(1 2)')", "ST_GeomFromText('POINT(1 3)')"),
}


def _type(field: Field) -> Any:
    return exact_type(field.sql_type)


@pytest.fixture
def server(mariadb_url: str, mariadb_database: str) -> Iterator[tuple[Connection, Entity]]:
    url = make_url(mariadb_url).set(database=mariadb_database).update_query_dict({"charset": "utf8mb4"})
    thing = entity(("ID",), **{name: declared for name, (declared, _old, _new) in COLUMNS.items()})
    Catalogue(Wiring(1, {"thing": thing}), mariadb_database, _type)
    engine = create_engine(url)
    with engine.connect() as connection:
        ddl = ", ".join(f"{name} {declared}" for name, (declared, _old, _new) in COLUMNS.items())
        connection.execute(text(f"CREATE TABLE THING ({ddl}) CHARACTER SET utf8mb4"))
        connection.exec_driver_sql(
            f"INSERT INTO THING VALUES ({','.join(old for _d, old, _n in COLUMNS.values())})"
        )
        yield connection, thing
    engine.dispose()


def read_hash(connection: Connection, thing: Entity) -> str:
    return connection.execute(
        select(row_hash(thing.table, thing.table.c)).select_from(thing.table)
    ).scalar_one()


@pytest.mark.mariadb
@pytest.mark.parametrize("column", COLUMNS)
def test_every_kind_of_change_is_seen(server: tuple[Connection, Entity], column: str) -> None:
    connection, thing = server
    before = read_hash(connection, thing)
    assert read_hash(connection, thing) == before
    connection.exec_driver_sql(f"UPDATE THING SET {column} = {COLUMNS[column][2]}")
    assert read_hash(connection, thing) != before


@pytest.mark.mariadb
def test_the_same_hash_names_the_row_in_a_where(server: tuple[Connection, Entity]) -> None:
    connection, thing = server
    hash_ = row_hash(thing.table, thing.table.c)
    before = read_hash(connection, thing)
    statement = thing.table.update().values(V="x").where(hash_ == before)
    assert connection.execute(statement).rowcount == 1
    assert connection.execute(statement).rowcount == 0


@pytest.mark.mariadb
def test_a_row_larger_than_a_packet_has_a_hash(server: tuple[Connection, Entity]) -> None:
    connection, thing = server
    connection.exec_driver_sql("ALTER TABLE THING MODIFY X LONGTEXT, MODIFY O LONGBLOB")
    connection.exec_driver_sql("UPDATE THING SET X = REPEAT('x', 9000000), O = REPEAT('y', 9000000)")
    assert read_hash(connection, thing) is not None


def test_sqlite_hashes_rows_of_the_attached_file(tmp_path: Path) -> None:
    engine = database.open_embedded(tmp_path / "erp.db", tmp_path / "overlay.db")
    thing = entity(("ID",), ID="integer", V="text", B="blob")
    Catalogue(Wiring(1, {"thing": thing}), "erp", _type)
    with engine.connect() as connection:
        connection.exec_driver_sql("CREATE TABLE erp.THING (ID INTEGER PRIMARY KEY, V TEXT, B BLOB)")
        connection.exec_driver_sql("INSERT INTO erp.THING VALUES (1, 'a', NULL)")
        hashes = {read_hash(connection, thing)}
        for change in ("V = 'A'", "V = 'A '", "V = NULL", "V = ''", "B = x'00'", "B = ''"):
            connection.exec_driver_sql(f"UPDATE erp.THING SET {change}")
            hashes.add(read_hash(connection, thing))
    engine.dispose()
    assert len(hashes) == 7
