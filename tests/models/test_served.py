"""Which filters and orders an index serves, and the index that would: worked out from the wiring alone."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.dialects import mysql

from fields import column_type
from models.catalogue import Catalogue
from models.records.served import order_of_prefix, statement, useful_index, verdict
from models.wiring.nouns import Entity, Field, Label, Wiring
from tests.models.small_erp import SmallErp

KINDS = {"ID": "bigint(20)", "CODE": "varchar(20)", "REGION": "char(2)", "STATE": "int(11)", "NAME": "varchar(100)",
         "NOTE": "text", "FLAGS": "set('a','b')", "DAY": "date", "GONE": "char(1)", "PICTURE": "longblob"}  # fmt: skip
LENGTHS = {"NAME": 100, "NOTE": 65_535}
BIG = 1000


def thing(**also: Any) -> Entity:
    fields = {n: Field(n, Label(n), "text", kind, length=LENGTHS.get(n)) for n, kind in KINDS.items()}
    facts = {
        "key": ("ID",),
        "row_estimate": 10_000_000,
        "delete_flag": {"field": "GONE", "deleted": "1", "live": "0"},
    }
    indexes = (("ID",), ("CODE",), ("REGION", "DAY"), ("DAY",))
    made = Entity("thing", "THING", Label("Thing"), fields, indexes=indexes, **(facts | also))  # type: ignore[arg-type]
    Catalogue(Wiring(1, {"thing": made}), "old erp", column_type)
    return made


def leaf(field: str, op: str, value: Any = "x") -> dict[str, Any]:
    return {"field": field, "op": op} if op == "is_null" else {"field": field, "op": op, "value": value}


ALIVE = {"or": [leaf("GONE", "ne", "1"), leaf("GONE", "is_null")]}
SERVED = [
    (None, ()),
    (ALIVE, (("ID", True),)),
    (leaf("CODE", "starts"), ()),
    (leaf("CODE", "eq"), (("NAME", False),)),
    ({"and": [leaf("DAY", "between", ["2026-01-01", "2026-02-01"]), leaf("NAME", "contains")]}, ()),
    ({"or": [leaf("CODE", "eq"), leaf("REGION", "in", ["HD"])]}, ()),
    (None, (("DAY", True),)),
    (None, (("REGION", False), ("DAY", False))),
    ({"and": [leaf("REGION", "eq"), ALIVE]}, (("DAY", True),)),
]
SLOW = [
    (leaf("NAME", "eq"), (), ("NAME",), (), ("NAME",)),
    (leaf("NAME", "contains"), (), ("NAME",), (), ()),
    (leaf("CODE", "ends"), (), ("CODE",), (), ()),
    (leaf("CODE", "ne"), (), ("CODE",), (), ()),
    ({"or": [leaf("CODE", "eq"), leaf("NAME", "eq")]}, (), ("CODE", "NAME"), (), ()),
    ({"not": leaf("CODE", "eq")}, (), ("CODE",), (), ()),
    (None, (("NAME", True),), (), ("NAME",), ("NAME",)),
    (None, (("DAY", True), ("REGION", True)), (), ("DAY", "REGION"), ("DAY", "REGION")),
    (None, (("REGION", True), ("DAY", False)), (), ("REGION", "DAY"), ()),
    (None, (("NOTE", False),), (), ("NOTE",), ()),
    (None, (("FLAGS", False),), (), ("FLAGS",), ()),
    (leaf("STATE", "eq", 1), (("NAME", False),), ("STATE",), ("NAME",), ("STATE", "NAME")),
    ({"and": [leaf("STATE", "eq", 1), leaf("NAME", "gt"), ALIVE]}, (("ID", True),), ("STATE", "NAME"), (), ("STATE", "NAME")),
]  # fmt: skip


@pytest.mark.parametrize(("condition", "sort"), SERVED)
def test_an_index_serves_it(condition: Any, sort: Any) -> None:
    assert not verdict(thing(), condition, sort, BIG).is_slow


@pytest.mark.parametrize(("condition", "sort", "filters", "order", "index"), SLOW)
def test_no_index_serves_it_and_one_could(
    condition: Any, sort: Any, filters: Any, order: Any, index: Any
) -> None:
    found = verdict(thing(), condition, sort, BIG)
    assert (found.filters, found.sort, found.index) == (filters, order, index)
    assert not verdict(thing(row_estimate=BIG - 1), condition, sort, BIG).is_slow


def test_what_seemed_served_has_a_better_index() -> None:
    condition = {"and": [leaf("REGION", "eq"), ALIVE]}
    assert useful_index(thing(), condition, (("NAME", True),)) == ("REGION", "NAME")
    assert useful_index(thing(), condition, (("DAY", True),)) == ()
    assert useful_index(thing(is_view=True), condition, (("NAME", True),)) == ()


def test_the_statement_is_one_that_the_database_takes(erp: SmallErp) -> None:
    customer = erp.catalogue.entities["customer"]
    text = statement(customer, ("OWNER", "NAME"), erp.engine.dialect)
    erp.raw(text)
    by_engine = {
        "sqlite": "SELECT COUNT(*) FROM {s}.sqlite_master WHERE type = 'index' AND name = 'ix_CUSTOMER_OWNER_NAME'",
        "mysql": "SELECT COUNT(*) / 2 FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = '{s}' AND INDEX_NAME = 'ix_CUSTOMER_OWNER_NAME'",
    }
    assert int(str(erp.raw(by_engine[erp.engine.dialect.name])[0][0]).split(".")[0]) == 1


def test_long_texts_are_indexed_by_their_beginning() -> None:
    expected = "CREATE INDEX `ix_THING_CODE_NOTE` ON `old erp`.`THING` (`CODE`, `NOTE`(100)) ALGORITHM=INPLACE LOCK=NONE;"
    assert statement(thing(), ("CODE", "NOTE"), mysql.dialect()) == expected


@pytest.mark.parametrize(
    ("condition", "name"),
    [
        (leaf("CODE", "starts"), "CODE"),
        ({"and": [leaf("NAME", "eq"), leaf("CODE", "starts"), ALIVE]}, "CODE"),
        ({"or": [leaf("CODE", "starts"), leaf("NAME", "eq")]}, ""),
        ({"not": leaf("CODE", "starts")}, ""),
        (leaf("CODE", "eq"), ""),
        (leaf("NAME", "starts"), ""),
        (ALIVE, ""),
    ],
)
def test_a_beginning_that_an_index_serves_gives_the_order(condition: Any, name: str) -> None:
    assert order_of_prefix(thing(), condition) == name
