"""The driver: transactions that begin when they are needed, and rows read as PyMySQL itself reads them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pymysql
import pytest
from pymysql import err
from sqlalchemy import Engine, event, text
from sqlalchemy.exc import DBAPIError

from app.database import open_server
from app.driver import Quick, needs_transaction, row_of
from tests.harness.databases import connect, execute, url_of

LONG_TEXT = "长" * 40_000
VALUES = """
    SELECT CAST(NULL AS CHAR), '', 'plain', '中文', REPEAT('x', 250), REPEAT('x', 251), REPEAT('x', 70000),
           0, -1, 18446744073709551615, CAST(1.50 AS DECIMAL(65,30)), 1.5e-12, CAST('2024-02-29' AS DATE), '0000-00-00',
           CAST('2024-02-29 10:11:12.123456' AS DATETIME(6)), CAST('-36:30:00' AS TIME), b'101', X'00FF', JSON_OBJECT('a', '值')
"""


@pytest.fixture
def engine(mariadb_url: str, mariadb_database: str) -> Iterator[Engine]:
    made = open_server(url_of(mariadb_url, mariadb_database), mariadb_database, pool_size=1)
    execute(url_of(mariadb_url, mariadb_database), "CREATE TABLE kept (id INT PRIMARY KEY, words TEXT)")
    yield made
    made.dispose()


def com(connection: Any, name: str) -> int:
    """How often this session has sent a command."""
    found = connection.exec_driver_sql(f"SHOW SESSION STATUS LIKE 'Com_{name}'").one()
    return int(found[1])


def test_reading_begins_nothing_and_takes_nothing_back(engine: Engine) -> None:
    with engine.connect() as connection:
        before = com(connection, "begin"), com(connection, "rollback")
    for _page in range(3):
        with engine.connect() as connection:
            connection.execute(text("SELECT * FROM kept"))
    with engine.connect() as connection:
        assert (com(connection, "begin"), com(connection, "rollback")) == before


def test_what_is_written_is_taken_back_when_nobody_commits(engine: Engine) -> None:
    with engine.connect() as connection:
        connection.execute(text("SELECT * FROM kept"))
        connection.execute(text("INSERT INTO kept VALUES (1, 'a')"))
    with engine.connect() as connection:
        assert connection.execute(text("SELECT * FROM kept")).all() == []


def test_several_writes_are_one_transaction(engine: Engine, mariadb_url: str, mariadb_database: str) -> None:
    elsewhere = url_of(mariadb_url, mariadb_database)
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO kept VALUES (1, 'a')"))
        connection.execute(text("SELECT * FROM kept"))
        connection.execute(text("INSERT INTO kept VALUES (2, 'b')"))
        assert execute(elsewhere, "SELECT COUNT(*) FROM kept")[0][0] == 0
    assert execute(elsewhere, "SELECT COUNT(*) FROM kept")[0][0] == 2


def test_a_savepoint_stands_in_a_transaction(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("SELECT 1"))
        inner = connection.begin_nested()
        connection.execute(text("INSERT INTO kept VALUES (1, 'a')"))
        inner.rollback()
        connection.execute(text("INSERT INTO kept VALUES (2, 'b')"))
    with engine.connect() as connection:
        assert connection.execute(text("SELECT id FROM kept")).scalars().all() == [2]


def test_a_locking_read_keeps_its_lock(engine: Engine, mariadb_url: str, mariadb_database: str) -> None:
    elsewhere = url_of(mariadb_url, mariadb_database)
    execute(elsewhere, "INSERT INTO kept VALUES (1, 'a')")
    with engine.connect() as connection:
        connection.execute(text("SELECT * FROM kept WHERE id = 1 FOR UPDATE"))
        with pytest.raises(err.OperationalError):
            execute(elsewhere, "SELECT * FROM kept WHERE id = 1 FOR UPDATE NOWAIT")
    assert execute(elsewhere, "SELECT id FROM kept WHERE id = 1 FOR UPDATE NOWAIT") == [(1,)]


def test_a_connection_goes_back_clean_after_an_error(engine: Engine) -> None:
    def fail() -> None:
        with engine.begin() as connection:
            connection.execute(text("INSERT INTO kept VALUES (1, 'a')"))
            connection.execute(text("INSERT INTO kept VALUES (1, 'again')"))

    for _twice in range(2):
        with pytest.raises(DBAPIError):
            fail()
    with engine.connect() as connection:
        assert connection.execute(text("SELECT COUNT(*) FROM kept")).scalar() == 0


@pytest.mark.parametrize(
    "statement",
    ["INSERT INTO a VALUES (1)", "UPDATE a SET b = 1", "DELETE FROM a", "WITH a AS (SELECT 1) SELECT * FROM a",
     "SELECT a FROM b FOR UPDATE", "SELECT a FROM b LOCK IN SHARE MODE", "SET STATEMENT innodb_lock_wait_timeout=1 FOR UPDATE a SET b=1",
     "SET STATEMENT max_statement_time=1 FOR DELETE FROM a", "SAVEPOINT one", "CALL work()"],
)  # fmt: skip
def test_whatever_is_more_than_reading_needs_one(statement: str) -> None:
    assert needs_transaction(statement)


@pytest.mark.parametrize(
    "statement", ["SELECT 1", "(SELECT 1) UNION ALL (SELECT 2)", "SET STATEMENT max_statement_time=0.2 FOR SELECT 1", "EXPLAIN SELECT 1"]
)  # fmt: skip
def test_reading_needs_none(statement: str) -> None:
    assert not needs_transaction(statement)


def test_values_are_what_pymysql_makes_of_them(
    engine: Engine, mariadb_url: str, mariadb_database: str
) -> None:
    plain = connect(url_of(mariadb_url, mariadb_database))
    with plain.cursor() as cursor:
        cursor.execute(VALUES)
        theirs, described = cursor.fetchall(), cursor.description
    plain.close()
    quick: Any = engine.raw_connection()
    with quick.cursor() as cursor:
        for _twice in range(2):  # the second time the columns are known
            cursor.execute(VALUES)
            ours = cursor.fetchall()
            assert ours == theirs
            assert [type(value) for value in ours[0]] == [type(value) for value in theirs[0]]
            assert cursor.description == described
    quick.close()


def test_texts_and_bytes_of_many_packets(engine: Engine) -> None:
    """A packet holds 16 MB at most; a longer row comes in several."""
    with engine.connect() as connection:
        connection.exec_driver_sql("SELECT 1")
        row = connection.exec_driver_sql(
            "SELECT %s, REPEAT('y', 9000000), REPEAT('z', 9000000), 7", (LONG_TEXT,)
        ).one()
    assert (row[0], len(row[1]), len(row[2]), row[3]) == (LONG_TEXT, 9_000_000, 9_000_000, 7)


def test_an_error_among_the_rows_is_raised(engine: Engine) -> None:
    with engine.connect() as connection:
        connection.exec_driver_sql("SET SESSION max_statement_time=0.3")
        slow = "SELECT seq, SLEEP(0.01) FROM seq_1_to_1000"
        with pytest.raises(DBAPIError, match="max_statement_time"):
            connection.exec_driver_sql(slow)
        assert connection.exec_driver_sql("SELECT 5").scalar() == 5


def test_no_rows_and_the_same_names_twice(engine: Engine) -> None:
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT id, id, words FROM kept").all() == []
        assert list(connection.exec_driver_sql("SELECT 1 AS a, 'x' AS a").one()) == [1, "x"]


def test_columns_that_changed_are_seen(engine: Engine, mariadb_url: str, mariadb_database: str) -> None:
    elsewhere = url_of(mariadb_url, mariadb_database)
    execute(elsewhere, "INSERT INTO kept VALUES (1, '12')")
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT words FROM kept").scalar() == "12"
    execute(elsewhere, "ALTER TABLE kept MODIFY words INT")
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT words FROM kept").scalar() == 12


def test_a_row_that_is_cut_short_is_no_row() -> None:
    with pytest.raises(err.InternalError):
        row_of(b"\x05abc", [None])
    with pytest.raises(IndexError):
        row_of(b"\x01a", [None, None])


def test_every_connection_of_the_pool_is_ours(engine: Engine) -> None:
    made: list[Any] = []
    event.listen(engine, "checkout", lambda connection, *_rest: made.append(connection))
    with engine.connect():
        assert isinstance(made[0], Quick)
    assert isinstance(made[0], pymysql.connections.Connection)
