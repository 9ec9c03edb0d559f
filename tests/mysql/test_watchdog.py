"""The watchdog ends what overstays of ours, a killed process's too, and nothing else; with the least rights."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from app.database import open_server
from models import limits, watchdog
from models.checks.grants import least
from models.dberrors import problem_of
from tests.harness import databases
from tests.harness.serving import ROOT

pytestmark = pytest.mark.mariadb
ACCOUNT, PASSWORD = "watched", "watched-1"
LONG = "SELECT COUNT(*) FROM seq_1_to_100000000 a JOIN seq_1_to_100000 b ON a.seq <> -b.seq"
LEFT_BEHIND = """
import os, sys, threading, time
from sqlalchemy import text
from app.database import open_server
from models import limits
connection = open_server(sys.argv[1], sys.argv[2], page_statement_seconds=1).connect()
connection.execute(text("SET SESSION max_statement_time = 0"))
threading.Timer(1.5, lambda: os.kill(os.getpid(), 9)).start()
connection.execute(text(sys.argv[3]))
"""


@pytest.fixture
def address(mariadb_url: str, mariadb_database: str) -> Iterator[str]:
    """The address of an account with the least rights; the overlay is there."""
    overlay = f"{mariadb_database}_overlay"
    databases.execute(
        mariadb_url,
        f"CREATE DATABASE `{overlay}`",
        f"CREATE OR REPLACE USER '{ACCOUNT}'@'%' IDENTIFIED BY '{PASSWORD}'",
        *least(mariadb_database, overlay, (ACCOUNT, "%")),
    )
    here = make_url(mariadb_url).set(username=ACCOUNT, password=PASSWORD, database=mariadb_database)
    yield here.render_as_string(hide_password=False)
    databases.execute(mariadb_url, f"DROP USER '{ACCOUNT}'@'%'")


@pytest.fixture
def engine(address: str, mariadb_database: str) -> Iterator[Engine]:
    """Pages may take a second; the server's own limit is off, as for what it does not end by itself."""
    engine = open_server(address, f"{mariadb_database}_overlay", page_statement_seconds=1)
    yield engine
    engine.dispose()


@contextmanager
def running(work: Callable[[], object]) -> Iterator[list[BaseException]]:
    """`work` in a thread for the block; what it raised."""
    raised: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except DBAPIError as error:
            raised.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    yield raised
    thread.join(20)
    assert not thread.is_alive(), "it still runs"


def statement(engine: Engine, sql: str, **options: object) -> None:
    """Run it on a connection on which the server ends nothing."""
    with engine.connect() as connection:
        connection.execute(text("SET SESSION max_statement_time = 0"))
        connection.execute(text(sql), execution_options=options)


def ended_within(engine: Engine, seconds: float) -> list[watchdog.Overdue]:
    """Look again and again, as the runner does, until something was ended."""
    deadline, ended = time.monotonic() + seconds, []
    while not ended and time.monotonic() < deadline:
        time.sleep(0.2)
        with engine.connect() as connection:
            ended = watchdog.end_overdue(connection)
    return ended


def test_an_overdue_statement_is_ended_with_a_sentence(engine: Engine) -> None:
    with running(lambda: statement(engine, LONG)) as raised:
        (ended,) = ended_within(engine, 20)
    assert ended.verb == "SELECT"
    assert ended.seconds > 1 + watchdog.GRACE_SECONDS
    assert "took too long" in str(problem_of(raised[0]))


def test_what_a_killed_process_left_behind_is_ended(
    engine: Engine, address: str, mariadb_database: str, mariadb_url: str
) -> None:
    given = (address, f"{mariadb_database}_overlay", LONG)
    left = subprocess.run([sys.executable, "-c", LEFT_BEHIND, *given], cwd=ROOT, check=False)
    assert left.returncode == -9
    assert running_of_ours(mariadb_url) == 1, "the server goes on although nobody waits"
    assert ended_within(engine, 20)
    time.sleep(0.5)
    assert running_of_ours(mariadb_url) == 0


def running_of_ours(url: str) -> int:
    found = databases.execute(
        url, f"SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE USER='{ACCOUNT}' AND COMMAND='Query'"
    )
    return int(found[0][0])


def test_a_statement_of_another_program_is_left_alone(
    engine: Engine, address: str, mariadb_database: str
) -> None:
    """Even of one that uses our account and stands in the overlay."""
    overlay = databases.url_of(address, f"{mariadb_database}_overlay")
    with running(lambda: databases.execute(overlay, "SELECT SLEEP(6)")) as raised:
        assert ended_within(engine, 5) == []
    assert raised == []


def test_who_asked_for_more_time_has_it(engine: Engine) -> None:
    with running(lambda: statement(engine, "SELECT SLEEP(5)", **limits.within(30))) as raised:
        assert ended_within(engine, 4.5) == []
    assert raised == []


def test_a_statement_that_came_to_its_end_meanwhile_is_no_mistake(engine: Engine) -> None:
    gone = watchdog.Overdue(999_999, 999_999_999, 9.0, "SELECT")
    with engine.connect() as connection:
        assert watchdog._ended(connection, gone) is False


def test_each_statement_carries_its_limit_and_many_rows_stay_one_statement(
    engine: Engine, mariadb_url: str, tmp_path
) -> None:
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE many (a int)"))
        with databases.statements(mariadb_url, tmp_path) as lines:
            connection.execute(text("SELECT 17"))
            connection.execute(text("SELECT 18"), execution_options=limits.within(0.2))
            connection.execute(text("INSERT INTO many VALUES (:a)"), [{"a": n} for n in range(50)])
            connection.commit()
    seen = "\n".join(lines)
    assert "SELECT 17 /* veneer 1 s */" in seen
    assert "FOR SELECT 18 /* veneer 1 s */" in seen
    assert seen.count("INSERT INTO many") == 1
