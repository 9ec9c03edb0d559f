"""Connections that answered just now are not pinged, and one that the server has closed is never handed out."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, text

from app import pool
from app.database import open_server
from tests.harness.databases import execute, url_of


@pytest.fixture
def engine(mariadb_url: str, mariadb_database: str) -> Iterator[Engine]:
    made = open_server(url_of(mariadb_url, mariadb_database), mariadb_database, pool_size=1)
    yield made
    made.dispose()


def number_of(engine: Engine) -> int:
    with engine.connect() as connection:
        return int(connection.execute(text("SELECT CONNECTION_ID()")).scalar_one())


def pings(engine: Engine) -> int:
    with engine.connect() as connection:
        counted = connection.execute(text("SHOW GLOBAL STATUS LIKE 'Com_admin_commands'")).first()
    return int(counted[1]) if counted else 0


def kill(url: str, number: int) -> None:
    """End a connection and wait until the server has let go of it."""
    execute(url, f"KILL {number}")
    deadline = time.monotonic() + 20
    while execute(url, f"SELECT 1 FROM information_schema.processlist WHERE id = {number}"):
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_connection_is_pinged_once_in_a_while(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    number_of(engine)
    before = pings(engine)
    assert len({number_of(engine) for _use in range(20)}) == 1
    assert pings(engine) - before <= 3
    monkeypatch.setattr(pool, "PING_SECONDS", 0.0)
    before = pings(engine)
    for _use in range(5):
        number_of(engine)
    assert pings(engine) - before >= 5


def test_a_connection_that_the_server_closed_is_replaced(engine: Engine, mariadb_url: str) -> None:
    seen = {number_of(engine)}
    for _round in range(5):
        kill(mariadb_url, max(seen))
        seen.add(number_of(engine))
    assert len(seen) == 6
