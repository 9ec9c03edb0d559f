"""Saving: nothing lost, nothing out of reach, nothing twice, everything written down."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from app.errors import Invalid, NotAllowed, NotVisible, Stale
from models.change import changes_of
from models.records import read, undo, write
from models.records.transaction import Once
from tests.models.small_erp import ADMIN, MANAGER, REP, SmallErp

NAMES = "SELECT NAME FROM {s}.CUSTOMER ORDER BY ID"


def test_a_change_is_saved_with_its_entry(erp: SmallErp) -> None:
    session, customer = erp.session(REP), erp.catalogue.entities["customer"]
    record = read.get(session, customer, "1")
    saved = write.change(session, customer, "1", record.hash, {"NAME": "Ada II"}, once=Once())
    assert erp.raw(NAMES)[0] == ("Ada II",)
    with erp.engine.connect() as connection:
        (entry,) = changes_of(connection, "customer", "1")
    assert (entry.id, entry.before, entry.after) == (saved.change_id, {"NAME": "Ada"}, {"NAME": "Ada II"})


def test_a_foreign_edit_is_a_conflict_and_wins(erp: SmallErp) -> None:
    session, customer = erp.session(REP), erp.catalogue.entities["customer"]
    record = read.get(session, customer, "1")
    session.rollback()
    erp.raw("UPDATE {s}.CUSTOMER SET NAME='ada' WHERE ID=1")
    with pytest.raises(write.Conflict) as conflict:
        write.change(session, customer, "1", record.hash, {"NAME": "Ada II"}, once=Once())
    assert conflict.value.current.values["NAME"] == "ada"
    assert erp.raw(NAMES)[0] == ("ada",)


def test_the_same_value_writes_nothing(erp: SmallErp) -> None:
    session, customer = erp.session(REP), erp.catalogue.entities["customer"]
    assert write.change(session, customer, "1", "", {"NAME": "Ada"}, once=Once()).change_id is None


def test_rows_and_fields_out_of_reach_are_not_written(erp: SmallErp) -> None:
    session, customer = erp.session(REP), erp.catalogue.entities["customer"]
    with pytest.raises(NotVisible):
        write.change(session, customer, "3", "", {"NAME": "x"}, once=Once())
    with pytest.raises(NotAllowed):
        write.change(session, customer, "1", "", {"SECRET": "x"}, once=Once())
    with pytest.raises(NotAllowed):
        write.change(session, customer, "1", "", {"OWNER": "W1", "UNIT": "WEST"}, once=Once())
    with pytest.raises(NotVisible):
        write.remove(session, customer, "3", "", "", once=Once())
    assert erp.raw(
        "SELECT COUNT(*) FROM {s}.CUSTOMER WHERE NAME IN ('Ada','Bo','Cy') AND OWNER IS NOT NULL"
    ) == [(3,)]


def test_a_key_written_must_lead_to_a_record_in_reach(erp: SmallErp) -> None:
    session, order = erp.session(MANAGER), erp.catalogue.entities["order"]
    for target in (3, 99):
        with pytest.raises(Invalid) as refusal:
            write.change(session, order, "10", "", {"CUST": target}, once=Once())
        assert "CUST" in refusal.value.fields
    write.change(session, order, "10", "", {"CUST": 2}, once=Once())
    assert erp.raw("SELECT CUST FROM {s}.ORDERS WHERE ID=10") == [(2,)]


def test_a_record_made_out_of_reach_is_not_kept(erp: SmallErp) -> None:
    session, customer = erp.session(REP), erp.catalogue.entities["customer"]
    with pytest.raises(NotAllowed):
        write.create(session, customer, {"ID": 7, "NAME": "x", "OWNER": "W1"}, Once())
    write.create(session, customer, {"ID": 8, "NAME": "y", "OWNER": "E1"}, Once())
    assert erp.raw("SELECT ID FROM {s}.CUSTOMER WHERE ID > 3") == [(8,)]


def test_a_key_sent_twice_has_one_effect(erp: SmallErp) -> None:
    session, customer = erp.session(ADMIN), erp.catalogue.entities["customer"]
    values, once = {"ID": 9, "NAME": "Once"}, Once("k1", "content")
    first = write.create(session, customer, values, once)
    assert write.create(session, customer, values, once) == first
    assert erp.raw("SELECT COUNT(*) FROM {s}.CUSTOMER WHERE ID=9") == [(1,)]
    with pytest.raises(Invalid):
        write.create(session, customer, values, Once("k1", "other content"))


def test_a_change_sent_again_is_told_what_the_first_one_was(erp: SmallErp) -> None:
    """Whether it stumbles over the row as it is now or finds nothing left to do."""
    session, customer = erp.session(ADMIN), erp.catalogue.entities["customer"]
    record, once = read.get(session, customer, "1"), Once("k3", "content")
    first = write.change(session, customer, "1", record.hash, {"NAME": "Ada II"}, once=once)
    assert first.change_id is not None
    assert write.change(session, customer, "1", record.hash, {"NAME": "Ada II"}, once=once) == first
    assert write.change(session, customer, "1", "", {"NAME": "Ada II"}, once=once) == first
    erp.raw("UPDATE {s}.CUSTOMER SET NAME='theirs' WHERE ID=1")
    assert write.change(session, customer, "1", "", {"NAME": "Ada II"}, once=once) == first
    for row in (record.hash, ""):
        with pytest.raises(Invalid):
            write.change(session, customer, "1", row, {"NAME": "theirs"}, once=Once("k3", "other content"))
    assert erp.raw(NAMES)[0] == ("theirs",)


def test_a_record_read_before_is_written_only_as_long_as_it_is_that(erp: SmallErp) -> None:
    session, customer = erp.session(REP), erp.catalogue.entities["customer"]
    with session.for_action("change"):
        record = read.get(session, customer, "1")
    session.rollback()
    erp.raw("UPDATE {s}.CUSTOMER SET SECRET='theirs' WHERE ID=1")
    with pytest.raises(write.Conflict):
        write.change(session, customer, "1", "", {"NAME": "Ada II"}, once=Once(), current=record)
    assert erp.raw(NAMES)[0] == ("Ada",)


def test_each_kind_of_change_can_be_taken_back(erp: SmallErp) -> None:
    session, customer = erp.session(ADMIN), erp.catalogue.entities["customer"]
    before = erp.raw("SELECT * FROM {s}.CUSTOMER ORDER BY ID")
    done = [
        write.change(session, customer, "2", "", {"NAME": "B", "SECRET": None}, once=Once()),
        write.remove(session, customer, "3", "", "gone", once=Once()),
        write.create(session, customer, {"ID": 4, "NAME": "New"}, Once()),
    ]
    for saved in done:
        undo.undo(session, customer, saved.change_id or 0, Once())
    assert erp.raw("SELECT * FROM {s}.CUSTOMER ORDER BY ID") == before
    with pytest.raises(Stale):
        undo.undo(session, customer, done[0].change_id or 0, Once())


def test_undo_stops_at_a_later_edit(erp: SmallErp) -> None:
    session, customer = erp.session(ADMIN), erp.catalogue.entities["customer"]
    saved = write.change(session, customer, "2", "", {"NAME": "B"}, once=Once())
    erp.raw("UPDATE {s}.CUSTOMER SET NAME='theirs' WHERE ID=2")
    with pytest.raises(write.Conflict):
        undo.undo(session, customer, saved.change_id or 0, Once())
    assert erp.raw(NAMES)[1] == ("theirs",)


def test_undoing_a_creation_stops_where_somebody_has_worked_on_the_row(erp: SmallErp) -> None:
    session, customer = erp.session(ADMIN), erp.catalogue.entities["customer"]
    new = write.create(session, customer, {"ID": 4, "NAME": "New"}, Once()).change_id or 0
    later = write.change(session, customer, "4", "", {"SECRET": "worked on"}, once=Once()).change_id or 0
    with pytest.raises(write.Conflict):
        undo.undo(session, customer, new, Once())
    undo.undo(session, customer, later, Once())
    erp.raw("UPDATE {s}.CUSTOMER SET NAME='theirs' WHERE ID=4")
    with pytest.raises(write.Conflict):
        undo.undo(session, customer, new, Once())
    erp.raw("UPDATE {s}.CUSTOMER SET NAME='New' WHERE ID=4")
    undo.undo(session, customer, new, Once())
    assert erp.raw("SELECT COUNT(*) FROM {s}.CUSTOMER WHERE ID=4") == [(0,)]


def test_a_refused_save_leaves_nothing(erp: SmallErp) -> None:
    session, customer = erp.session(ADMIN), erp.catalogue.entities["customer"]
    with pytest.raises(Invalid):
        write.create(session, customer, {"ID": 1, "NAME": "twice"}, Once("k2", "x"))
    assert erp.raw(
        "SELECT COUNT(*) FROM "
        + ("{s}_overlay." if erp.engine.dialect.name != "sqlite" else "")
        + "idempotency"
    ) == [(0,)]


def test_the_row_token_that_leaves_cannot_be_worked_out_from_the_row(erp: SmallErp) -> None:
    customer = erp.catalogue.entities["customer"]
    one, other = erp.session(REP), erp.session(REP)
    other.seal = b"another secret"
    first, second = read.get(one, customer, "1"), read.get(other, customer, "1")
    assert first.raw_hash == second.raw_hash
    assert first.hash != first.raw_hash
    assert first.hash != second.hash


def test_a_kept_update_belongs_to_one_person(erp: SmallErp) -> None:
    customer = erp.catalogue.entities["customer"]
    for number in range(2):
        write.change(erp.session(ADMIN), customer, "3", "", {"NAME": f"Cy {number}"}, once=Once())
        read_by_admin = read.get(erp.session(ADMIN), customer, "3")
        rep = erp.session(REP)
        with pytest.raises(NotVisible):
            write.change(
                rep, customer, "3", read_by_admin.hash, {"NAME": "x"}, once=Once(), current=read_by_admin
            )
    assert erp.raw(NAMES)[2] == ("Cy 1",)


def test_what_ran_before_a_save_on_its_connection_is_no_part_of_it(erp: SmallErp) -> None:
    session, customer = erp.session(ADMIN), erp.catalogue.entities["customer"]
    session.connection().execute(text(f"UPDATE {erp.catalogue.schema}.CUSTOMER SET NAME='left' WHERE ID=2"))
    write.change(session, customer, "1", "", {"NAME": "Ada II"}, once=Once())
    assert erp.raw(NAMES)[:2] == [("Ada II",), ("Bo",)]
