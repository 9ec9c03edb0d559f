"""A column or a table that the account may not read any more counts as gone, also where it may still be written."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, create_engine
from sqlalchemy.engine import make_url

from models.drift.fingerprint import fingerprint
from models.drift.look import read
from tests.harness import databases

pytestmark = pytest.mark.mariadb
ACCOUNT, PASSWORD = "revoked", "revoked-1"
TABLES = (
    "CREATE TABLE firm (id INT PRIMARY KEY, name VARCHAR(20), secret VARCHAR(20))",
    "CREATE TABLE deal (id INT PRIMARY KEY, amount INT)",
)


@pytest.fixture
def engine(mariadb_url: str, mariadb_database: str) -> Iterator[Engine]:
    here = databases.url_of(mariadb_url, mariadb_database)
    databases.execute(
        here,
        *TABLES,
        f"CREATE OR REPLACE USER '{ACCOUNT}'@'%' IDENTIFIED BY '{PASSWORD}'",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON firm TO '{ACCOUNT}'@'%'",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON deal TO '{ACCOUNT}'@'%'",
    )
    own = make_url(here).set(username=ACCOUNT, password=PASSWORD)
    engine = create_engine(own)
    yield engine
    engine.dispose()
    databases.execute(mariadb_url, f"DROP USER '{ACCOUNT}'@'%'")


def columns(engine: Engine, schema: str) -> dict[str, list[str]]:
    with engine.connect() as connection:
        return {name: [c.name for c in table.columns] for name, table in read(connection, schema).items()}


def shape(engine: Engine, schema: str) -> str:
    with engine.connect() as connection:
        return fingerprint(connection, schema)


def test_what_may_not_be_read_any_more_is_noticed_and_not_there(
    engine: Engine, mariadb_url: str, mariadb_database: str
) -> None:
    here = databases.url_of(mariadb_url, mariadb_database)
    assert columns(engine, mariadb_database) == {"deal": ["id", "amount"], "firm": ["id", "name", "secret"]}
    first = shape(engine, mariadb_database)
    databases.execute(
        here,
        f"REVOKE SELECT ON firm FROM '{ACCOUNT}'@'%'",
        f"GRANT SELECT (id, name) ON firm TO '{ACCOUNT}'@'%'",
    )
    second = shape(engine, mariadb_database)
    assert second != first
    assert columns(engine, mariadb_database)["firm"] == ["id", "name"]
    databases.execute(here, f"REVOKE SELECT ON deal FROM '{ACCOUNT}'@'%'")
    assert shape(engine, mariadb_database) not in {first, second}
    assert list(columns(engine, mariadb_database)) == ["firm"]
    databases.execute(
        here,
        f"GRANT SELECT ON firm TO '{ACCOUNT}'@'%'",
        f"GRANT SELECT ON deal TO '{ACCOUNT}'@'%'",
    )
    assert columns(engine, mariadb_database) == {"deal": ["id", "amount"], "firm": ["id", "name", "secret"]}
