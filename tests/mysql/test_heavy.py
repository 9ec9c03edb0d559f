"""The cap on heavy statements: over processes, freed by whatever ends them, and never in the way of light pages."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlencode

import pytest
from flask import Flask
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from app.database import open_embedded, open_server
from app.errors import Busy
from app.extensions import services
from models.heavy import Gate, heavy
from models.limits import within
from tests.harness import databases
from tests.harness.applications import over_schema, signed_in
from tests.harness.serving import ROOT

pytestmark = pytest.mark.mariadb
SLOW = "SELECT SLEEP(0.6)"
LONG = "SELECT SUM(a.seq) FROM seq_1_to_30000 a, seq_1_to_30000 b"
OTHER_PROCESS = """
import sys
from sqlalchemy import text
from app.database import open_server
from models.heavy import Gate, heavy
engine = open_server(sys.argv[1], sys.argv[2])
Gate(1, 5, 1, 4).put_on(engine)
with engine.connect() as connection:
    print("begins", flush=True)
    connection.execute(text("SELECT SLEEP(4)"), execution_options=heavy(connection))
"""
ROWS = 300
BIG = {"BIG_TABLE_ROWS": "100", "HEAVY_STATEMENTS": "1", "HEAVY_WAIT_SECONDS": "0"}
TABLES = (
    "CREATE TABLE part (id INT PRIMARY KEY AUTO_INCREMENT, name VARCHAR(40), region CHAR(2), KEY by_region (region))",
    f"INSERT INTO part (name, region) SELECT CONCAT('part ', seq), 'HD' FROM seq_1_to_{ROWS}",
)


@contextmanager
def gated(url: str, name: str, *, places: int = 1, crowd: int = 8, waits: float = 0.2) -> Iterator[Engine]:
    """An engine as one process has it."""
    engine = open_server(databases.url_of(url, name), name)
    Gate(places, waits, 1, crowd).put_on(engine)
    yield engine
    engine.dispose()


def ask(engine: Engine, statement: str, **patience: float) -> None:
    with engine.connect() as connection:
        connection.execute(text(statement), execution_options=heavy(connection, **patience))


@contextmanager
def under_way(engine: Engine, statement: str = SLOW) -> Iterator[threading.Thread]:
    """A heavy statement in a thread, running at this moment."""
    thread = threading.Thread(target=ask, args=(engine, statement))
    thread.start()
    time.sleep(0.2)
    yield thread
    thread.join()


def test_another_process_finds_no_place_and_is_told_when_to_come_again(
    mariadb_url: str, mariadb_database: str
) -> None:
    with (
        gated(mariadb_url, mariadb_database) as one,
        gated(mariadb_url, mariadb_database) as other,
        under_way(one),
    ):
        with pytest.raises(Busy, match="large question") as refused:
            ask(other, "SELECT 1", patience_seconds=0.05)
        assert refused.value.retry_seconds > 0
        ask(other, "SELECT 1", patience_seconds=5)


def test_what_is_light_never_waits(mariadb_url: str, mariadb_database: str) -> None:
    with gated(mariadb_url, mariadb_database) as one, under_way(one, "SELECT SLEEP(1)"):
        began = time.monotonic()
        for _ in range(20):
            with one.connect() as connection:
                connection.execute(text("SELECT 1"))
        assert time.monotonic() - began < 0.8


def test_as_many_run_at_once_as_there_are_places(mariadb_url: str, mariadb_database: str) -> None:
    with (
        gated(mariadb_url, mariadb_database, places=2) as one,
        gated(mariadb_url, mariadb_database, places=2) as other,
    ):
        with under_way(one), under_way(other, SLOW), pytest.raises(Busy):
            ask(one, "SELECT 1", patience_seconds=0.01)
        ask(one, "SELECT 1")


def test_few_wait_in_a_process_and_the_rest_is_told_at_once(mariadb_url: str, mariadb_database: str) -> None:
    with (
        gated(mariadb_url, mariadb_database, crowd=2, waits=5) as engine,
        under_way(engine, "SELECT SLEEP(1)"),
        under_way(engine, "SELECT 1"),
    ):
        began = time.monotonic()
        with pytest.raises(Busy):
            ask(engine, "SELECT 1")
        assert time.monotonic() - began < 0.5


@pytest.mark.parametrize("ending", ["a mistake", "its time limit", "somebody's KILL"])
def test_whatever_ends_a_statement_frees_its_place(
    mariadb_url: str, mariadb_database: str, ending: str
) -> None:
    with (
        gated(mariadb_url, mariadb_database) as one,
        gated(mariadb_url, mariadb_database) as other,
        one.connect() as connection,
    ):
        number = connection.execute(text("SELECT CONNECTION_ID()")).scalar()
        if ending == "somebody's KILL":
            threading.Timer(0.3, databases.execute, (mariadb_url, f"KILL {number}")).start()
        options = heavy(connection) | (within(0.2) if ending == "its time limit" else {})
        with pytest.raises(DBAPIError):
            connection.execute(
                text("SELECT nothing" if ending == "a mistake" else LONG), execution_options=options
            )
        ask(other, "SELECT 1", patience_seconds=1)


def test_a_killed_process_gives_its_place_back(mariadb_url: str, mariadb_database: str) -> None:
    address = databases.url_of(mariadb_url, mariadb_database)
    words = [sys.executable, "-c", OTHER_PROCESS, address, mariadb_database]
    with (
        gated(mariadb_url, mariadb_database) as engine,
        subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process,
    ):
        assert process.stdout is not None
        assert process.stdout.readline() == "begins\n"
        time.sleep(0.3)
        with pytest.raises(Busy):
            ask(engine, "SELECT 1", patience_seconds=0)
        process.kill()
        process.wait()
        ask(engine, "SELECT 1", patience_seconds=5)


def test_the_embedded_mode_has_the_gate_of_its_process(tmp_path: object) -> None:
    engine = open_embedded(tmp_path / "erp", tmp_path / "overlay")  # type: ignore[operator]
    gate = Gate(1, 0, 1, 1)
    gate.put_on(engine)
    with engine.connect() as connection:
        with gate.place(None, is_server=False, patience_seconds=0), pytest.raises(Busy):
            connection.execute(text("SELECT 1"), execution_options=heavy(connection))
        connection.execute(text("SELECT 1"), execution_options=heavy(connection))
    engine.dispose()


@pytest.fixture(scope="module")
def app(mariadb_url: str, mariadb_module_database: str) -> Iterator[Flask]:
    databases.execute(databases.url_of(mariadb_url, mariadb_module_database), *TABLES, "ANALYZE TABLE part")
    with over_schema(mariadb_url, mariadb_module_database, **BIG) as made:
        yield made


@contextmanager
def busy(app: Flask) -> Iterator[None]:
    """All places are taken for a block."""
    with app.app_context():
        engine = services().engine
        gate: Gate = engine.get_execution_options()["veneer_gate"]
        raw = engine.raw_connection()
        with gate.place(raw.dbapi_connection, is_server=True, patience_seconds=0):
            yield
        raw.close()


NAME = '{"field":"name","op":"contains","value":"7"}'
REGION = '{"field":"region","op":"eq","value":"HD"}'
HEAVY_PATHS = (
    f"/data/part/list/?{urlencode({'filter': NAME})}", "/data/part/list/?sort=name", "/data/part/export/?kind=csv",
    f"/api/v1/data/part/?{urlencode({'filter': NAME})}", "/api/v1/data/part/?sort=-name",
)  # fmt: skip
LIGHT_PATHS = (
    "/data/part/list/", f"/data/part/list/?{urlencode({'filter': REGION})}", "/data/part/show/7", "/data/part/edit/7",
    "/data/part/list/?sort=id", "/", "/api/v1/data/part/",
)  # fmt: skip


@pytest.mark.parametrize("path", HEAVY_PATHS)
def test_a_heavy_page_is_told_that_the_database_is_busy(app: Flask, path: str) -> None:
    person = signed_in(app, "admin")
    with busy(app):
        answer = person.get(path)
    assert answer.status_code == 503
    assert "The database is busy with a large question already." in answer.get_data(as_text=True)
    assert int(answer.headers["Retry-After"]) > 0
    assert person.get(path).status_code == 200


@pytest.mark.parametrize("path", LIGHT_PATHS)
def test_a_light_page_comes_as_always(app: Flask, path: str) -> None:
    person = signed_in(app, "admin")
    with busy(app):
        assert person.get(path).status_code == 200


def test_the_sentence_is_there_in_chinese(app: Flask) -> None:
    person = signed_in(app, "admin")
    with busy(app):
        page = person.get("/data/part/list/?sort=name", headers={"Accept-Language": "zh"})
    assert "数据库正在处理" in page.get_data(as_text=True)
