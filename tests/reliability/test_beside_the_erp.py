"""Fifty people at the heaviest lists, charts and exports beside a busy ERP: it goes on as if alone.

Time is noise on two cores that everything shares, so what is held is what the database server itself tells, whatever the
machine does: never more heavy statements at once than HEAVY_STATEMENTS, sampled in its process list; every statement that
read many rows was one of these, by its slow log; no ERP transaction fails or waits for us; light pages come meanwhile.

The ratio of the 95th percentiles is held as well, as far as it can be measured: alone and beside take turns, Veneer and
its people run with a low priority as if on machines of their own, and during "alone" as many processes burn their time without
a database. How much "alone" differs from itself (every other turn against the rest) is the measuring error. The ratio may
exceed the goal of 1.2 by no more than that; when it does, as many turns again decide. Where "alone" itself differs by more than a
fifth, the machine measures nothing, and the ratio is only printed.
"""

from __future__ import annotations

import json
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from urllib.parse import quote

import pytest
from sqlalchemy.engine import make_url

from demo.write import write_mariadb
from tests.harness import databases, mariadb
from tests.harness.applications import KEY, UNASKED
from tests.harness.serving import ROOT, serving
from tests.reliability.crowd import say
from tests.reliability.people import Person
from tests.reliability.site import Site

pytestmark = [pytest.mark.mariadb, pytest.mark.slow]
CUSTOMERS, ROUNDS, SECONDS = 25_000, 6, 3
WORKERS, POOL, RUNNER = 2, 32, 4
HEAVY, BIG_ROWS, MANY_ROWS = 1, 5000, 12_000
"""A statement that reads MANY_ROWS, more than a total counts to, must have had one of the HEAVY places."""
GOAL = MOST_NOISE = 1.2
BURNERS = WORKERS + 1
NICENESS = 15
"""On a machine that is busy otherwise, somebody may then lose his patience (0 among the answers)."""
ANY = json.dumps(
    {"or": [{"field": name, "op": "contains", "value": "7 nowhere"} for name in ("KHMC", "DZ", "BZ", "LXR")]}
)
PATHS = (
    f"/data/customers/list/?filter={quote(ANY)}", "/data/customers/list/?sort=-DZ", "/data/orders/list/?sort=-BZ",
    "/data/customers/export/?kind=csv", "/data/customers/list/?q=7", "/",
)  # fmt: skip

"""Filters and orders that no index serves, an export, a search, and the home page; its charts come on top."""
LIGHT = ("/data/customers/list/", "/data/customers/show/7", "/data/customers/edit/7")
WORST_MS, P95_MS = 3000, 250
"""What holds on any machine."""


@pytest.fixture(scope="module")
def beside(mariadb_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The demo on a database server of this test alone: no log is written there."""
    with tempfile.TemporaryDirectory(prefix="veneer-beside-", ignore_cleanup_errors=True) as folder:
        server = mariadb.start(Path(folder) / "server")
        try:
            yield from serve_demo(server.url, tmp_path_factory.mktemp("beside"))
        finally:
            server.stop()


def serve_demo(server: str, folder: Path) -> Iterator[Site]:
    with databases.fresh_database(server) as name, databases.least_rights(server, name) as account:
        write_mariadb(databases.url_of(server, name), CUSTOMERS)
        settings = {
            "DATABASE_URL": databases.url_of(account, name),
            "OVERLAY_SCHEMA": f"{name}_overlay",
            "DEMO": "yes",
        }
        settings |= UNASKED | {"SECRET_KEY": KEY, "WORKERS": str(WORKERS), "POOL_SIZE": str(POOL)}
        settings |= {
            "HEAVY_STATEMENTS": str(HEAVY),
            "BIG_TABLE_ROWS": str(BIG_ROWS),
            "HEAVY_WAIT_SECONDS": "2",
        }
        with serving(folder, niceness=NICENESS, **settings) as served:
            yield Site(served.url, server, name, served)


def begin(*words: str, niceness: int = 0) -> subprocess.Popen[str]:
    polite = ["nice", "-n", str(niceness)] if niceness else []
    command = [*polite, sys.executable, "-m", "tests.reliability.load", *words]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def outcome(process: subprocess.Popen[str]) -> dict[str, object]:
    text, _none = process.communicate(timeout=120)
    assert process.returncode == 0
    found: dict[str, object] = json.loads(text)
    return found


def chart_paths(person: Person) -> list[str]:
    """The charts of the home page, worked out anew each time."""
    return [f"{path}?fresh=1" for path in re.findall(r'hx-get="(/home/chart/[^"?]+)', person.get("/").text)]


def connections(place: Site) -> int:
    """How many connections Veneer holds at this moment."""
    return int(databases.execute(place.server, f"SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE USER='{place.name[:32]}'")[0][0])  # fmt: skip


def p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]


@dataclass
class Watch:
    """Looks at the server's process list all the time: how many heavy statements of Veneer run at once."""

    place: Site
    most: int = 0
    looks: int = 0
    stop: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Watch:
        self.thread = threading.Thread(target=self._look)
        self.thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop.set()
        self.thread.join()

    def _look(self) -> None:
        listed = (
            "SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE INFO LIKE 'S%%s heavy */' AND USER=%s"
        )
        with databases.connect(self.place.server) as connection, connection.cursor() as cursor:
            while not self.stop.is_set():
                cursor.execute(listed, (self.place.name[:32],))
                self.most, self.looks = max(self.most, cursor.fetchone()[0]), self.looks + 1
                time.sleep(0.02)


@contextmanager
def read_much(place: Site) -> Iterator[list[str]]:
    """Statements of Veneer that read MANY_ROWS or more during the block, filled in at its end."""
    found: list[str] = []
    limits = ("long_query_time = 0", f"min_examined_row_limit = {MANY_ROWS}", "log_output = 'TABLE'")
    databases.execute(place.server, *(f"SET GLOBAL {one}" for one in limits), "TRUNCATE mysql.slow_log")
    databases.execute(place.server, "SET GLOBAL slow_query_log = 1")
    yield found
    databases.execute(place.server, "SET GLOBAL slow_query_log = 0")
    mine = f"user_host LIKE '{place.name[:32]}[%%' AND sql_text NOT LIKE '%%information_schema%%'"
    found += [
        str(row[0])
        for row in databases.execute(place.server, f"SELECT sql_text FROM mysql.slow_log WHERE {mine}")
    ]


def difference(turns: list[list[float]]) -> float:
    """By how much the same differs from itself: the 95th percentile of every other turn against that of the rest."""
    less, more = sorted(p95(list(chain(*turns[first::2]))) for first in (0, 1)) if len(turns) > 1 else (1, 1)
    return more / less


def alone(here: str, errors: Counter[str]) -> list[float]:
    """The ERP while other processes take as much of the processors as Veneer and its people do, and no database."""
    burners = [begin("burn", "-", str(SECONDS + 1), niceness=NICENESS) for _ in range(BURNERS)]
    time.sleep(0.5)
    taken = measured(outcome(begin("erp", here, str(SECONDS))), errors)
    for burner in burners:
        outcome(burner)
    return taken


@dataclass
class Beside:
    """Turns with the crowd: what the ERP's transactions took, what the crowd and a light visitor were answered."""

    place: Site
    person: Person
    paths: list[str]
    taken: list[list[float]] = field(default_factory=list)
    met: Counter[str] = field(default_factory=Counter)
    light: Counter[int] = field(default_factory=Counter)
    held: int = 0

    def turn(self, here: str, errors: Counter[str]) -> None:
        words = (self.place.url, self.person.headers["Cookie"], str(SECONDS + 2))
        crowd = begin("crowd", *words, *self.paths, niceness=NICENESS)
        time.sleep(1.5)
        erp = begin("erp", here, str(SECONDS))
        time.sleep(SECONDS / 2)
        self.held = max(self.held, connections(self.place))
        for path in LIGHT:
            self.light[self.person.get(path).status] += 1
        self.taken.append(measured(outcome(erp), errors))
        self.met.update(outcome(crowd))  # type: ignore[arg-type]


def test_the_erp_is_as_fast_as_alone(beside: Site) -> None:
    person = Person.signed_in(beside.url)
    charts = chart_paths(person)
    assert charts
    here = make_url(beside.server).set(database=beside.name).render_as_string(hide_password=False)
    by_itself: list[list[float]] = []
    crowd, errors = Beside(beside, person, [*PATHS, *charts]), Counter[str]()
    with Watch(beside) as watch, read_much(beside) as much:
        for turn in range(1, 2 * ROUNDS + 1):
            by_itself.append(alone(here, errors))
            crowd.turn(here, errors)
            every_alone, together = list(chain(*by_itself)), list(chain(*crowd.taken))
            ratio, noise = p95(together) / p95(every_alone), difference(by_itself)
            if turn >= ROUNDS and ratio <= GOAL * noise:
                break
    unmarked = [one for one in much if not one.rstrip().endswith(" heavy */")]
    say("ERP beside fifty people", transactions=len(together), p95_ms_alone=round(p95(every_alone), 2),
        p95_ms_beside=round(p95(together), 2), ratio=round(ratio, 2), measuring_error=round(noise, 2),
        slowest_ms=round(max(together)), errors=sum(errors.values()), our_connections=crowd.held,
        heavy_at_once=watch.most, looks=watch.looks, statements_that_read_much=len(much), without_a_place=len(unmarked),
        **{f"answers {k}": v for k, v in crowd.met.items()}, **{f"light {k}": v for k, v in crowd.light.items()})  # fmt: skip
    assert not errors, errors
    assert watch.most == HEAVY
    assert not unmarked, unmarked[0]
    assert len(much) > ROUNDS
    assert set(crowd.light) == {200}, "a light page waited for heavy ones"
    assert max(together) < WORST_MS, "an ERP transaction waited for us"
    assert p95(together) < P95_MS
    assert crowd.held <= WORKERS * (POOL + RUNNER), "more connections than the cap"
    assert set(crowd.met) <= {"200", "503", "0"}, crowd.met
    assert crowd.met["200"] > 0
    assert ratio <= GOAL * noise or noise > MOST_NOISE


def measured(found: dict[str, object], errors: Counter[str]) -> list[float]:
    errors.update(found["errors"])  # type: ignore[arg-type]
    return list(found["milliseconds"])  # type: ignore[call-overload]
