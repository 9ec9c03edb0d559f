"""A hand-over on a real server: processes are killed in the middle, the ERP holds rows, and each record costs a bounded number."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, event, select, text

from app.actor import Actor
from app.extensions import services
from models.access import live
from models.change import change_table
from models.hand_over import lease, runs, steps
from models.hand_over.tables import Run, left_table, run_table
from models.organisation import staff_table
from rules import hand_over
from rules.tables import notifications
from tests.harness import applications

GIVER, TAKER, OTHER = "YG0103", "YG0101", "YG0102"
fork = multiprocessing.get_context("fork")
STATEMENTS = 8
"""For each record: the row, whether the owner is there, the write, a look that it is in reach, the entry, and a commit."""


@pytest.fixture(scope="module")
def app(mariadb_url: str) -> Iterator[Flask]:
    """Four hundred customers on a server; whoever waits for a row gives up soon."""
    with applications.on_server(mariadb_url, LOCK_WAIT_SECONDS="1") as made:
        yield made


@pytest.fixture
def run(app: Flask) -> Iterator[int]:
    """A hand-over of everything there is that has been asked for."""
    with app.app_context(), services().engine.begin() as connection:
        connection.execute(text(f"UPDATE {services().schema}.T_KHZL SET YWY = '{GIVER}'"))
        admin = connection.execute(
            select(staff_table.c.user_id).where(staff_table.c.code == "YG0003")
        ).scalar_one()
        boss = Actor(admin, "admin", frozenset({"Admin"}))
        number = runs.start(connection, boss, live().current().entities["customers"], GIVER, TAKER)
    yield number
    with app.app_context(), services().engine.begin() as connection:
        for table in (run_table, left_table, notifications):
            connection.execute(delete(table))


def owners(app: Flask) -> dict[str, int]:
    with app.app_context(), services().engine.connect() as connection:
        found = connection.execute(text(f"SELECT YWY, COUNT(*) FROM {services().schema}.T_KHZL GROUP BY YWY"))
        return {str(owner): number for owner, number in found}


def state(app: Flask, number: int) -> Run:
    with app.app_context(), services().engine.connect() as connection:
        return runs.run_with(connection, number)


def entries(app: Flask, run: Run, action: str = "change") -> list[str]:
    mine = (change_table.c.request_id == run.request) & (change_table.c.action == action)
    with app.app_context(), services().engine.connect() as connection:
        return list(connection.execute(select(change_table.c.record).where(mine)).scalars())


def messages(app: Flask) -> list[str]:
    with app.app_context(), services().engine.connect() as connection:
        return list(connection.execute(select(notifications.c.code)).scalars())


def work(app: Flask, name: str = "a runner") -> None:
    with app.app_context():
        hand_over.run_due(services().engine, name, live().current)


def in_a_process(app: Flask, name: str) -> Any:
    """A runner of its own that ticks until it is killed."""

    def ticks() -> None:
        app.extensions["veneer"].engine.dispose(close=False)
        while True:
            work(app, name)
            time.sleep(0.05)

    process = fork.Process(target=ticks, daemon=True)
    process.start()
    return process


def killed_on_the_way(app: Flask, number: int, kills: int) -> int:
    """Processes that are killed (-9) after a short while, one after the other; how many were."""
    done = 0
    while done < kills and state(app, number).is_going:
        process = in_a_process(app, f"runner {done}")
        time.sleep(random.uniform(0.1, 0.6))
        os.kill(process.pid, signal.SIGKILL)
        process.join()
        done += 1
        time.sleep(0.3)
    return done


@pytest.mark.parametrize("way", ["on", "back"])
def test_no_record_twice_and_none_lost_under_kills(
    app: Flask, run: int, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    monkeypatch.setattr(lease, "LEASE", timedelta(seconds=0.25))
    monkeypatch.setattr(lease, "RENEWED_SECONDS", 0.05)
    everything = sum(owners(app).values())
    if way == "back":
        work(app)
        with app.app_context(), services().engine.begin() as connection:
            runs.turn_back(connection, Actor(1, "admin"), runs.run_with(connection, run))
    killed_on_the_way(app, run, 8)
    for _try in range(20):
        work(app)
        if not state(app, run).is_going:
            break
        time.sleep(0.3)
    ended, action = state(app, run), "change" if way == "on" else "undo"
    found = entries(app, ended, action)
    assert len(found) == len(set(found)) == everything
    assert (ended.handed, ended.refused) == (everything, 0)
    assert owners(app) == {TAKER if way == "on" else GIVER: everything}
    if way == "back":
        assert ended.returned == everything
    assert messages(app).count("handover.done" if way == "on" else "handover.taken-back") == 1


def test_rows_that_the_erp_holds_are_left_and_told(app: Flask, run: int) -> None:
    """The ERP works on three rows for as long as it takes; all others go on meanwhile."""
    table = f"{services_schema(app)}.T_KHZL"
    with app.extensions["veneer"].engine.connect() as erp:
        found = erp.execute(text(f"SELECT ID FROM {table} ORDER BY ID LIMIT 3 FOR UPDATE"))
        locked = [str(number) for (number,) in found]
        work(app)
        erp.rollback()

    ended = state(app, run)
    assert (ended.state, ended.refused) == ("done", 3)
    with app.app_context(), services().engine.connect() as connection:
        left = runs.left_of(connection, ended)
    assert [(one["record"], one["code"], one["tries"]) for one in left] == [(n, "locked", 3) for n in locked]
    assert owners(app) == {GIVER: 3, TAKER: ended.handed}


def services_schema(app: Flask) -> str:
    schema: str = app.extensions["veneer"].schema
    return schema


def test_the_erp_waits_for_no_more_than_one_record(app: Flask, run: int) -> None:
    """Each record is a transaction of its own: never is more than one row of the ERP's locked."""
    engine, written = app.extensions["veneer"].engine, [0]

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        written[-1] += statement.startswith("UPDATE") and "T_KHZL" in statement

    def end(_connection: Any) -> None:
        written.append(0)

    listeners = (("before_cursor_execute", note), ("commit", end), ("rollback", end))
    for name, listener in listeners:
        event.listen(engine, name, listener)
    try:
        work(app)
    finally:
        for name, listener in listeners:
            event.remove(engine, name, listener)
    assert sum(written) == state(app, run).handed
    assert max(written) == 1


def test_each_record_costs_a_bounded_number(app: Flask, run: int) -> None:
    """Statements by the engine's events, rows by the server's own counters, on the whole run."""
    engine, statements = app.extensions["veneer"].engine, [0]

    def note(*_given: object) -> None:
        statements[0] += 1

    def touched() -> int:
        with engine.connect() as connection:
            found = connection.execute(text("SHOW GLOBAL STATUS LIKE 'Handler_read%'"))
            return sum(int(value) for _name, value in found)

    everything, before = sum(owners(app).values()), touched()
    event.listen(engine, "before_cursor_execute", note)
    try:
        work(app)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert state(app, run).handed == everything
    in_steps = everything / steps.BATCH * 12
    assert statements[0] <= everything * STATEMENTS + in_steps + 60
    assert touched() - before <= everything * 40, "no step walks over what earlier ones have done"
