"""Handing over what somebody owns: counted, handed on by the runner within one's rights, audited record by record, taken back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_appbuilder.security.sqla.models import User
from sqlalchemy import delete, func, select, text, update

from app.extensions import services
from models.access import live
from models.change import change_table
from models.hand_over import lease, runs, steps
from models.hand_over.tables import Run, left_table, run_table
from models.organisation import staff_table
from rules import hand_over, heartbeat, inbox
from rules.messages import sentence
from rules.tables import heartbeats, notifications
from tests.harness.applications import send, signed_in

GIVER, TAKER = "YG0103", "YG0101"
PAGE = f"/hand-over/?giver={GIVER}"


class Died(BaseException):
    """A process that is killed comes no further."""


def sql(app: Flask, statement: str, **values: Any) -> list[Any]:
    with app.app_context(), services().engine.begin() as connection:
        found = connection.execute(text(statement.format(erp=services().schema)), values)
        return list(found) if found.returns_rows else []


def owned(app: Flask, employee: str) -> set[int]:
    return {
        row[0]
        for row in sql(app, "SELECT ID FROM {erp}.T_KHZL WHERE YWY = :who AND SCBZ <> '1'", who=employee)
    }


@pytest.fixture
def admin(served: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[FlaskClient]:
    """An administrator, small steps; afterwards everybody owns what they owned."""
    monkeypatch.setattr(steps, "BATCH", 10)
    before = sql(served, "SELECT ID, YWY FROM {erp}.T_KHZL")
    sql(served, "UPDATE {erp}.T_KHZL SET YWY = :who WHERE ID <= 45", who=GIVER)
    yield signed_in(served, "admin")
    for number, owner in before:
        sql(
            served,
            "UPDATE {erp}.T_KHZL SET YWY = :owner WHERE ID = :id AND YWY <> :owner",
            owner=owner,
            id=number,
        )
    with served.app_context(), services().engine.begin() as connection:
        for table in (run_table, left_table, notifications, heartbeats):
            connection.execute(delete(table))


def start(client: FlaskClient, **form: str) -> str:
    """Ask for it; the address of the run."""
    answer = send(client, "/hand-over/start", {"giver": GIVER, "taker": TAKER, "entity": "customers", **form})
    assert answer.status_code == 302, answer.get_data(as_text=True)[:300]
    return str(answer.headers["Location"])


def work(app: Flask, goes_on: Callable[[], bool] = lambda: True) -> None:
    """What the runner does at a tick."""
    with app.app_context():
        hand_over.run_due(services().engine, "a runner", live().current, goes_on)


def one_step() -> Callable[[], bool]:
    """Asked before a run is claimed and before each of its steps: yes, yes, no."""
    answers = iter([True, True])
    return lambda: next(answers, False)


def latest(app: Flask) -> Run:
    with app.app_context(), services().engine.connect() as connection:
        return runs.runs_of(connection, GIVER)[0]


def entries(app: Flask, run: Run, action: str = "change") -> list[int]:
    """The records of the run's entries in the audit."""
    mine = (change_table.c.request_id == run.request) & (change_table.c.entity == "customers")
    found = select(change_table.c.record).where(mine, change_table.c.action == action)
    with app.app_context(), services().engine.connect() as connection:
        return [int(one) for one in connection.execute(found).scalars()]


def told(app: Flask) -> list[str]:
    """What the administrator's inbox says of hand-overs."""
    with app.app_context(), services().engine.connect() as connection:
        user = connection.execute(select(User.id).where(User.username == "admin")).scalar_one()
        found = inbox.messages_of(connection, user)
        return [sentence(one.code, one.params) for one in found if one.code.startswith("handover.")]


def expire(app: Flask) -> None:
    """As if the process that is at it had been silent for its lease."""
    with app.app_context(), services().engine.begin() as connection:
        past = datetime.now(UTC) - timedelta(seconds=1)
        connection.execute(update(run_table).where(run_table.c.leased_by != "").values(lease_until=past))


def test_everything_is_handed_on_by_the_runner_and_audited(served: Flask, admin: FlaskClient) -> None:
    theirs, mine = owned(served, GIVER), owned(served, TAKER)
    assert len(theirs) > 10
    page = admin.get(PAGE).get_data(as_text=True)
    assert re.search(rf"Customers: {len(theirs)}\D", page)
    url = start(admin)
    assert owned(served, GIVER) == theirs, "asking for it changes nothing"
    work(served)
    assert owned(served, GIVER) == set()
    assert owned(served, TAKER) == theirs | mine
    run = latest(served)
    assert set(entries(served, run)) >= theirs
    assert len(entries(served, run)) == len(set(entries(served, run))) == run.handed == run.expected
    assert (run.state, run.refused) == ("done", 0)
    page = admin.get(url).get_data(as_text=True)
    assert f"{run.handed} records handed over" in page
    assert "hx-trigger" not in page.split('id="hand-over"')[1].split(">")[0], "it is not asked for any more"
    assert "Handed over" in admin.get("/audit/?subject=@rights").get_data(as_text=True)
    (sentence_,) = told(served)
    assert f"is handed over: {run.handed} records" in sentence_


def test_the_page_shows_how_far_it_is_and_may_be_closed(served: Flask, admin: FlaskClient) -> None:
    url = start(admin)
    work(served, one_step())
    run = latest(served)
    assert (run.state, run.handed) == ("going", 10)
    page = signed_in(served, "admin").get(url).get_data(as_text=True)
    assert f"10 of {run.expected} records" in page
    assert 'hx-trigger="every 2s"' in page
    assert "may be closed" in page
    work(served)
    assert latest(served).handed == run.expected


def test_without_a_runner_the_page_says_so(served: Flask, admin: FlaskClient) -> None:
    url = start(admin)
    assert "No runner is at work" in admin.get(url).get_data(as_text=True)
    with served.app_context(), services().engine.begin() as connection:
        heartbeat.beat(connection, "a runner", timedelta(seconds=30))
    assert "No runner is at work" not in admin.get(url).get_data(as_text=True)
    work(served)


def test_it_is_stopped_and_goes_on_where_it_was(served: Flask, admin: FlaskClient) -> None:
    theirs, url = owned(served, GIVER), start(admin)
    work(served, one_step())
    assert send(admin, f"{url}/stop").status_code == 302
    work(served)
    run = latest(served)
    assert (run.state, run.handed) == ("stopped", 10)
    assert "Go on" in admin.get(url).get_data(as_text=True)
    send(admin, f"{url}/go")
    work(served)
    run = latest(served)
    assert run.state == "done"
    assert len(entries(served, run)) == len(set(entries(served, run))) == run.handed >= len(theirs)


def test_a_stop_in_the_middle_of_a_step_counts_what_was_done(
    served: Flask, admin: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, written = start(admin), steps._written

    def stopped_on_the_way(of: steps.Work, token: str) -> int | None:
        if len(entries(served, of.run)) == 4 and latest(served).state == "going":
            send(admin, f"{url}/stop")
        return written(of, token)

    monkeypatch.setattr(steps, "_written", stopped_on_the_way)
    work(served)
    run = latest(served)
    assert run.state == "stopped"
    assert len(entries(served, run)) == run.handed == 10
    assert run.cursor == "", "the step is looked at again, and finds what is left"
    send(admin, f"{url}/back")
    work(served)
    assert latest(served).returned == 10


@pytest.mark.parametrize("at", [1, 4, 10])
def test_a_process_that_dies_in_a_step_is_followed_by_another_one(
    served: Flask, admin: FlaskClient, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    """No record twice, none lost, and the numbers are those of the audit."""
    theirs, written, seen = owned(served, GIVER), steps._written, list[str]()
    start(admin)
    with monkeypatch.context() as patch:

        def dies(of: steps.Work, token: str) -> int | None:
            found = written(of, token)
            seen.append(token)
            if len(seen) == at + 10:
                raise Died
            return found

        patch.setattr(steps, "_written", dies)
        patch.setattr(lease, "release", lambda _held: None)
        with pytest.raises(Died):
            work(served)
    assert (latest(served).handed, len(entries(served, latest(served)))) == (10, 10 + at)
    work(served)
    assert latest(served).handed == 10, "its lease holds for a while"
    expire(served)
    work(served)
    run = latest(served)
    assert run.state == "done"
    assert len(entries(served, run)) == len(set(entries(served, run))) == run.handed == run.expected
    assert owned(served, GIVER) == set()
    assert set(entries(served, run)) >= theirs
    assert len(told(served)) == 1


@pytest.mark.parametrize("at", [1, 7])
def test_a_process_that_dies_while_it_takes_back(
    served: Flask, admin: FlaskClient, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    theirs, returned, seen = owned(served, GIVER), steps._returned, list[int]()
    url = start(admin)
    work(served)
    send(admin, f"{url}/back")
    with monkeypatch.context() as patch:

        def dies(of: steps.Work, number: int) -> int | None:
            seen.append(number)
            if len(seen) == at + 1:
                raise Died
            return returned(of, number)

        patch.setattr(steps, "_returned", dies)
        patch.setattr(lease, "release", lambda _held: None)
        with pytest.raises(Died):
            work(served)
    expire(served)
    work(served)
    run = latest(served)
    assert (run.state, run.refused) == ("taken-back", 0)
    assert run.returned == run.handed == len(set(entries(served, run, "undo")))
    assert owned(served, GIVER) == theirs


def test_it_is_taken_back_where_nobody_has_changed_it_since(served: Flask, admin: FlaskClient) -> None:
    theirs = owned(served, GIVER)
    url = start(admin)
    work(served)
    later = min(theirs)
    sql(served, "UPDATE {erp}.T_KHZL SET YWY = 'YG0102' WHERE ID = :id", id=later)
    assert send(admin, f"{url}/back").status_code == 302
    work(served)
    assert owned(served, GIVER) == theirs - {later}
    page = admin.get(url).get_data(as_text=True)
    assert "1 record was refused" in page
    assert "taken back" in page
    assert f'href="/data/customers/show/{later}"' in page, "the report names it"
    sql(served, "UPDATE {erp}.T_KHZL SET YWY = :who WHERE ID = :id", id=later, who=TAKER)
    send(admin, f"{url}/go")
    work(served)
    assert owned(served, GIVER) == theirs, "what stayed is tried again when somebody says so"
    assert (latest(served).state, latest(served).refused) == ("taken-back", 0)


def test_one_of_them_has_another_owner_meanwhile(served: Flask, admin: FlaskClient) -> None:
    start(admin)
    work(served, one_step())
    left = owned(served, GIVER)
    sql(served, "UPDATE {erp}.T_KHZL SET YWY = 'YG0102' WHERE ID = :id", id=max(left))
    work(served)
    assert max(left) in owned(served, "YG0102"), "what somebody else gave away is not touched"
    assert latest(served).state == "done"


def test_records_that_the_erp_takes_at_the_same_moment_are_told(
    served: Flask, admin: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given away between the look at the list and at the record; deleted; and one that only changed."""
    theirs, url, written = sorted(owned(served, GIVER)), start(admin), steps._written
    given, gone, touched = theirs[:3]
    row = sql(served, "SELECT * FROM {erp}.T_KHZL WHERE ID = :id", id=gone)[0]._mapping

    def beaten(of: steps.Work, token: str) -> int | None:
        if int(token) == given:
            sql(served, "UPDATE {erp}.T_KHZL SET YWY = 'YG0102' WHERE ID = :id", id=given)
        if int(token) == gone:
            sql(served, "DELETE FROM {erp}.T_KHZL WHERE ID = :id", id=gone)
        if int(token) == touched:
            sql(served, "UPDATE {erp}.T_KHZL SET BZ = 'the ERP was here' WHERE ID = :id", id=touched)
        return written(of, token)

    monkeypatch.setattr(steps, "_written", beaten)
    work(served)
    run = latest(served)
    assert (run.state, run.refused) == ("done", 2)
    assert touched in owned(served, TAKER)
    page = admin.get(url).get_data(as_text=True)
    assert re.search(rf">{given}</a>: Somebody changed it at the same time, or gave it another owner", page)
    assert re.search(rf">{gone}</a>: It is not there any more", page)
    assert "2 stayed as they are" in told(served)[0]
    names = (
        ", ".join(f"`{name}`" for name in row)
        if not served.extensions["veneer"].config.is_embedded
        else ", ".join(row)
    )
    places = ", ".join(f":{name}" for name in row)
    sql(served, f"INSERT INTO {{erp}}.T_KHZL ({names}) VALUES ({places})", **row)


def test_two_at_once_hand_nothing_on_twice(
    served: Flask, admin: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that froze for longer than its lease and comes back finds that another one is at it."""
    start(admin)
    frozen = iter([True])
    written = steps._written

    def freezes(of: steps.Work, token: str) -> int | None:
        if next(frozen, False):
            expire(served)
            work_as_another(served)
        return written(of, token)

    monkeypatch.setattr(steps, "_written", freezes)
    work(served)
    run = latest(served)
    assert run.state == "done"
    assert len(entries(served, run)) == len(set(entries(served, run))) == run.handed == run.expected
    assert len(told(served)) == 1


def work_as_another(app: Flask) -> None:
    with app.app_context():
        hand_over.run_due(services().engine, "another runner", live().current)


@pytest.mark.parametrize("why", ["closed", "right"])
def test_it_stops_by_itself_when_whoever_asked_for_it_may_not(
    served: Flask, admin: FlaskClient, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs, url = owned(served, GIVER), start(admin)
    if why == "closed":
        monkeypatch.setattr(hand_over, "maker", lambda *_given: None)
    else:
        monkeypatch.setattr(steps, "owned_entities", lambda _policy: [])
    work(served)
    assert owned(served, GIVER) == theirs
    assert latest(served).state == "stopped"
    page = admin.get(url).get_data(as_text=True)
    assert ("account that asked" in page) is (why == "closed")
    assert ("may not change the owner" in page) is (why == "right")
    assert "stopped by itself" in told(served)[0]
    monkeypatch.undo()
    monkeypatch.setattr(steps, "BATCH", 10)
    send(admin, f"{url}/go")
    work(served)
    assert latest(served).state == "done"


def test_the_database_has_no_time(served: Flask, admin: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten records one after the other that cannot be had are no report about ten records."""
    from app.errors import Unavailable

    def locked(_work: steps.Work, _token: str) -> int | None:
        raise Unavailable("locked")

    start(admin)
    with monkeypatch.context() as patch:
        patch.setattr(steps, "_written", locked)
        work(served)
    run = latest(served)
    assert (run.state, run.handed, run.refused) == ("going", 0, 0)
    work(served)
    assert latest(served).state == "done"


def test_a_record_that_is_locked_is_tried_three_times(
    served: Flask, admin: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.errors import Unavailable

    theirs, written, tries = sorted(owned(served, GIVER)), steps._written, dict[int, int]()

    def locked(of: steps.Work, token: str) -> int | None:
        tries[int(token)] = tries.get(int(token), 0) + 1
        if int(token) == theirs[0] or (int(token) == theirs[1] and tries[theirs[1]] < 3):
            raise Unavailable("locked")
        return written(of, token)

    url = start(admin)
    monkeypatch.setattr(steps, "_written", locked)
    work(served)
    run = latest(served)
    assert (run.state, run.refused) == ("done", 1)
    assert tries[theirs[0]] == tries[theirs[1]] == 3
    assert owned(served, GIVER) == {theirs[0]}
    assert "Another program was at it" in admin.get(url).get_data(as_text=True)
    monkeypatch.setattr(steps, "_written", written)
    send(admin, f"{url}/go")
    work(served)
    assert owned(served, GIVER) == set()
    assert (latest(served).state, latest(served).refused) == ("done", 0)


def test_several_take_turns(served: Flask, admin: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hand_over, "SLICE_SECONDS", 0.0)
    turns, slice_ = list[int](), hand_over._slice

    def noted(held: lease.Held, *given: Any) -> None:
        turns.append(held.run.id)
        slice_(held, *given)
        if len(turns) > 3:
            monkeypatch.setattr(hand_over, "SLICE_SECONDS", 5.0)

    monkeypatch.setattr(hand_over, "_slice", noted)
    start(admin)
    start(admin, giver="YG0102")
    work(served)
    assert len(set(turns[:2])) == 2, "the second one need not wait until the first is done"
    with served.app_context(), services().engine.connect() as connection:
        states = select(func.count()).where(run_table.c.state == "done")
        assert connection.execute(states).scalar_one() == 2


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"taker": GIVER}, "somebody else"),
        ({"taker": "NOBODY"}, "no such employee"),
        ({"entity": "products"}, "one of the lists"),
        ({"entity": "nothing"}, "one of the lists"),
    ],
)
def test_what_cannot_be_is_said(admin: FlaskClient, form: dict[str, str], words: str) -> None:
    given = {"giver": GIVER, "taker": TAKER, "entity": "customers", **form}
    answer = send(admin, "/hand-over/start", given)
    assert answer.status_code == 400
    assert words in answer.get_data(as_text=True)


def test_people_who_left_are_listed(served: Flask, admin: FlaskClient) -> None:
    from datetime import date

    with served.app_context(), services().engine.begin() as connection:
        row = {"code": "YGLEFT", "name": "Gone", "left_on": date(2026, 1, 2), "by_hand": True}
        connection.execute(staff_table.insert().values(row))
    try:
        page = admin.get("/hand-over/").get_data(as_text=True)
        assert "giver=YGLEFT" in page
        assert "2026-01-02" in page
        assert "Nothing that you may hand over" in admin.get("/hand-over/?giver=YGLEFT").get_data(
            as_text=True
        )
    finally:
        with served.app_context(), services().engine.begin() as connection:
            connection.execute(delete(staff_table).where(staff_table.c.code == "YGLEFT"))
