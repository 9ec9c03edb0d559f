"""A web worker with 50 published entities, after it has served pages of all of them."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from demo.accounts import DEMO_PASSWORD
from tests.bench.visitor import Visitor
from tests.harness.applications import over_schema
from tests.harness.databases import execute, fresh_database, url_of
from tests.harness.serving import Serving, serving

TABLES, MOST_MEGABYTES = 50, 180
COLUMNS = ", ".join(f"C{number} VARCHAR(60)" for number in range(20))


@pytest.fixture(scope="module")
def served(mariadb_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    with fresh_database(mariadb_url, "wide") as name:
        address = url_of(mariadb_url, name)
        for number in range(TABLES):
            table = f"T_THING_{number:02}"
            execute(
                address,
                f"CREATE TABLE {table} (ID INT PRIMARY KEY AUTO_INCREMENT, NAME VARCHAR(40), {COLUMNS})",
            )
            execute(address, f"INSERT INTO {table} (NAME) VALUES ('One'), ('Two')")
        with over_schema(mariadb_url, name):
            pass
        settings = {"DATABASE_URL": address, "OVERLAY_SCHEMA": f"{name}_overlay", "WORKERS": "1"}
        with serving(tmp_path_factory.mktemp("wide"), **settings) as started:
            yield started


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_worker_with_50_entities_is_small(served: Serving) -> None:
    visitor = Visitor(served.url).sign_in("/login/", "admin", DEMO_PASSWORD)
    lists = sorted(set(re.findall(r'href="(/data/[^"/]+/list/)"', visitor.get("/"))))
    assert len(lists) == TABLES
    for path in lists * 2:
        visitor.get(path)
        visitor.get(path.replace("/list/", "/show/1"))
    visitor.close()
    (worker,) = Path(f"/proc/{served.process.pid}/task/{served.process.pid}/children").read_text().split()
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{worker}/status").read_text())
    assert found
    megabytes = int(found[1]) / 1024
    print(f"\nA worker with {TABLES} entities: {megabytes:.0f} MB resident")
    assert megabytes < MOST_MEGABYTES
