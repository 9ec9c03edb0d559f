"""Nothing is changed without its entry and nothing is noted that did not happen, whoever dies meanwhile; the chain holds at the end."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.harness import databases, mariadb
from tests.harness.applications import KEY
from tests.harness.serving import ROOT
from tests.reliability.crowd import say
from tests.reliability.killing import Load, assert_rows_and_audit_agree, audit, committed, revive, workers
from tests.reliability.people import Client
from tests.reliability.site import Site, site

pytestmark = [pytest.mark.mariadb, pytest.mark.slow]
CLIENT_KILLS, SERVER_KILLS = 40, 5
LINKED_SECONDS = 60


@pytest.fixture(scope="module")
def server(mariadb_url: str) -> Iterator[mariadb.Server]:
    """A database server that may die; asked for after the shared one, so that its absence is told once."""
    with tempfile.TemporaryDirectory(prefix="veneer-audited-", ignore_cleanup_errors=True) as folder:
        started = mariadb.start(Path(folder) / "server")
        yield started
        started.stop()


@pytest.fixture(scope="module")
def mortal(server: mariadb.Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The runner, which links the chain, is a thread of the workers that are killed."""
    with site(
        server.url, tmp_path_factory.mktemp("audited"), INLINE_RUNNER="yes", RUNNER_POLL_SECONDS="1"
    ) as made:
        yield made


def verified(place: Site, *arguments: str) -> tuple[int, str]:
    """What `run.py audit verify` says: its exit code and its words."""
    own = {
        "DATABASE_URL": databases.url_of(place.server, place.name),
        "OVERLAY_SCHEMA": f"{place.name}_overlay",
    }
    done = subprocess.run(
        [sys.executable, "run.py", "audit", "verify", *arguments],
        cwd=ROOT, env=os.environ | own | {"SECRET_KEY": KEY}, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def linked(place: Site) -> tuple[int, int]:
    """How many entries there are and how many are linked, once the runner has caught up."""
    deadline = time.monotonic() + LINKED_SECONDS
    while True:
        entries, links = (
            place.number("SELECT COUNT(*) FROM {o}.`change`"),
            place.number("SELECT COUNT(*) FROM {o}.audit_link"),
        )
        if entries == links or time.monotonic() > deadline:
            return entries, links
        time.sleep(0.5)


def steps(place: Site) -> list[tuple[str | None, str | None]]:
    """What the name of gauge 1 was and became, by the audit: one program alone writes it."""
    wanted = "SELECT `before`, `after` FROM {o}.`change` WHERE entity='gauge' AND record='1' AND action='change' ORDER BY id"
    rows = place.sql(wanted.format(o=f"`{place.name}_overlay`"))
    return [(json.loads(before)["name"], json.loads(after)["name"]) for before, after in rows]


def test_changes_and_entries_are_the_same_number_and_the_chain_holds(
    mortal: Site, server: mariadb.Server
) -> None:
    first = mortal.sql("SELECT name FROM gauge WHERE id=1")[0][0]
    probe = Client(mortal.url)
    with Load(mortal) as load:
        for number in range(CLIENT_KILLS):
            time.sleep(0.6)
            os.kill(workers(mortal)[number % 2], signal.SIGKILL)
            if number % (CLIENT_KILLS // SERVER_KILLS) == 0:
                server.process.kill()
                server.process.wait()
                time.sleep(0.3)
                revive(server)
        time.sleep(2)
    assert probe.get("/health/ready").status == 200
    rows, entries, links = committed(mortal), *linked(mortal)
    code, words = verified(mortal)
    head = re.search(r"Head: ([0-9a-f]+)", words)
    moves = steps(mortal)
    say("killed clients and servers", client_kills=CLIENT_KILLS, server_kills=SERVER_KILLS, acknowledged=len(load.saved),
        rows=len(rows), creations_in_the_audit=audit(mortal, "memo", "create"), changes_in_the_audit=len(moves),
        acknowledged_changes=load.met["change 200"], entries=entries, linked=links, verify=code, **load.met)  # fmt: skip
    assert load.saved <= rows
    assert_rows_and_audit_agree(mortal)
    assert len(moves) >= load.met["change 200"] > 0
    assert [before for before, _after in moves] == [first, *(after for _before, after in moves[:-1])]
    assert moves[-1][1] == mortal.sql("SELECT name FROM gauge WHERE id=1")[0][0]
    assert entries == links
    assert code == 0, words
    assert head
    assert verified(mortal, "--known", head[1])[0] == 0
    assert not [one for one in load.met if one.endswith(" 500")]


def test_an_entry_that_was_altered_is_found(mortal: Site) -> None:
    """The same command over the same chain does say so when somebody goes round the triggers."""
    overlay = f"`{mortal.name}_overlay`"
    triggers = mortal.sql(f"SHOW TRIGGERS FROM {overlay} WHERE `Table` = 'change' AND Event = 'UPDATE'")
    mortal.sql(*(f"DROP TRIGGER {overlay}.`{row[0]}`" for row in triggers))
    mortal.sql(f"UPDATE {overlay}.`change` SET title='another' WHERE entity='memo' ORDER BY id LIMIT 1")
    code, words = verified(mortal)
    assert code == 1
    assert "was altered" in words
