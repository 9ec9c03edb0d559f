"""A second person's word: given once, in time, by somebody else; and the one file that comes of an approved export."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest
from flask import Flask, current_app
from flask_babel import Babel
from sqlalchemy import select, update

from app.actor import Actor
from app.errors import Invalid, NotAllowed, Problem, Stale
from app.extensions import Services
from config import load
from models import approvals, export_requests, exports
from models.approvals import approval_table
from models.change import Note, change_table
from models.export_requests import Wanted, request_table
from models.exports import run_table
from models.overlay.migrate import upgrade
from tests.models import small_erp
from tests.models.small_erp import ADMIN, MANAGER, REP, SmallErp, World

WANTED = Wanted("customer", "csv", "", None, "", (), ("NAME",), 5, 5)
AT_ONCE = 6
MIGRATED = World(small_erp.STATEMENTS, small_erp.wiring, upgrade)


@pytest.fixture(params=["embedded", "mariadb"])
def erp(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SmallErp]:
    app = Flask("test")
    Babel(app)
    app.extensions["veneer"] = Services(config=load({"SECRET_KEY": "k3y-" * 10}), engine=None, schema="")  # type: ignore[arg-type]
    with app.app_context():
        if request.param == "embedded":
            with small_erp.embedded(tmp_path, MIGRATED) as made:
                yield made
        else:
            name = request.getfixturevalue("mariadb_database")
            with small_erp.on_server(request.getfixturevalue("mariadb_url"), name, MIGRATED) as made:
                yield made


def asked(erp: SmallErp, actor: Actor = REP) -> str:
    with erp.engine.begin() as connection:
        return export_requests.ask(connection, actor, WANTED, "for the audit", 7)


def decided(erp: SmallErp, number: str, actor: Actor = MANAGER, *, approves: bool = True) -> None:
    with erp.engine.begin() as connection:
        approvals.decide(connection, actor, number, "because", approves=approves)


def taken(erp: SmallErp, number: str, run_id: str, actor: Actor = REP) -> bool:
    with erp.engine.begin() as connection:
        return export_requests.take(connection, actor, number, run_id) is not None


def begun(erp: SmallErp, number: str, run_id: str, state: str = "running") -> None:
    exports.begin(
        erp.engine, REP, Note("customer", "", "", "export"), exports.Plan(run_id, "csv", request_id=number)
    )
    exports.note_progress(erp.engine, run_id, 1, state)


def at_once(work: Callable[[int], Any]) -> list[Any]:
    """What as many threads as AT_ONCE are told that begin at the same moment; a Problem is its class."""
    barrier, found, app = Barrier(AT_ONCE), list[Any](), current_app._get_current_object()  # type: ignore[attr-defined]

    def run(number: int) -> None:
        with app.app_context():
            barrier.wait()
            try:
                found.append(work(number))
            except Problem as problem:
                found.append(type(problem))

    threads = [Thread(target=run, args=(number,)) for number in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_of_several_who_decide_at_the_same_moment_one_does(erp: SmallErp) -> None:
    number = asked(erp)

    def decide(turn: int) -> None:
        decided(
            erp, number, replace(MANAGER, user_id=100 + turn, username=f"m{turn}"), approves=turn % 2 == 0
        )

    found = at_once(decide)
    assert sorted(found, key=str) == sorted([None, *[Stale] * (AT_ONCE - 1)], key=str)
    with erp.engine.connect() as connection:
        kept = approvals.with_id(connection, number)
        told = connection.execute(
            select(change_table.c.actor_name, change_table.c.action).where(change_table.c.record == number)
        )
        entries = [tuple(row) for row in told if row.action != "export-asked"]
    assert kept is not None
    assert entries == [(kept.decided_name, kept.state)], "the audit has the one word that counts"


@pytest.mark.parametrize("turn", range(3))
def test_of_several_downloads_begun_at_the_same_moment_one_is_let_through(erp: SmallErp, turn: int) -> None:
    number = asked(erp)
    decided(erp, number)
    found = at_once(lambda thread: taken(erp, number, f"run{turn}{thread}"))
    assert sorted(found) == [False] * (AT_ONCE - 1) + [True]
    with erp.engine.connect() as connection:
        assert connection.execute(select(request_table.c.downloads)).scalar() == 1
    assert not taken(erp, number, "later"), "the one that was let through has not yet begun"


def test_after_a_whole_file_none_and_after_a_broken_one_another(erp: SmallErp) -> None:
    number = asked(erp)
    decided(erp, number)
    for turn in range(export_requests.MOST_DOWNLOADS):
        assert taken(erp, number, f"run{turn}")
        begun(erp, number, f"run{turn}", "failed")
    assert not taken(erp, number, "once more"), "three times in all"
    whole = asked(erp)
    decided(erp, whole)
    assert taken(erp, whole, "whole")
    begun(erp, whole, "whole", "done")
    assert not taken(erp, whole, "again")


def test_one_that_fell_silent_is_ended_by_the_one_that_follows(erp: SmallErp) -> None:
    number = asked(erp)
    decided(erp, number)
    assert taken(erp, number, "first")
    begun(erp, number, "first")
    assert not taken(erp, number, "second")
    old = datetime.now(UTC) - timedelta(seconds=exports.SILENT_SECONDS + 1)
    with erp.engine.begin() as connection:
        connection.execute(update(run_table).values(seen_at=old))
    assert taken(erp, number, "second")
    assert not exports.note_progress(erp.engine, "first", 7), "it hears that it was ended"


def test_a_refusal_before_the_first_row_costs_no_download(erp: SmallErp) -> None:
    number = asked(erp)
    decided(erp, number)
    assert taken(erp, number, "first")
    with erp.engine.begin() as connection:
        export_requests.give_back(connection, number, "another")
    assert not taken(erp, number, "second"), "only the one that was taken is given back"
    with erp.engine.begin() as connection:
        export_requests.give_back(connection, number, "first")
    assert taken(erp, number, "second")


def test_a_withdrawn_approval_lets_nothing_through(erp: SmallErp) -> None:
    number = asked(erp)
    decided(erp, number)
    with erp.engine.begin() as connection:
        assert not export_requests.withdraw(connection, MANAGER, number)
        assert export_requests.withdraw(connection, REP, number)
    assert not taken(erp, number, "run")
    assert not taken(erp, number, "run", MANAGER)


OWN = {
    "oneself": (REP, REP),
    "the absent person, whose rights they were": (
        replace(REP, user_id=50, stands_for=MANAGER.user_id),
        MANAGER,
    ),
    "a substitute of whoever asked": (REP, replace(MANAGER, stands_for=REP.user_id)),
    "a substitute of anybody": (REP, replace(MANAGER, stands_for=99)),
    "the substitute, as oneself": (replace(REP, user_id=50, stands_for=1), replace(ADMIN, user_id=50)),
}


@pytest.mark.parametrize("case", OWN)
def test_nobody_decides_about_their_own_by_any_way(erp: SmallErp, case: str) -> None:
    asking, deciding = OWN[case]
    number = asked(erp, asking)
    with pytest.raises(NotAllowed):
        decided(erp, number, deciding)
    with erp.engine.connect() as connection:
        found = approvals.with_id(connection, number)
    assert found is not None
    assert (found.state, found.may_be_decided_by(deciding)) == ("asked", False)
    decided(erp, number, replace(ADMIN, user_id=77))


def test_what_nobody_decided_in_time_is_over(erp: SmallErp) -> None:
    number = asked(erp)
    with erp.engine.begin() as connection:
        connection.execute(update(approval_table).values(expires_at=datetime.now(UTC) - timedelta(seconds=1)))
    with pytest.raises(Stale):
        decided(erp, number)
    with erp.engine.begin() as connection:
        assert approvals.expire(connection, "export") == [number]
        assert approvals.expire(connection, "export") == []
        found = approvals.with_id(connection, number)
    assert found is not None
    assert found.state == found.standing == "expired"


def test_words_are_needed_to_ask_and_to_refuse(erp: SmallErp) -> None:
    with erp.engine.begin() as connection, pytest.raises(Invalid):
        export_requests.ask(connection, REP, WANTED, "  ", 7)
    number = asked(erp)
    with erp.engine.begin() as connection, pytest.raises(Invalid) as caught:
        approvals.decide(connection, MANAGER, number, " ", approves=False)
    assert "sentence" in caught.value.fields
