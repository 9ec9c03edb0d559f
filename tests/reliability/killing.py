"""Load that goes on whatever is killed, and what kills: SIGKILL for web workers and for the database server."""

from __future__ import annotations

import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import pymysql

from tests.harness import mariadb
from tests.reliability.people import Answer, Client
from tests.reliability.site import Site


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


def workers(place: Site) -> list[int]:
    """The web processes below the server's."""
    parent = place.serving.process.pid
    found = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(parent)], capture_output=True, text=True, check=True
    )
    return [int(one) for one in found.stdout.split()]


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
