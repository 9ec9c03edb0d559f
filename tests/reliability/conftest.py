"""Sites of these tests, which take a while to be made and are shared, and the server's log over all of them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

import pytest

from tests.harness import databases
from tests.mysql import stored
from tests.reliability.crowd import say
from tests.reliability.site import Site, site

CONNECT = re.compile(r"\S+?@\S* on (\S*)")
OVERLAY = "_overlay"
"""Veneer alone connects to schemas called so; what stands before is its legacy schema."""


@pytest.fixture(scope="package", autouse=True)
def watched(mariadb_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Whatever these tests do and break, Veneer never redefines anything in a legacy schema."""
    log = tmp_path_factory.mktemp("log") / "general.log"
    databases.execute(mariadb_url, f"SET GLOBAL general_log_file = '{log}'", "SET GLOBAL general_log = 1")
    yield
    databases.execute(mariadb_url, "SET GLOBAL general_log = 0")
    with log.open(encoding="utf-8", errors="replace") as lines:
        counted, legacy = ddl_of_ours(lines)
    log.unlink()
    say("general log", **counted, ddl_on_legacy_schemas=len(legacy))
    assert counted["statements"] > 0
    assert legacy == []


def ddl_of_ours(lines: Iterable[str]) -> tuple[Counter[str], list[str]]:
    """How many statements came from Veneer's accounts, and which of them would have redefined a legacy schema."""
    place: dict[str, str] = {}
    counted: Counter[str] = Counter()
    legacy = []
    for line in lines:
        parts = stored.LINE.match(line)
        if parts is None:
            continue
        thread, command, text = parts.groups()
        if command == "Connect" and (found := CONNECT.match(text)):
            place[thread] = found[1]
        database = place.get(thread, "")
        if command != "Query" or not database.endswith(OVERLAY):
            continue
        counted["statements"] += 1
        if stored.DDL.match(text):
            counted["ddl_in_overlays"] += 1
            legacy += [text] if stored.concerns(database.removesuffix(OVERLAY), text, database) else []
    return counted, legacy


@pytest.fixture(scope="package")
def shop(mariadb_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Two workers on a healthy server."""
    settings = {"LOCK_WAIT_SECONDS": "2", "PAGE_STATEMENT_SECONDS": "1"}
    with site(mariadb_url, tmp_path_factory.mktemp("shop"), **settings) as made:
        yield made
