"""Fixtures that all rooms share: a real MariaDB, a real browser, and no network."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from config import SETTINGS
from tests.harness import chromium, databases, mariadb, network, strict


def pytest_configure(config: pytest.Config) -> None:
    """Close the network and forget the settings of whoever runs the tests: their database is none of ours."""
    for setting in SETTINGS:
        os.environ.pop(setting.name, None)
    given = os.environ.get("TEST_MYSQL_URL")
    network.guard(*([make_url(given).host or ""] if given else []))


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say in one line each what was left out and how to include it."""
    for line in strict.summary():
        terminalreporter.write_line(line, yellow=True)


@pytest.fixture(scope="session")
def mariadb_server() -> Iterator[mariadb.Server]:
    """A server of our own; `mariadb_url` is what most tests want."""
    if not (mariadb.find("mariadbd") and mariadb.find("mariadb-install-db")):
        how = "Install mariadb-server, or name a server of yours in TEST_MYSQL_URL, to include them."
        strict.leave_out("Tests on MariaDB", how)
    with tempfile.TemporaryDirectory(prefix="veneer-db-", ignore_cleanup_errors=True) as folder:
        server = mariadb.start(Path(folder) / "server")
        try:
            yield server
        finally:
            server.stop()


@pytest.fixture(scope="session")
def mariadb_url(request: pytest.FixtureRequest) -> str:
    """A real server with full rights: TEST_MYSQL_URL, else one that the harness starts. Names no database."""
    given = os.environ.get("TEST_MYSQL_URL")
    if given:
        return given
    server: mariadb.Server = request.getfixturevalue("mariadb_server")
    return server.url


@pytest.fixture
def mariadb_database(mariadb_url: str) -> Iterator[str]:
    """The name of an empty database for one test; `<name>_…` beside it (an overlay, say) is dropped with it."""
    with databases.fresh_database(mariadb_url) as name:
        yield name


@pytest.fixture(scope="module")
def mariadb_module_database(mariadb_url: str) -> Iterator[str]:
    """The same for all tests of one file."""
    with databases.fresh_database(mariadb_url) as name:
        yield name


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Where Chromium is; tests that ask for it are left out when there is none."""
    found = chromium.find_chromium()
    if found is None:
        strict.leave_out(
            "Tests in a browser", "Install chromium, or name a browser in CHROMIUM, to include them."
        )
    return found


@pytest.fixture(scope="session")
def browser(chromium_path: str) -> Iterator[chromium.Browser]:
    """One headless browser for the run; `tests.harness.chromium.open_context` opens a visitor in it."""
    with chromium.launched(chromium_path) as started:
        yield started
