"""The watch over the legacy schema itself: a definition that changes is seen, wherever the statement came from."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.harness import databases
from tests.mysql import stored

pytestmark = pytest.mark.mariadb
HARMLESS = ("SELECT 'DROP TABLE t'", "INSERT INTO t VALUES ('ALTER TABLE t')", "UPDATE t SET a = 'CREATE'")
DEFINING = ("CREATE TABLE t2 (a int)", "/* hidden */ ALTER TABLE t ADD b int", "drop table t2", "TRUNCATE t", "CREATE INDEX i ON t (a)")  # fmt: skip


def test_statements_that_define_something_are_found_in_the_log(
    mariadb_url: str, mariadb_database: str, tmp_path: Path
) -> None:
    here, overlay = databases.url_of(mariadb_url, mariadb_database), f"{mariadb_database}_overlay"
    databases.execute(here, "CREATE TABLE t (a varchar(50))", f"CREATE DATABASE {overlay}")
    with stored.ddl_log(mariadb_url, tmp_path, mariadb_database) as found:
        databases.execute(here, *HARMLESS, *DEFINING)
        databases.execute(
            databases.url_of(mariadb_url, overlay), "CREATE TABLE own (a int)", "DROP TABLE own"
        )
        qualified = f"ALTER TABLE `{mariadb_database}`.t ADD c int"
        databases.execute(databases.url_of(mariadb_url, overlay), qualified)
        databases.execute(mariadb_url, f"CREATE DATABASE {overlay}_too")
    assert found == [*DEFINING, qualified]


def test_what_veneer_itself_would_define_is_found_among_everything(
    mariadb_url: str, mariadb_database: str, tmp_path: Path
) -> None:
    overlay = f"{mariadb_database}_overlay"
    databases.execute(mariadb_url, f"CREATE DATABASE {overlay}")
    with databases.statements(mariadb_url, tmp_path) as lines:
        databases.execute(databases.url_of(mariadb_url, mariadb_database), "CREATE TABLE by_others (a int)")
        defining = f"DROP TABLE {mariadb_database}.by_others"
        own = ("CREATE TABLE own (a int)", "SELECT 1", defining)
        databases.execute(databases.url_of(mariadb_url, overlay), *own)
    counted, legacy = stored.ddl_of_veneer(lines)
    assert legacy == [defining]
    assert counted["ddl_in_overlays"] == 2
    assert counted["statements"] >= 3


def test_definitions_and_rows_that_change_are_seen(mariadb_url: str, mariadb_database: str) -> None:
    here = databases.url_of(mariadb_url, mariadb_database)
    databases.execute(here, "CREATE TABLE t (id int PRIMARY KEY, a float)", "INSERT INTO t VALUES (1, 0.1)")
    built, rows, sums = stored.definitions(here), stored.rows(here, "t"), stored.checksums(here)
    databases.execute(here, "UPDATE t SET a = 0.10000001")
    assert stored.rows(here, "t") != rows
    assert stored.checksums(here) != sums
    assert stored.definitions(here) == built
    databases.execute(here, "ALTER TABLE t COMMENT 'touched'")
    assert stored.definitions(here) != built
