"""`run.py audit` over a real overlay."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, text

from app import database
from config import load
from models.audit import NOBODY, chain, note
from models.audit.commands import commands
from models.overlay.migrate import upgrade
from run import speaking


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    made = database.open_embedded(tmp_path / "erp.sqlite", tmp_path / "overlay.sqlite")
    upgrade(made)
    with made.begin() as connection:
        note(connection, NOBODY, "@account", "sign-in", record="1")
        chain.extend(connection)
    yield made
    made.dispose()


def said(engine: Engine, *arguments: str) -> tuple[int, str]:
    with speaking(load({})):
        done = CliRunner().invoke(commands(lambda: engine), arguments)
    return done.exit_code, done.output


def test_a_chain_that_holds_and_one_that_does_not(engine: Engine) -> None:
    code, told = said(engine, "verify")
    assert (code, "The chain holds." in told) == (0, True)
    with engine.begin() as connection:
        connection.execute(text("DROP TRIGGER audit_change_update"))
        connection.execute(text('UPDATE "change" SET record = 2'))
    code, told = said(engine, "verify")
    assert (code, "Entry 1 was altered." in told) == (1, True)


def test_logs_are_kept_for_six_months_at_least(engine: Engine) -> None:
    code, told = said(engine, "prune", "--kind", "event", "--days", "30")
    assert code == 2
    assert "183" in told
    assert said(engine, "prune", "--kind", "event", "--days", "200") == (0, "0 entries were removed.\n")
    assert said(engine, "verify")[0] == 0
