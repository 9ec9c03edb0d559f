"""A column is drawn once for each text; numbers that are equal but look different are drawn as they are."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from flask import Flask

import fields
from models.records.read import Record
from models.wiring.nouns import Entity, Field, Label
from views.api import shapes
from views.records import cells

ENTITY = Entity(
    "thing", "THING", Label("Thing"), {"X": Field("X", Label("X"), "other", "varchar(20)")}, ("X",)
)
VALUES: list[Any] = ["a", "<b>", "a", Decimal("1.0"), Decimal("1.00"), 0.0, -0.0, 1, None, "a"]


@pytest.fixture
def records() -> list[Record]:
    return [Record(ENTITY, {"X": value}) for value in VALUES]


def test_a_list_shows_each_value_as_it_is(served: Flask, records: list[Record]) -> None:
    with served.test_request_context():
        drawn = cells.column(ENTITY, "X", records, {})
        assert drawn == [cells.cell(ENTITY, "X", value, {}) for value in VALUES]
        assert drawn[1] == "&lt;b&gt;"
        assert str(drawn[3]) != str(drawn[4])


def test_the_api_leaves_out_what_was_not_read(served: Flask, records: list[Record]) -> None:
    with served.test_request_context():
        first, *_rest = shapes.all_as_json(ENTITY, [Record(ENTITY, {}), *records], ["X"])
    assert "X" not in first


def test_the_api_writes_each_value_as_it_is(served: Flask, records: list[Record]) -> None:
    with served.test_request_context():
        written = [shown["X"] for shown in shapes.all_as_json(ENTITY, records, ["X"])]
    assert [repr(one) for one in written] == [repr(shapes.value_json(ENTITY, "X", value)) for value in VALUES]


def test_the_api_leaves_out_of_each_record_what_was_not_read_of_it(
    served: Flask, records: list[Record]
) -> None:
    with served.test_request_context():
        mixed = shapes.all_as_json(ENTITY, [records[0], Record(ENTITY, {}), records[1]], ["X"])
    assert [one.get("X", "-") for one in mixed] == ["a", "-", "<b>"]


def test_a_kind_that_spells_texts_in_its_own_way_is_no_plain_one() -> None:
    found = {name for name, kind in fields.kinds().items() if shapes.is_as_stored(kind)}
    assert "text" in found
    assert not found & {"datetime", "boolean", "set", "blob", "money", "yyyymmdd"}
