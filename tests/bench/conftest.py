"""A demo on MariaDB, the application on it, and the floor: one SELECT and one render without any framework."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pymysql
import pytest
from flask.testing import FlaskClient
from jinja2 import Environment

from tests.harness import applications
from tests.harness.databases import connect

CUSTOMERS = int(os.environ.get("BENCH_CUSTOMERS", "20000"))
"""Size of the measured demo; `BENCH_CUSTOMERS=10000000 make bench` takes its time."""
ROUNDS = 40
FLOOR_COLUMNS = ("ID", "KHBH", "KHMC", "KHLX", "KHDJ", "KHZT", "YWY", "DQBM")
PAGE = Environment(autoescape=True).from_string(
    "<!doctype html><title>Customers</title><table>{% for row in rows %}<tr>"
    "{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>{% endfor %}</table>"
)


@dataclass
class Bench:
    """The application and the floor side by side. `ratios` collects what was measured."""

    clients: dict[str, FlaskClient]
    connection: pymysql.connections.Connection
    rounds: int = 1
    ratios: dict[str, float] = field(default_factory=dict)

    def floor(self) -> None:
        """The first page of customers, as little work as it can be."""
        with self.connection.cursor() as cursor:
            columns = ", ".join(FLOOR_COLUMNS)
            cursor.execute(f"SELECT {columns} FROM T_KHZL WHERE SCBZ <> '1' ORDER BY ID DESC LIMIT 25")
            PAGE.render(rows=cursor.fetchall())

    def ratio(self, name: str, work: Callable[[], object]) -> float:
        """Median time of `work` as a multiple of the floor's, both measured in turn in one run."""
        ours, bare = [], []
        for _round in range(self.rounds):
            ours.append(_seconds(work))
            bare.append(_seconds(self.floor))
        self.ratios[name] = statistics.median(ours) / statistics.median(bare)
        return self.ratios[name]


def _seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


@pytest.fixture(scope="session")
def bench(mariadb_url: str, request: pytest.FixtureRequest) -> Iterator[Bench]:
    """Warm, with an administrator and a salesperson signed in; prints the ratios at the end.

    Without `make bench` it is a small demo and a single round, which shows that the cases still run.
    """
    measuring = bool(request.config.getoption("benchmark_enable"))
    customers = CUSTOMERS if measuring else applications.CUSTOMERS
    with applications.on_server(mariadb_url, customers) as app:
        config = app.extensions["veneer"].config
        people = {name: applications.signed_in(app, name) for name in ("admin", "sales_east")}
        with connect(config.database_url) as connection:
            made = Bench(people, connection, ROUNDS if measuring else 1)
            yield made
    if not measuring:
        return
    print(f"\nMultiples of the bare SELECT and render, {customers:,} customers:")
    for name, found in made.ratios.items():
        print(f"  {name:<44} {found:6.1f} x")
