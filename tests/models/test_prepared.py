"""A statement that is built once is looked at by the guard for each policy and action, and never lends what it got there."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import bindparam, select, text

from app.errors import NotVisible
from models import prepared
from models.guard import GuardRefused, RecordSession
from models.policy import Policy
from models.prepared import Prepared
from tests.models.small_erp import ADMIN, MANAGER, REP, STRANGER, SmallErp

REACH = [(ADMIN, {1, 2, 3}), (MANAGER, {1, 2}), (REP, {1}), (STRANGER, set())]


@pytest.fixture(autouse=True)
def empty() -> None:
    prepared.forget()


def keys(erp: SmallErp) -> Prepared:
    key = erp.catalogue.entities["customer"].attribute("ID")
    return Prepared(select(key).where(key >= bindparam("least")))


def ran(session: RecordSession, ready: Prepared, least: int = 0) -> set[int]:
    return set(session.run(ready, {"least": least}).scalars())


def test_one_statement_run_for_many_people_gives_each_the_own_rows(erp: SmallErp) -> None:
    ready = keys(erp)
    for _round in range(2):
        for actor, expected in (*REACH, *reversed(REACH)):
            with erp.session(actor) as session:
                assert ran(session, ready) == expected


def test_values_are_given_each_time(erp: SmallErp) -> None:
    session, ready = erp.session(ADMIN), keys(erp)
    assert [ran(session, ready, least) for least in (0, 2, 3, 0)] == [{1, 2, 3}, {2, 3}, {3}, {1, 2, 3}]


def test_another_action_has_rows_of_its_own(erp: SmallErp) -> None:
    session, ready = erp.session(MANAGER), keys(erp)
    for _round in range(2):
        assert ran(session, ready) == {1, 2}
        with session.for_action("delete"):
            assert ran(session, ready) == ids(session)


def ids(session: RecordSession) -> set[int]:
    customer = session.policy.catalogue.entities["customer"]
    return set(session.execute(select(customer.attribute("ID"))).scalars())


def test_a_statement_made_out_of_a_prepared_one_is_looked_at_anew(erp: SmallErp) -> None:
    session, ready = erp.session(REP), keys(erp)
    secret = erp.catalogue.entities["customer"].attribute("SECRET")
    assert ran(session, ready) == {1}
    with pytest.raises(NotVisible):
        session.execute(ready.statement.add_columns(secret), {"least": 0})
    with pytest.raises(NotVisible):
        session.run(Prepared(ready.statement.where(secret == "s1")), {"least": 0})


def test_what_the_guard_refuses_stays_refused(erp: SmallErp) -> None:
    session = erp.session(ADMIN)
    for statement in (select(erp.catalogue.entities["customer"].table.c.ID), text("SELECT 1")):
        ready = Prepared(statement)  # type: ignore[arg-type]
        for _round in range(2):
            with pytest.raises(GuardRefused):
                session.run(ready)


def test_a_refusal_is_not_lifted_by_somebody_who_may(erp: SmallErp) -> None:
    secret = erp.catalogue.entities["customer"].attribute("SECRET")
    ready = Prepared(select(secret))
    assert len(set(erp.session(ADMIN).run(ready).scalars())) == 3
    with pytest.raises(NotVisible):
        erp.session(REP).run(ready)


def test_the_key_belongs_to_one_policy_and_one_action(erp: SmallErp) -> None:
    built: list[str] = []

    def build(name: str) -> Callable[[], Prepared]:
        return lambda: built.append(name) or keys(erp)  # type: ignore[func-returns-value]

    first, second = erp.session(ADMIN), erp.session(REP)
    for _round in range(2):
        first.prepared("k", build("admin"))
        second.prepared("k", build("rep"))
        with first.for_action("change"):
            first.prepared("k", build("admin's change"))
    assert built == ["admin", "rep", "admin's change"]


def test_no_more_are_kept_than_there_is_room_for(erp: SmallErp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prepared, "MOST", 5)
    policy: Policy = erp.session(ADMIN).policy
    for number in range(20):
        prepared.kept(policy, "see", number, lambda: keys(erp))
    assert len(prepared._kept) <= 5
