"""kill -9: of web workers while they write, and of the database server under load."""

from __future__ import annotations

import os
import signal
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.harness import mariadb
from tests.reliability.crowd import say
from tests.reliability.killing import (
    Load,
    assert_rows_and_audit_agree,
    audit,
    committed,
    log_of,
    revive,
    seconds_until_good,
    workers,
)
from tests.reliability.people import Client
from tests.reliability.site import Site, site

pytestmark = [pytest.mark.mariadb, pytest.mark.slow]
WORKER_KILLS, SERVER_KILLS = 6, 20
BACK_SECONDS = 5


@pytest.fixture(scope="module")
def server(mariadb_url: str) -> Iterator[mariadb.Server]:
    """A database server of these tests alone; asked for after the shared one, so that its absence is told once."""
    with tempfile.TemporaryDirectory(prefix="veneer-kill-", ignore_cleanup_errors=True) as folder:
        started = mariadb.start(Path(folder) / "server")
        yield started
        started.stop()


@pytest.fixture(scope="module")
def mortal(server: mariadb.Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with site(server.url, tmp_path_factory.mktemp("mortal")) as made:
        yield made


def test_killed_workers_leave_rows_and_audit_equal(mortal: Site) -> None:
    with Load(mortal) as load:
        for _ in range(WORKER_KILLS):
            time.sleep(1.2)
            os.kill(workers(mortal)[0], signal.SIGKILL)
        time.sleep(1.5)
    rows = committed(mortal)
    say("killed workers", kills=WORKER_KILLS, acknowledged=len(load.saved), rows=len(rows),
        in_the_audit=audit(mortal, "memo", "create"), **load.met)  # fmt: skip
    assert load.saved <= rows
    assert_rows_and_audit_agree(mortal)
    assert not [one for one in load.met if one.endswith(" 500")]


def test_a_killed_database_is_waited_for(mortal: Site, server: mariadb.Server) -> None:
    probe, back, unready = Client(mortal.url), [], 0
    with Load(mortal) as load:
        for _ in range(SERVER_KILLS):
            time.sleep(0.7)
            server.process.kill()
            server.process.wait()
            time.sleep(0.5)
            unready += probe.get("/health/ready").status == 503
            revive(server)
            back.append(seconds_until_good(mortal, load))
    rows = committed(mortal)
    say("killed databases", kills=SERVER_KILLS, unready=unready, back_after=[round(one, 1) for one in back],
        acknowledged=len(load.saved), lost=len(load.saved - rows), **load.met)  # fmt: skip
    assert load.saved <= rows
    assert_rows_and_audit_agree(mortal)
    assert max(back) <= BACK_SECONDS
    assert unready == SERVER_KILLS
    assert probe.get("/health/ready").status == 200
    assert not [one for one in load.met if one.endswith((" 500", " 0"))], log_of(mortal)
    assert load.met["live 200"] == sum(count for one, count in load.met.items() if one.startswith("live"))
    assert not load.speechless, load.speechless[0]
