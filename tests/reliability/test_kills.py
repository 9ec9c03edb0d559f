"""kill -9: of web workers while they write, and of the database server under load."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pymysql
import pytest

from tests.harness import mariadb
from tests.reliability.crowd import say
from tests.reliability.people import Answer, Client
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


@dataclass
class Load:
    """Writers and a reader that go on whatever happens; `saved` holds the titles that were acknowledged."""

    place: Site
    saved: set[str] = field(default_factory=set)
    met: Counter[str] = field(default_factory=Counter)
    speechless: list[Answer] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)
    threads: list[threading.Thread] = field(default_factory=list)

    def __enter__(self) -> Load:
        program, person = self.place.program(), self.place.person()
        probe = Client(self.place.url)
        loops: list[Callable[[], None]] = [
            lambda: self.note("write", self.write(program)),
            lambda: self.note("write", self.write(program)),
            lambda: self.note("change", program.change("gauge/1", "*", {"name": self.place.key()})),
            lambda: self.note("page", person.get("/data/memo/list/")),
            lambda: self.note("live", probe.get("/health/live")),
        ]
        self.threads = [threading.Thread(target=self.repeat, args=(loop,)) for loop in loops]
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop.set()
        for thread in self.threads:
            thread.join()

    def repeat(self, work: Callable[[], None]) -> None:
        while not self.stop.is_set():
            work()
            time.sleep(0.02)

    def write(self, program: Client) -> Answer:
        title = self.place.key()
        answer = program.create("memo", {"title": title}, title)  # type: ignore[attr-defined]
        if answer.status == 201:
            self.saved.add(title)
        return answer

    def note(self, what: str, answer: Answer) -> None:
        self.met[f"{what} {answer.status}"] += 1
        if answer.status >= 400 and what != "live" and not answer.sentence:
            self.speechless.append(answer)


def audit(place: Site, entity: str, action: str) -> int:
    return place.number(f"SELECT COUNT(*) FROM {{o}}.`change` WHERE entity='{entity}' AND action='{action}'")


def committed(place: Site) -> set[str]:
    return {str(row[0]) for row in place.sql("SELECT title FROM memo")}


def assert_rows_and_audit_agree(place: Site) -> None:
    """Each row has its change and each change its row."""
    unlike = "SELECT COUNT(*) FROM memo m LEFT JOIN {o}.`change` c ON c.entity='memo' AND c.title=m.title WHERE c.id IS NULL"
    assert place.number(unlike) == 0
    assert audit(place, "memo", "create") == place.number("SELECT COUNT(*) FROM memo")


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


def workers(place: Site) -> list[int]:
    """The web processes below the server's."""
    parent = place.serving.process.pid
    found = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(parent)], capture_output=True, text=True, check=True
    )
    return [int(one) for one in found.stdout.split()]


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


def revive(server: mariadb.Server) -> None:
    """The same server again, on its port and its data; returns when it answers."""
    with server.log_path.open("ab") as log:
        server.process = subprocess.Popen(server.process.args, stdout=log, stderr=log)
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            pymysql.connect(host="127.0.0.1", port=server.port, user="root").close()
        except pymysql.err.OperationalError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(server.log_path.read_text(errors="replace")[-2000:])


def seconds_until_good(place: Site, load: Load) -> float:
    """Until every kind of request succeeds again."""
    started, before = time.monotonic(), load.met.copy()
    wanted = ("write 201", "change 200", "page 200")
    while any(load.met[one] <= before[one] + 1 for one in wanted):
        assert time.monotonic() - started < 30, load.met
        time.sleep(0.05)
    return time.monotonic() - started


def log_of(place: Site) -> str:
    return place.log[-4000:]
