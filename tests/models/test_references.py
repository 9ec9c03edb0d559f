"""Ids whose type column says of what, and lists of keys: checked when they are written, as every other relation is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

import fields as kinds
from app.errors import Invalid, NotVisible
from models.catalogue import Catalogue
from models.records import read, references, write
from models.records.transaction import Once
from models.wiring.nouns import Entity, Field, Label, Relation, Wiring
from tests.models.small_erp import REP, SmallErp, wiring

NOTE = Entity(
    "note", "NOTE", Label("Note"),
    {
        "ID": Field("ID", Label("Number"), "integer", "int", nullable=False),
        "KIND": Field("KIND", Label("Kind"), "text", "varchar(10)", length=10),
        "ABOUT": Field("ABOUT", Label("About"), "integer", "int"),
        "PEOPLE": Field("PEOPLE", Label("People"), "text", "varchar(50)", length=50),
        "OWNER": Field("OWNER", Label("Owner"), "text", "varchar(10)", length=10),
    },
    key=("ID",), owner="OWNER", indexes=(("ID",),),
    relations={
        "customer": Relation("customer", ("ABOUT",), "customer", ("ID",), when={"KIND": "C"}),
        "order": Relation("order", ("ABOUT",), "order", ("ID",), when={"KIND": "O"}),
        "people": Relation("people", ("PEOPLE",), "customer", ("ID",), separator=","),
    },
)  # fmt: skip
ROWS = "INSERT INTO {s}.NOTE VALUES (1,'C',1,'1,3','E1'), (2,'O',10,NULL,'E1'), (3,'X',99,'','E1')"


@pytest.fixture
def notes(erp: SmallErp) -> Iterator[SmallErp]:
    erp.raw("CREATE TABLE {s}.NOTE (ID INTEGER PRIMARY KEY, KIND VARCHAR(10), ABOUT INTEGER, PEOPLE VARCHAR(50), OWNER VARCHAR(10))")  # fmt: skip
    erp.raw(ROWS)
    entities = {**wiring().entities, "note": replace(NOTE)}
    erp.catalogue = Catalogue(Wiring(1, entities), erp.catalogue.schema, kinds.column_type)
    return erp


def save(erp: SmallErp, token: str, **values: object) -> None:
    """What a member saves on a note of his own."""
    session = erp.session(REP)
    write.change(session, erp.catalogue.entities["note"], token, "", values, once=Once())


def test_an_id_is_checked_against_what_its_type_says(notes: SmallErp) -> None:
    save(notes, "2", KIND="C", ABOUT=1)
    save(notes, "1", KIND="X", ABOUT=12345)  # a type that leads nowhere is free
    for refused in ({"KIND": "C", "ABOUT": 3}, {"ABOUT": 2}, {"KIND": "O"}):
        with pytest.raises(Invalid):
            save(notes, "2", **refused)
    assert notes.raw("SELECT KIND, ABOUT FROM {s}.NOTE WHERE ID = 2") == [("C", 1)]


def test_every_key_that_is_added_to_a_list_must_be_in_reach(notes: SmallErp) -> None:
    for refused in ("1,3,2", "1,3,99", "1,3,x"):
        with pytest.raises(Invalid) as refusal:
            save(notes, "1", PEOPLE=refused)
        assert list(refusal.value.fields) == ["PEOPLE"]
    save(notes, "1", PEOPLE="3, 1")
    save(notes, "3", PEOPLE="[1]")
    save(notes, "1", PEOPLE="")
    assert notes.raw("SELECT PEOPLE FROM {s}.NOTE ORDER BY ID") == [("",), (None,), ("[1]",)]


def test_a_longer_list_than_can_be_checked_is_refused(notes: SmallErp) -> None:
    with pytest.raises(Invalid):
        save(notes, "1", PEOPLE=",".join(["1"] * (references.MOST_PARTS + 1) + ["2"]))


def test_what_lies_behind_such_a_relation_is_no_filter(notes: SmallErp) -> None:
    session, note = notes.session(REP), notes.catalogue.entities["note"]
    for path in ("customer.NAME", "people.NAME"):
        query = read.Query(("ID",), {"field": path, "op": "eq", "value": "Ada"})
        with pytest.raises(NotVisible):
            read.page(session, note, query)


def test_a_scope_never_follows_such_a_relation(notes: SmallErp) -> None:
    entities = {**wiring().entities, "note": replace(NOTE, owner="", parent="customer")}
    notes.catalogue = Catalogue(Wiring(1, entities), notes.catalogue.schema, kinds.column_type)
    session = notes.session(REP)
    assert read.page(session, notes.catalogue.entities["note"], read.Query(("ID",))).records == []


def test_parts_and_keys() -> None:
    target = Entity("t", "T", Label("T"), {"ID": Field("ID", Label("n"), "integer", "bigint(20)")})
    listed = Relation("r", ("A",), "t", ("ID",), separator=",")
    assert references.keys(listed, target, '["1", 2,,2 ,x]') == [1, 2]
    assert references.keys(replace(listed, separator=""), target, 5) == [5]
    assert references.keys(listed, target, None) == []
    assert references.holds(Relation("r", ("A",), "t", ("ID",), when={"K": 1}), {"K": "1 "})
    assert not references.holds(Relation("r", ("A",), "t", ("ID",), when={"K": 1}), {"K": None})
