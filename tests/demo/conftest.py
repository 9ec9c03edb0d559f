"""One demo of the default size for the room, made once, and a small world to look into."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from time import monotonic

import pytest

from demo.generate import World
from demo.plan import plan_for
from demo.write import write_sqlite

NOW = datetime.fromisoformat("2026-11-23 14:40")


class Erp:
    """The default demo as an open SQLite file, and how long it took to make."""

    def __init__(self, connection: sqlite3.Connection, seconds: float) -> None:
        self.connection, self.seconds = connection, seconds

    def rows(self, sql: str) -> list[tuple]:
        return self.connection.execute(sql).fetchall()

    def value(self, sql: str) -> object:
        return self.connection.execute(sql).fetchone()[0]


@pytest.fixture(scope="session")
def erp(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Erp]:
    path: Path = tmp_path_factory.mktemp("demo") / "erp.sqlite"
    began = monotonic()
    write_sqlite(path, today=NOW)
    seconds = monotonic() - began
    with closing(sqlite3.connect(path)) as connection:
        yield Erp(connection, seconds)


@pytest.fixture(scope="session")
def world() -> World:
    return World(plan_for(300, NOW))
