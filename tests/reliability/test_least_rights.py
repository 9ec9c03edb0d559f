"""The whole life of a record under an account with exactly the rights that `run.py check --grants` prints."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
from pymysql.err import OperationalError
from sqlalchemy.engine import make_url

from tests.harness import databases
from tests.harness.applications import KEY
from tests.harness.serving import ROOT, serving
from tests.reliability.crowd import say
from tests.reliability.people import Person, Program
from tests.reliability.site import Site, make_tables

pytestmark = [pytest.mark.mariadb, pytest.mark.slow]
PASSWORD = "least-rights-1"
ENDLESS = "SELECT COUNT(*) FROM seq_1_to_100000000 a JOIN seq_1_to_100000000 b ON a.seq <> -b.seq"
PAGES = (
    "/", "/data/memo/list/", "/data/gauge/list/", "/data/gauge/show/1", "/data/memo/export/?kind=csv", "/search?q=one",
    "/wiring/", "/rules/policies/", "/rules/calendars/", "/inbox/", "/it/checks/", "/it/versions/", "/it/connections/",
)  # fmt: skip


def command(settings: dict[str, str], *words: str) -> str:
    """What `run.py …` prints; fails when it fails."""
    environment = {**os.environ, **settings}
    done = subprocess.run(
        [sys.executable, "run.py", *words],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def least(mariadb_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site that was granted, wired, published and served by nothing but the printed statements and that account."""
    account = f"least_{os.getpid()}"
    with databases.fresh_database(mariadb_url, "least") as name:
        make_tables(mariadb_url, name)
        address = make_url(mariadb_url).set(username=account, password=PASSWORD, database=name)
        settings = {
            "DATABASE_URL": address.render_as_string(hide_password=False),
            "OVERLAY_SCHEMA": f"{name}_overlay",
        }
        settings |= {"SECRET_KEY": KEY, "INLINE_RUNNER": "yes", "RUNNER_POLL_SECONDS": "1"}
        grants = command(settings, "check", "--grants").replace("…", PASSWORD)
        databases.execute(mariadb_url, *(line for line in grants.split(";\n") if line.strip()))
        try:
            command(settings, "wire", "publish", "--all")
            with serving(tmp_path_factory.mktemp("least"), **settings) as served:
                yield Site(served.url, mariadb_url, name, served, account=settings["DATABASE_URL"])
        finally:
            databases.execute(mariadb_url, f"DROP USER '{account}'@'%'")


@pytest.fixture(scope="module")
def password(least: Site) -> str:
    """The administrator's first password, as the first start says it."""
    found = re.search(r"with the password\s+(\S+)", least.log)
    assert found, least.log
    return found[1]


def test_a_record_lives_and_dies_with_the_least_rights(least: Site, password: str) -> None:
    person = Person.signed_in(least.url, "admin", password)
    made = person.post("/data/memo/add", person.fill("/data/memo/add", {"title": "born"}))
    assert made.status == 302, made.sentence
    token = made.headers["location"].rsplit("/", 1)[-1]
    edit = f"/data/memo/edit/{token}"
    assert person.post(edit, person.fill(edit, {"title": "grown"})).status == 302
    page = person.get(f"/data/memo/delete/{token}").text
    sent = {name: found[1] for name in ("csrf_token", "idempotency_key", "row_hash")
            if (found := re.search(rf'name="{name}"[^>]*value="([^"]*)"', page))}  # fmt: skip
    assert person.post(f"/data/memo/delete/{token}", {**sent, "reason": "over"}).status == 302
    assert least.number("SELECT COUNT(*) FROM memo") == 0
    number = least.number("SELECT MAX(id) FROM {o}.`change` WHERE entity='memo'")
    assert person.post(f"/data/memo/undo/{number}", sent).status == 302
    assert least.sql("SELECT title FROM memo") == [("grown",)]
    say("least rights", changes=least.number("SELECT COUNT(*) FROM {o}.`change`"))


def test_every_page_opens_with_the_least_rights(least: Site, password: str) -> None:
    person, program = (
        Person.signed_in(least.url, "admin", password),
        Program.signed_in(least.url, "admin", password),
    )
    met = {page: person.get(page).status for page in PAGES}
    assert program.create("memo", {"title": "by API"}, least.key()).status == 201
    say("pages with the least rights", opened=sum(status == 200 for status in met.values()))
    assert not {page: status for page, status in met.items() if status != 200}


def test_the_runner_works_with_the_least_rights(least: Site) -> None:
    deadline = time.monotonic() + 20
    beats = "SELECT COUNT(*) FROM {o}.runner_heartbeat"
    while least.number(beats) == 0 and time.monotonic() < deadline:
        time.sleep(0.2)
    assert least.number(beats) == 1
    assert not re.search(r"denied|Traceback|ERROR", least.log), least.log[-3000:]


def test_the_runner_ends_what_a_dead_process_left_running(least: Site) -> None:
    """A statement that carries our mark on a connection without a limit, as a killed process leaves one behind."""
    overlay = (
        make_url(least.account).set(database=f"{least.name}_overlay").render_as_string(hide_password=False)
    )
    started = time.monotonic()
    left = databases.connect(overlay)
    with left.cursor() as cursor, pytest.raises(OperationalError, match="interrupted"):
        cursor.execute(f"{ENDLESS} /* veneer 1 s */")
    seconds = time.monotonic() - started
    say("the watchdog", ended_after_seconds=round(seconds, 1))
    assert 3 <= seconds < 20
    assert "ended SELECT on connection" in least.log
