"""Sites of these tests, which take a while to be made and are shared, and the server's log over all of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.harness import databases
from tests.mysql import stored
from tests.reliability.crowd import say
from tests.reliability.site import Site, site


@pytest.fixture(scope="package", autouse=True)
def watched(mariadb_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Whatever these tests do and break, Veneer never redefines anything in a legacy schema."""
    log = tmp_path_factory.mktemp("log") / "general.log"
    databases.execute(mariadb_url, f"SET GLOBAL general_log_file = '{log}'", "SET GLOBAL general_log = 1")
    yield
    databases.execute(mariadb_url, "SET GLOBAL general_log = 0")
    with log.open(encoding="utf-8", errors="replace") as lines:
        counted, legacy = stored.ddl_of_veneer(lines)
    log.unlink()
    say("general log", **counted, ddl_on_legacy_schemas=len(legacy))
    assert legacy == []


@pytest.fixture(scope="package")
def shop(mariadb_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Two workers on a healthy server."""
    settings = {"LOCK_WAIT_SECONDS": "2", "PAGE_STATEMENT_SECONDS": "1"}
    with site(mariadb_url, tmp_path_factory.mktemp("shop"), **settings) as made:
        yield made
