"""A person's data found, planned and written over, with the traces in the overlay; once, whatever happens on the way."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import Any

import pytest
from flask import current_app
from sqlalchemy import insert, select, text, update

import fields
from app.errors import Invalid, NotAllowed, NotVisible, Stale
from models.audit import chain
from models.audit.verify import verify
from models.catalogue import Catalogue
from models.change import change_table, changes_of
from models.guard import RecordSession
from models.overlay import metadata
from models.persons import job as jobs
from models.persons import requests, work, writing
from models.persons.plan import ANONYMISE, ERASE, EXPORT, Part, parts_of
from models.persons.search import MOST, Ask, search
from models.persons.tables import find_table, request_table
from models.policy import AccessRule, FieldRule, Policy
from models.records import read, undo, write
from models.records.transaction import Once
from models.wiring.nouns import Relation, Wiring
from rules import tables  # noqa: F401 messages may name a person
from tests.models.persons import world
from tests.models.persons.steps import decided, done, found, handed_in, made, overlay_texts, rows, worked_off
from tests.models.persons.world import ADA, BIG, CARD, MAIL, PHONE
from tests.models.small_erp import ADMIN, MANAGER, REP, STRANGER, SmallErp
from views.records import saved  # noqa: F401 and so may views

EVERYTHING = ("CUSTOMER", "CONTACT", "ORDERS")


def test_found_by_value_in_every_spelling_and_by_what_belongs_to_it(erp: SmallErp) -> None:
    finding = found(erp, PHONE)
    assert finding.ways == {
        ("customer", "1"): "value", ("contact", "12"): "value", ("order", "21"): "value", ("bill", "31"): "value",
        ("contact", "11"): "relation",
    }  # fmt: skip
    assert finding.skipped == [("calls", "TEL", "index")]


def test_found_from_a_record(erp: SmallErp) -> None:
    finding = found(erp, start=("customer", "1"))
    assert finding.values == [PHONE, MAIL, CARD]
    assert finding.ways["customer", "1"] == "start"
    assert finding.ways["contact", "12"] == "value"


def test_what_is_out_of_reach_is_not_found(erp: SmallErp) -> None:
    with pytest.raises(NotVisible):
        found(erp, start=("customer", "3"), actor=REP)
    assert ("customer", "3") not in found(erp, "13900000002", actor=REP).ways
    assert found(erp, PHONE, actor=STRANGER).ways == {}


@pytest.mark.parametrize("right", ["masked", "hidden"])
def test_a_relation_does_not_tell_the_value_that_it_leads_to(erp: SmallErp, right: str) -> None:
    """Bills point to a customer's card number: whoever may not read the one is not told the other."""
    erp.raw(f"UPDATE {{s}}.BILL SET TEL='{CARD}' WHERE ID=31")
    wiring = world.wiring()
    by_card = Relation("card_of", ("TEL",), "customer", ("CARD",))
    bill = replace(wiring.entities["bill"], relations={"card_of": by_card}, indexes=(("ID",), ("TEL",)))
    catalogue = Catalogue(
        Wiring(1, {**wiring.entities, "bill": bill}), erp.catalogue.schema, fields.column_type
    )
    rules = (AccessRule("Manager", "*", "see", "all"),)
    limits = (FieldRule("Manager", "customer", "CARD", right), FieldRule("Manager", "customer", "TEL", right))
    session = RecordSession(erp.engine, Policy(MANAGER, catalogue, rules, limits))
    erp.opened.append(session)
    finding = search(session, Ask(start=("customer", "1")), BIG)
    assert ("bill", "31") not in finding.ways
    assert ("bill", "TEL", "right") in finding.skipped, "it says what was not looked through"
    all_open = RecordSession(erp.engine, Policy(ADMIN, catalogue, (), ()))
    erp.opened.append(all_open)
    assert search(all_open, Ask(start=("customer", "1")), BIG).ways["bill", "31"] in {"value", "relation"}


def test_names_are_no_numbers_and_no_errors(erp: SmallErp) -> None:
    assert found(erp, "' OR 1=1 --", "%", "\\", "999999999999999999999999").ways == {}


def test_a_search_is_bounded(erp: SmallErp) -> None:
    values = ",".join(f"({100 + n},1,13700000000,1)" for n in range(MOST + 5))
    erp.raw(f"INSERT INTO {{s}}.ORDERS VALUES {values}")
    finding = found(erp, "13700000000")
    assert len(finding.ways) == MOST
    assert ("order", "TEL", "many") in finding.skipped


def test_the_plan_says_what_cannot_be_done_and_why(erp: SmallErp) -> None:
    parts = {p.name: p for p in parts_of(erp.session(ADMIN).policy, found(erp, PHONE), ANONYMISE)}
    assert (parts["bill.value"].why, parts["bill.value"].choice) == ("kept", "leave")
    assert parts["contact.relation"].choice == "leave"
    assert parts["customer.value"].fields == {
        "NAME": ("name", ""), "TEL": ("phone", ""), "MAIL": ("mail", ""), "CARD": ("number", "")}  # fmt: skip
    plan = {p.name: p for p in parts_of(erp.session(ADMIN).policy, found(erp, PHONE), EXPORT)}
    assert {p.choice for p in plan.values()} == {"export"}


def test_anonymised_everywhere_in_form_and_alike(erp: SmallErp) -> None:
    number = done(erp)
    (customer, bo, _cy), (dan, ada), (order, _other) = (rows(erp, table) for table in EVERYTHING)
    assert customer[1] != ADA
    assert str(customer[1]).startswith("匿名")
    assert (customer[0], customer[5:]) == (1, ("E1", "EAST", "x"))
    assert str(customer[2]).startswith("154")
    assert len(str(customer[2])) == 11
    assert str(customer[3]).endswith(".invalid")
    assert len(str(customer[4])) == 18
    assert ada[2] == customer[1], "the same name gets the same stand-in"
    assert ada[4] is None, "a date has no stand-in"
    assert len(str(order[2])) == 11
    assert (bo[1], dan[2]) == ("Bo", "Dan")
    assert rows(erp, "BILL")[0][1] == PHONE
    with erp.engine.connect() as connection:
        request = requests.one(connection, ADMIN, number)
        assert requests.progress(connection, number) == {"done": 3, "": 2}
    assert (request.state, request.values) == ("done", ())


def test_erased_where_nothing_may_stand(erp: SmallErp) -> None:
    done(erp, ERASE)
    customer, (_dan, ada) = rows(erp, "CUSTOMER")[0], rows(erp, "CONTACT")
    assert customer[2:5] == (None, None, None)
    assert str(customer[1]).startswith("匿名"), "a record keeps something to be called by"
    assert ada[3] not in {"138-1234-5678", "", None}, "a unique number that must be there gets a stand-in"


def test_the_history_forgets_and_the_chain_holds(erp: SmallErp) -> None:
    session, customer = erp.session(ADMIN), erp.catalogue.entities["customer"]
    record = read.get(session, customer, "1")
    saved_as = write.change(
        session, customer, "1", record.hash, {"TEL": "13812340000", "NOTE": PHONE}, once=Once()
    )
    record = read.get(session, customer, "1")
    write.change(session, customer, "1", record.hash, {"TEL": PHONE}, once=Once())
    with erp.engine.begin() as connection:
        chain.extend(connection)
        for table, row in (
            ("saved_view", {"entity": "customer", "owner_id": 1, "name": PHONE, "is_shared": False,
                            "definition": json.dumps({"filter": {"field": "NAME", "op": "eq", "value": ADA}})}),
            ("notification", {"user_id": 1, "code": "x", "params": json.dumps({"title": ADA}), "created_at": datetime.now(UTC)}),
        ):  # fmt: skip
            connection.execute(insert(metadata.tables[table]).values(row))
    done(erp)
    held = overlay_texts(erp)
    for value in (PHONE, "13812340000", ADA, json.dumps(ADA)[1:-1], MAIL, CARD):
        assert value not in held, value
    with erp.engine.begin() as connection:
        while chain.extend(connection):
            pass
    with erp.engine.connect() as connection:
        report = verify(connection)
        history = changes_of(connection, "customer", "1")
    assert (report.faults, report.anonymised >= 2) == ([], True)
    assert (history[0].action, history[0].before["TEL"]) == ("anonymise", "***")
    assert history[-1].anonymised
    assert saved_as.change_id is not None
    with pytest.raises(Stale):
        undo.undo(session, customer, saved_as.change_id, Once())


def test_a_process_that_dies_is_followed_by_another_and_nothing_happens_twice(
    erp: SmallErp, monkeypatch: Any
) -> None:
    number = made(erp)
    handed_in(erp, number)
    decided(erp, number)
    calls: list[str] = []
    truly = writing.overwrite

    def dying(*given: Any) -> Any:
        saved_as = truly(*given)
        calls.append(given[2])
        if len(calls) == 2:
            raise RuntimeError("killed after the commit, before the note")
        return saved_as

    monkeypatch.setattr(work, "overwrite", dying)
    with pytest.raises(RuntimeError):
        worked_off(erp)
    monkeypatch.setattr(work, "overwrite", truly)
    assert work.claim(erp.engine, "two") is None, "the lease still runs"
    with erp.engine.begin() as connection:
        connection.execute(update(request_table).values(lease_until=datetime.now(UTC) - timedelta(seconds=1)))
    worked_off(erp, "two")
    with erp.engine.connect() as connection:
        entries = connection.execute(
            select(change_table.c.record).where(change_table.c.action == "anonymise")
        ).all()
    assert sorted(entries) == [("1",), ("12",), ("21",)]
    assert PHONE not in overlay_texts(erp)


def test_whoever_was_taken_over_stops(erp: SmallErp) -> None:
    number = made(erp)
    handed_in(erp, number)
    decided(erp, number)
    row = work.claim(erp.engine, "one")
    assert row is not None
    job = work.job_of(erp.engine, "one", row, erp.session(ADMIN))
    with erp.engine.begin() as connection:
        connection.execute(update(request_table).values(leased_by="two"))
    with pytest.raises(jobs.Lost):
        work.run(job)


def test_one_of_many_claims(erp: SmallErp) -> None:
    number = made(erp)
    handed_in(erp, number)
    decided(erp, number)
    won: list[Any] = []
    app = current_app._get_current_object()  # type: ignore[attr-defined]

    def claim(name: str) -> None:
        with app.app_context():
            won.append(work.claim(erp.engine, name))

    threads = [Thread(target=claim, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([one for one in won if one]) == 1


def test_a_row_that_somebody_changes_meanwhile_is_read_again(erp: SmallErp) -> None:
    session, customer = erp.session(ADMIN), erp.catalogue.entities["customer"]
    seen: list[str] = []

    def make(record: read.Record, _turn: int) -> dict[str, Any]:
        seen.append(record.values["NOTE"])
        if len(seen) == 1:
            session.rollback()
            erp.raw("UPDATE {s}.CUSTOMER SET NOTE='other' WHERE ID=1")
        return {"TEL": None}

    writing.overwrite(session, customer, "1", make, Once(), "erase")
    assert seen == ["x", "other"]
    assert (rows(erp, "CUSTOMER")[0][2], rows(erp, "CUSTOMER")[0][7]) == (None, "other")


def test_records_that_went_meanwhile_are_noted(erp: SmallErp) -> None:
    number = made(erp)
    handed_in(erp, number)
    decided(erp, number)
    erp.raw("DELETE FROM {s}.CONTACT WHERE ID=12")
    worked_off(erp)
    with erp.engine.connect() as connection:
        gone = connection.execute(select(find_table.c.note).where(find_table.c.record == "12")).scalar()
        assert requests.progress(connection, number) == {"done": 2, "kept": 1, "": 2}
    assert gone == "gone"


def test_nobody_decides_a_request_of_ones_own(erp: SmallErp) -> None:
    number = made(erp)
    handed_in(erp, number)
    with pytest.raises(NotAllowed):
        decided(erp, number, actor=ADMIN)
    assert work.claim(erp.engine, "one") is None


def test_a_refusal_says_why_and_forgets_whom_it_was_about(erp: SmallErp) -> None:
    number = made(erp)
    handed_in(erp, number)
    with pytest.raises(Invalid):
        decided(erp, number, approves=False)
    decided(erp, number, approves=False, answer="no proof of who asks")
    with erp.engine.connect() as connection:
        request = requests.one(connection, ADMIN, number)
    assert request.approval is not None
    assert (request.state, request.values, request.approval.sentence) == (
        "refused",
        (),
        "no proof of who asks",
    )
    with pytest.raises(Stale):
        decided(erp, number)


def test_drafts_and_others_requests_are_not_seen(erp: SmallErp) -> None:
    number = made(erp)
    with erp.engine.connect() as connection:
        for actor, may_decide in ((MANAGER, True), (MANAGER, False), (REP, False)):
            with pytest.raises(NotVisible):
                requests.one(connection, actor, number, may_decide=may_decide)
        assert requests.listed(connection, MANAGER, may_decide=True) == []
    assert handed_in(erp, made(erp, EXPORT)) == "ready"


def test_a_choice_that_cannot_be_is_left(erp: SmallErp) -> None:
    number = made(erp)
    with pytest.raises(Invalid):
        handed_in(erp, number, {"bill.value": "erase"})
    assert handed_in(erp, number, {"customer.value": "erase", "bill.value": "erase"}) == "waiting"
    with erp.engine.connect() as connection:
        parts: dict[str, Part] = {p.name: p for p in requests.one(connection, ADMIN, number).parts}
    assert (parts["customer.value"].choice, parts["bill.value"].choice) == ("erase", "leave")


def test_what_is_looked_for_is_encrypted_at_rest(erp: SmallErp) -> None:
    made(erp)
    with erp.engine.connect() as connection:
        kept = connection.execute(text("SELECT * FROM person_request")).all()
    assert PHONE not in repr(kept)


def test_a_request_with_very_many_values_stays_within_bounds(erp: SmallErp) -> None:
    values = ",".join(
        f"({1000 + n},1,'Person number {n} with a long name','1370000{n:04d}',NULL)" for n in range(MOST)
    )
    erp.raw(f"INSERT INTO {{s}}.CONTACT VALUES {values}")
    session, contact = erp.session(ADMIN), erp.catalogue.entities["contact"]
    record = read.get(session, contact, "1150")
    write.change(session, contact, "1150", record.hash, {"NAME": "Somebody"}, once=Once())
    with erp.engine.begin() as connection:
        chain.extend(connection)
    number = made(erp, finding=found(erp, PHONE))
    handed_in(erp, number, {"contact.relation": "anonymise", "customer.value": "anonymise"})
    decided(erp, number)
    row = work.claim(erp.engine, "one")
    assert row is not None
    job = work.job_of(erp.engine, "one", row, erp.session(ADMIN))
    job.values += [f"{n} {'x' * 90}" for n in range(300)]
    work.run(job)
    with erp.engine.connect() as connection:
        request = requests.one(connection, ADMIN, number)
        history = changes_of(connection, "contact", "1150")
        assert verify(connection).faults == []
    assert (request.state, request.place["unsought"] > 0) == ("done", True)
    assert history[-1].anonymised
    assert "Person number" not in repr(history)
