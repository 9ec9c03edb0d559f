"""What each connection of ours is held to, so that the ERP does not notice it: asked from the server itself."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import Engine, text
from sqlalchemy.exc import TimeoutError as PoolTimeout

from rules.runner import job_engine
from tests.harness import databases
from tests.harness.applications import over_schema

pytestmark = pytest.mark.mariadb
LIMITS = {"PAGE_STATEMENT_SECONDS": "4", "JOB_STATEMENT_SECONDS": "33", "LOCK_WAIT_SECONDS": "2", "POOL_SIZE": "3", "POOL_WAIT_SECONDS": "1"}  # fmt: skip
ASKED = {
    "tx_isolation": "READ-COMMITTED", "innodb_lock_wait_timeout": 2, "lock_wait_timeout": 2, "idle_transaction_timeout": 60,
    "default_storage_engine": "InnoDB",
}  # fmt: skip


@pytest.fixture(scope="module")
def app(mariadb_url: str) -> Iterator[Flask]:
    with databases.fresh_database(mariadb_url, "limits") as name:
        databases.execute(databases.url_of(mariadb_url, name), "CREATE TABLE t (id int PRIMARY KEY)")
        with over_schema(mariadb_url, name, **LIMITS) as made:
            yield made


@pytest.fixture(params=["pages", "jobs"])
def engine(request: pytest.FixtureRequest, app: Flask) -> Iterator[tuple[Engine, int]]:
    """The connections of a kind, and how long their statements may run."""
    services = app.extensions["veneer"]
    if request.param == "pages":
        yield services.engine, 4
        return
    made = job_engine(services.config)
    yield made, 33
    made.dispose()


def test_a_connection_is_held_to_its_limits(engine: tuple[Engine, int]) -> None:
    pool, seconds = engine
    with pool.connect() as connection:
        held = {name: connection.execute(text(f"SELECT @@{name}")).scalar() for name in ASKED}
        longest = connection.execute(text("SELECT @@max_statement_time")).scalar()
        plans = str(connection.execute(text("SELECT @@optimizer_switch")).scalar())
        modes = set(str(connection.execute(text("SELECT @@sql_mode")).scalar()).split(","))
    assert held == ASKED
    assert float(longest or 0) == seconds
    assert "index_merge_intersection=off" in plans
    assert {"STRICT_TRANS_TABLES", "ALLOW_INVALID_DATES", "NO_AUTO_VALUE_ON_ZERO"} <= modes


def test_there_are_no_more_connections_than_allowed(app: Flask) -> None:
    pool = app.extensions["veneer"].engine
    held = [pool.connect() for _ in range(3)]
    try:
        with pytest.raises(PoolTimeout):
            pool.connect()
    finally:
        for connection in held:
            connection.close()
    pool.connect().close()


def test_a_transaction_left_idle_is_ended_by_the_server_and_the_next_page_does_not_notice(app: Flask) -> None:
    pool = app.extensions["veneer"].engine
    with pool.connect() as connection:
        connection.execute(text("SET SESSION idle_transaction_timeout = 1"))
        connection.commit()
        connection.execute(text("SELECT * FROM ab_user FOR UPDATE"))
        number = connection.connection.thread_id()  # type: ignore[attr-defined]
        with pool.connect() as other:
            seen = text("SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE ID = :id")
            for _ in range(40):
                if not other.execute(seen, {"id": number}).scalar():
                    break
                other.execute(text("DO SLEEP(0.1)"))
            assert not other.execute(seen, {"id": number}).scalar()
        connection.invalidate()
    with pool.connect() as again:
        assert again.execute(text("SELECT 1")).scalar() == 1
