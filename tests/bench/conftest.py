"""Veneer, the floor and others of its kind on one database: the demo that is made here, or a large one that is named.

`make bench` makes a demo of BENCH_CUSTOMERS. With BENCH_DATABASE_URL (the address of a demo in MariaDB) it is only read,
and Veneer's and the others' own tables stand in schemas beside it whose names begin with BENCH_OVERLAY.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

import pytest

from demo.accounts import DEMO_PASSWORD
from demo.write import write_mariadb
from tests.bench import contestants
from tests.bench.race import Race
from tests.bench.visitor import Visitor
from tests.harness.databases import drop_family, execute, fresh_database, url_of
from tests.harness.serving import Serving, serving

GIVEN = os.environ.get("BENCH_DATABASE_URL", "")
OVERLAY = os.environ.get("BENCH_OVERLAY", "veneer_bench")
CUSTOMERS = int(os.environ.get("BENCH_CUSTOMERS", "20000"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "30"))
FEW = 400
WORKERS = int(os.environ.get("BENCH_WORKERS", "1"))


@dataclass
class Bench:
    """Everybody at the start. `database` is the demo's address; `may_write` = it was made for this run."""

    database: str
    overlay: str
    veneer: Serving
    people: dict[str, Visitor]
    floor: Visitor
    race: Race
    rivals: dict[str, Visitor] = field(default_factory=dict)
    may_write: bool = True
    is_measuring: bool = False
    notes: list[str] = field(default_factory=list)
    """Further lines to print."""


@pytest.fixture(scope="session")
def bench(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """Warm, with an administrator and a salesperson signed in; prints the table at the end.

    Without `make bench` it is a small demo, a single round and nobody to compare with: that shows that the laps still run.
    """
    is_measuring = bool(request.config.getoption("benchmark_enable"))
    folder = tmp_path_factory.mktemp("bench")
    with ExitStack() as stack:
        database, own = stack.enter_context(_database(request, is_measuring))
        settings = {"DATABASE_URL": database, "OVERLAY_SCHEMA": own, "DEMO": "yes", "WORKERS": str(WORKERS)}
        settings["LIST_ROWS_A_DAY"] = "1000000000"  # a bench looks at more than a person does in a day
        veneer = stack.enter_context(serving(folder, **settings))
        people = {
            n: Visitor(veneer.url).sign_in("/login/", n, DEMO_PASSWORD) for n in ("admin", "sales_east")
        }
        floor = stack.enter_context(contestants.floor(database, folder, WORKERS))
        made = Bench(database, own, veneer, people, floor, Race(ROUNDS if is_measuring else 1))
        made.is_measuring, made.may_write = is_measuring, not (is_measuring and GIVEN)
        if is_measuring:
            made.rivals = stack.enter_context(contestants.rivals(database, own, folder, WORKERS))
        yield made
        for visitor in (*people.values(), floor, *made.rivals.values()):
            visitor.close()
        if is_measuring:
            _tell(made)


@contextmanager
def _database(request: pytest.FixtureRequest, is_measuring: bool) -> Iterator[tuple[str, str]]:
    """The demo's address and the overlay's name; what was made for the run is dropped afterwards."""
    if is_measuring and GIVEN:
        try:
            yield GIVEN, OVERLAY
        finally:
            drop_family(GIVEN, OVERLAY)
        return
    server: str = request.getfixturevalue("mariadb_url")
    with fresh_database(server, "bench") as name:
        address = url_of(server, name)
        write_mariadb(address, CUSTOMERS if is_measuring else FEW)
        yield address, f"{name}_overlay"


def _tell(bench: Bench) -> None:
    rows = execute(bench.database, "SELECT MAX(ID) FROM T_KHZL")[0][0]
    load = os.getloadavg()[0]
    print(
        f"\n\nMultiples of the floor, highest customer {rows:,}, load {load:.1f} on {os.cpu_count()} processors:\n"
    )
    print(bench.race.table())
    print("", *bench.notes, sep="\n")
