"""A person's rows deleted: where the wiring allows it, children first, none that others point to, once, and for good."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import current_app
from sqlalchemy import select, update

import fields
from app.errors import NotAllowed, NotVisible
from models.audit.verify import verify
from models.catalogue import Catalogue
from models.change import change_table, changes_of
from models.persons import removing, requests
from models.persons.plan import DELETE, part_from, parts_of
from models.persons.tables import find_table, request_table
from models.records import read, undo, write
from models.records.transaction import Once
from models.wiring.nouns import Wiring
from tests.models.persons import world
from tests.models.persons.steps import decided, done, found, handed_in, made, overlay_texts, rows, worked_off
from tests.models.persons.world import ADA, BIG, CARD, MAIL, PHONE
from tests.models.small_erp import ADMIN, REP, STRANGER, SmallErp


def wired_for_deletion(erp: SmallErp, *names: str) -> None:
    """Publish these entities as ones whose rows a request may delete."""
    wiring = world.wiring()
    changed = {
        name: replace(one, on_request="delete") if name in names else one
        for name, one in wiring.entities.items()
    }
    erp.catalogue = Catalogue(Wiring(1, changed), erp.catalogue.schema, fields.column_type)


EVERY_PART = {
    "customer.value": "delete",
    "contact.value": "delete",
    "contact.relation": "delete",
    "order.value": "delete",
}


def test_rows_are_deleted_for_good_children_first(erp: SmallErp) -> None:
    wired_for_deletion(erp, "customer", "contact", "order")
    session, customer = erp.session(ADMIN), erp.catalogue.entities["customer"]
    record = read.get(session, customer, "1")
    write.change(session, customer, "1", record.hash, {"NOTE": "a word"}, once=Once())
    number = done(erp, DELETE, EVERY_PART)
    assert [row[0] for row in rows(erp, "CUSTOMER")] == [2, 3]
    assert [row[0] for row in rows(erp, "CONTACT")] == []
    assert [row[0] for row in rows(erp, "ORDERS")] == [22]
    assert rows(erp, "BILL")[0][1] == PHONE, "bills are kept"
    with erp.engine.connect() as connection:
        assert requests.progress(connection, number) == {"deleted": 4, "": 1}
        entries = (
            connection.execute(select(change_table).where(change_table.c.action == "purge")).mappings().all()
        )
        assert verify(connection).faults == []
    assert [one["entity"] for one in entries][-1] == "customer", "it was pointed to by the others"
    assert len(entries) == 4
    with erp.engine.connect() as connection:
        history = changes_of(connection, "customer", "1")
    assert {value for one in history for value in {**one.before, **one.after}.values()} == {"***"}
    held = overlay_texts(erp)
    assert not [value for value in (PHONE, ADA, MAIL, CARD, "Dan") if value in held]
    purged = next(one["id"] for one in entries if one["entity"] == "customer")
    with pytest.raises(NotVisible):
        undo.undo(erp.session(ADMIN), customer, purged, Once())


def test_a_row_that_others_point_to_is_left(erp: SmallErp) -> None:
    """Old schemas declare no foreign keys: the relations of the wiring hold a row as well."""
    wired_for_deletion(erp, "customer", "contact", "order")
    number = done(erp, DELETE, EVERY_PART | {"contact.relation": "leave"})
    with erp.engine.connect() as connection:
        kept = connection.execute(
            select(find_table.c.record, find_table.c.note).where(find_table.c.state == "kept")
        ).all()
        assert requests.progress(connection, number) == {"deleted": 2, "kept": 1, "": 2}
    assert kept == [("1", "used")]
    assert rows(erp, "CUSTOMER")[0][2] == PHONE, "it is as it was"


def test_where_no_index_tells_who_points_there_a_row_is_left(
    erp: SmallErp, monkeypatch: pytest.MonkeyPatch
) -> None:
    wired_for_deletion(erp, "customer", "contact", "order")
    erp.catalogue.entities["order"].indexes = (("ID",), ("TEL",))
    number = made(erp, DELETE)
    handed_in(erp, number, EVERY_PART)
    decided(erp, number)
    small = replace(current_app.extensions["veneer"].config, big_table_rows=BIG)
    monkeypatch.setattr(current_app.extensions["veneer"], "config", small)
    worked_off(erp)
    with erp.engine.connect() as connection:
        kept = connection.execute(
            select(find_table.c.record, find_table.c.note).where(find_table.c.state == "kept")
        ).all()
    assert kept == [("1", "unsure")]


def test_only_what_the_wiring_allows_is_deleted(erp: SmallErp) -> None:
    wired_for_deletion(erp, "contact", "bill")
    plans = {p.name: p for p in parts_of(erp.session(ADMIN).policy, found(erp, PHONE), DELETE)}
    assert {name: (p.stays, p.choice) for name, p in plans.items()} == {
        "contact.value": ("", "delete"), "customer.value": ("wiring", "erase"), "order.value": ("wiring", "erase"),
        "bill.value": ("wiring", "leave"), "contact.relation": ("", "leave"),
    }  # fmt: skip
    assert plans["contact.value"].pointing == ()
    assert plans["customer.value"].pointing == ("contact", "order")
    number = made(erp, DELETE)
    handed_in(erp, number, dict.fromkeys(plans, "delete"))
    with erp.engine.connect() as connection:
        chosen = {p.name: p.choice for p in requests.one(connection, ADMIN, number).parts}
    assert {name for name, choice in chosen.items() if choice == "delete"} == {
        "contact.value",
        "contact.relation",
    }
    assert part_from({**plans["customer.value"].plain(), "stays": "wiring"}).choices(DELETE) == (
        "erase",
        "anonymise",
        "leave",
    )


def test_what_is_no_longer_allowed_when_it_runs_is_left(erp: SmallErp) -> None:
    wired_for_deletion(erp, "customer", "contact", "order")
    number = made(erp, DELETE)
    handed_in(erp, number, EVERY_PART)
    decided(erp, number)
    wired_for_deletion(erp, "contact", "order")
    worked_off(erp)
    assert rows(erp, "CUSTOMER")[0][0] == 1
    rights = erp.session(STRANGER).policy
    assert removing.refusal(rights, erp.catalogue.entities["contact"]) == "right"
    with pytest.raises(NotAllowed):
        removing.remove(
            erp.session(STRANGER), erp.catalogue.entities["contact"], "11", lambda _record: None, Once()
        )


def test_rows_marked_as_deleted_are_not_deleted(erp: SmallErp) -> None:
    wired_for_deletion(erp, "contact")
    contact = replace(
        erp.catalogue.entities["contact"], delete_flag={"field": "NAME", "deleted": "1", "live": "0"}
    )
    assert removing.refusal(erp.session(ADMIN).policy, contact) == "flag"
    assert (
        removing.refusal(erp.session(ADMIN).policy, replace(contact, delete_flag={}, read_only="view"))
        == "read-only"
    )


def test_a_row_out_of_reach_is_not_deleted(erp: SmallErp) -> None:
    wired_for_deletion(erp, "customer", "contact", "order")
    with pytest.raises(NotVisible):
        removing.remove(
            erp.session(REP), erp.catalogue.entities["customer"], "3", lambda _record: None, Once()
        )
    assert len(rows(erp, "CUSTOMER")) == 3


def test_a_row_changed_while_it_goes_is_read_again(erp: SmallErp) -> None:
    wired_for_deletion(erp, "customer", "contact", "order")
    session, seen = erp.session(ADMIN), list[str]()

    def remember(record: read.Record) -> None:
        seen.append(record.values["NOTE"])
        if len(seen) == 1:
            session.rollback()
            erp.raw("UPDATE {s}.CUSTOMER SET NOTE='other' WHERE ID=3")

    removing.remove(session, erp.catalogue.entities["customer"], "3", remember, Once())
    assert seen == ["z", "other"]
    assert [row[0] for row in rows(erp, "CUSTOMER")] == [1, 2]


def test_a_process_that_dies_between_deletions_is_followed_by_another(
    erp: SmallErp, monkeypatch: Any
) -> None:
    wired_for_deletion(erp, "customer", "contact", "order")
    number = made(erp, DELETE)
    handed_in(erp, number, EVERY_PART)
    decided(erp, number)
    truly, calls = removing.remove, list[str]()

    def dying(*given: Any) -> Any:
        answer = truly(*given)
        calls.append(given[2])
        if len(calls) == 2:
            raise RuntimeError("killed after the commit, before the note")
        return answer

    monkeypatch.setattr(removing, "remove", dying)
    with pytest.raises(RuntimeError):
        worked_off(erp)
    monkeypatch.setattr(removing, "remove", truly)
    with erp.engine.begin() as connection:
        connection.execute(update(request_table).values(lease_until=datetime.now(UTC) - timedelta(seconds=1)))
    worked_off(erp, "two")
    with erp.engine.connect() as connection:
        assert requests.progress(connection, number) == {"deleted": 4, "": 1}
        purged = connection.execute(
            select(change_table.c.record).where(change_table.c.action == "purge")
        ).all()
    assert sorted(purged) == [("1",), ("11",), ("12",), ("21",)]
    assert PHONE not in overlay_texts(erp)
