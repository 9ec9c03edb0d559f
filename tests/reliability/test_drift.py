"""Other programs alter the legacy tables under load: noticed without anybody asking, and no answer is a mistake of ours."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from tests.harness import databases
from tests.harness.applications import KEY, over_schema
from tests.harness.serving import serving
from tests.reliability.crowd import say
from tests.reliability.people import Answer, Client
from tests.reliability.site import Site, make_tables

pytestmark = [pytest.mark.mariadb, pytest.mark.slow]
NOTICED_SECONDS = 60
PATHS = (
    "/data/gauge/list/",
    "/data/gauge/show/1",
    "/data/gauge/edit/1",
    "/api/v1/data/gauge/",
    "/data/memo/list/",
    "/",
)
ALTERATIONS = (
    "ALTER TABLE gauge DROP COLUMN body",
    "ALTER TABLE gauge CHANGE padded filled CHAR(12)",
    "ALTER TABLE gauge MODIFY price DECIMAL(32,10)",
    "ALTER TABLE gauge ADD COLUMN fresh INT NOT NULL DEFAULT 0 FIRST",
    "RENAME TABLE heap TO heap_old",
    "ALTER TABLE gauge DROP COLUMN kind, DROP COLUMN flags",
)


@pytest.fixture(scope="module")
def altered(mariadb_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Two workers, one of which runs the watch."""
    with databases.fresh_database(mariadb_url, "altered") as name:
        make_tables(mariadb_url, name)
        with over_schema(mariadb_url, name):
            pass  # publishes every table and makes the account
        own = {"DATABASE_URL": databases.url_of(mariadb_url, name), "OVERLAY_SCHEMA": f"{name}_overlay"}
        own |= {"SECRET_KEY": KEY, "WORKERS": "2", "INLINE_RUNNER": "yes", "RUNNER_POLL_SECONDS": "1"}
        with serving(tmp_path_factory.mktemp("altered"), **own, SCHEMA_WATCH_SECONDS="5") as served:
            place = Site(served.url, mariadb_url, name, served)
            wait_until(place, "version", "1")
            yield place


def stands(place: Site, column: str) -> str:
    found = place.sql(f"SELECT {column} FROM `{place.name}_overlay`.schema_watch")
    return str(found[0][0]) if found else ""


def wait_until(place: Site, column: str, word: str) -> float:
    """Seconds until it stands in the overlay, without a single request."""
    started = time.monotonic()
    while word not in stands(place, column):
        assert time.monotonic() - started < NOTICED_SECONDS, stands(place, column)
        time.sleep(0.5)
    return time.monotonic() - started


def test_a_change_is_noticed_within_a_minute_though_nobody_asks(altered: Site) -> None:
    person = altered.person()
    altered.sql("ALTER TABLE memo ADD COLUMN colour VARCHAR(10)")
    seconds = wait_until(altered, "changes", "colour")
    say("noticed by the runner", seconds=round(seconds, 1))
    inbox = person.get("/inbox/").text
    assert "memo.colour" in inbox


@dataclass
class Readers:
    """Four visitors that go on asking; what they met, and the answers that no person could use."""

    person: Client
    program: Client
    met: Counter[int] = field(default_factory=Counter)
    speechless: list[tuple[str, int, str]] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Readers:
        self.threads = [threading.Thread(target=self._go_on, args=(number,)) for number in range(4)]
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop.set()
        for thread in self.threads:
            thread.join()

    def _go_on(self, number: int) -> None:
        while not self.stop.is_set():
            self.note(PATHS[number % len(PATHS)])
            number += 1

    def ask(self, path: str) -> Answer:
        return (self.program if path.startswith("/api/") else self.person).get(path)

    def note(self, path: str) -> None:
        answer = self.ask(path)
        self.met[answer.status] += 1
        if answer.status != 200 and (answer.status != 503 or not answer.sentence):
            self.speechless.append((path, answer.status, answer.text[-500:]))


def test_nothing_but_sentences_while_tables_are_altered(altered: Site) -> None:
    with Readers(altered.person(), altered.program()) as readers:
        for statement in ALTERATIONS:
            time.sleep(2)
            altered.sql(statement)
        time.sleep(4)
    met = {f"answers {status}": count for status, count in readers.met.items()}
    say("altered under load", alterations=len(ALTERATIONS), **met)
    assert readers.speechless == []
    assert readers.met[200] > readers.met[503]
    for path in PATHS * 4:
        answer = readers.ask(path)
        assert answer.status == 200, (path, answer.status, answer.sentence)
    assert readers.ask("/data/heap/list/").status == 503
    assert "Traceback" not in altered.log
