"""Conditions as typed: read by kind, bounded, made into stored values, and said in words."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from app.actor import Actor
from app.errors import Invalid, NotVisible
from fields import conditions, periods
from models.condition import read
from models.wiring.nouns import Entity, Label, Relation
from tests.fields.build import entity, make
from tests.fields.conftest import make_app

TODAY = date(2026, 3, 31)
NOBODY = Actor(None, "nobody")
SELLER = Actor(1, "seller", employee="YG0101", units=frozenset({"10"}), units_below=frozenset({"10", "1001"}))
CUSTOMER = entity(
    make("integer", "int", "id"),
    make("text", "varchar(20)", "name", label=Label("Customer name", "客户名称")),
    make("money", "decimal(12,2)", "amount", label=Label("Amount", "金额")),
    make("date", "date", "day", label=Label("Day", "日期")),
    make("datetime", "datetime", "at", label=Label("Changed", "变更")),
    make("yyyymmdd", "int(11)", "CJRQ", label=Label("Created", "创建")),
    make("epoch", "int(11)", "seen", settings={"zone": "Asia/Shanghai"}),
    make(
        "code",
        "char(1)",
        "level",
        label=Label("Level", "级别"),
        settings={"options": [["A", "Core", "核心"]]},
    ),
    make("boolean", "tinyint(1)", "used"),
    make("set", "set('x','y')", "tags"),
    make("phone", "varchar(30)", "phone"),
    make("text", "varchar(20)", "owner", label=Label("Owner", "负责人")),
    make("blob", "longblob", "photo"),
    name="customer",
)
ORDER = entity(
    make("integer", "int", "id"),
    make("integer", "int", "customer_id"),
    name="order",
    relations={
        "customer": Relation(
            "customer", ("customer_id",), "customer", ("id",), label=Label("Customer", "客户")
        )
    },
)
ENTITIES: dict[str, Entity] = {"customer": CUSTOMER, "order": ORDER}


def resolved(field: str, op: str, value: Any = None, actor: Actor = SELLER) -> Any:
    return conditions.resolve(CUSTOMER, leaf(field, op, value), TODAY, actor, ENTITIES)


def leaf(field: str, op: str, value: Any = None) -> dict[str, Any]:
    return {"field": field, "op": op} | ({} if value is None else {"value": value})


def second(text: str) -> int:
    return int(datetime.fromisoformat(text + "+08:00").astimezone(UTC).timestamp())


@pytest.mark.parametrize(
    ("field", "op", "value", "expected"),
    [
        ("id", "eq", "1,200", leaf("id", "eq", 1200)), ("id", "in", ["1", 2], leaf("id", "in", [1, 2])), ("id", "not_in", [], leaf("id", "not_in", [])),
        ("name", "contains", "星", leaf("name", "contains", "星")), ("name", "eq", "x", leaf("name", "eq", "x")), ("name", "eq", "", leaf("name", "eq", "")),
        ("name", "empty", None, {"or": [leaf("name", "is_null"), leaf("name", "eq", "")]}), ("name", "is_null", None, leaf("name", "is_null")),
        ("name", "not_empty", None, {"not": {"or": [leaf("name", "is_null"), leaf("name", "eq", "")]}}),
        ("amount", "gte", "1,000.5", leaf("amount", "gte", Decimal("1000.5"))), ("amount", "between", ["1", "2"], {"and": [leaf("amount", "gte", Decimal(1)), leaf("amount", "lte", Decimal(2))]}),
        ("amount", "between", ["", 2], leaf("amount", "lte", Decimal(2))), ("amount", "range", [1, None], leaf("amount", "range", [Decimal(1), None])),
        ("day", "eq", "2026/3/1", leaf("day", "eq", "2026-03-01")), ("day", "within", "this_month", leaf("day", "range", ["2026-03-01", "2026-04-01"])),
        ("day", "within", "overdue", leaf("day", "range", [None, "2026-03-31"])),
        ("at", "eq", "2026-03-01", leaf("at", "range", ["2026-03-01 00:00:00", "2026-03-02 00:00:00"])), ("at", "eq", "2026-03-01 10:00", leaf("at", "eq", "2026-03-01 10:00:00")),
        ("at", "ne", "2026-03-01", {"not": leaf("at", "range", ["2026-03-01 00:00:00", "2026-03-02 00:00:00"])}),
        ("at", "lte", "2026-03-01", leaf("at", "lt", "2026-03-02 00:00:00")), ("at", "gt", "2026-03-01", leaf("at", "gte", "2026-03-02 00:00:00")),
        ("at", "lt", "2026-03-01", leaf("at", "lt", "2026-03-01 00:00:00")), ("at", "gte", "2026-03-01", leaf("at", "gte", "2026-03-01 00:00:00")),
        ("at", "between", ["2026-03-01", "2026-03-05"], {"and": [leaf("at", "gte", "2026-03-01 00:00:00"), leaf("at", "lt", "2026-03-06 00:00:00")]}),
        ("CJRQ", "within", "today", leaf("CJRQ", "range", [20260331, 20260401])), ("CJRQ", "eq", "0", leaf("CJRQ", "eq", 0)),
        ("seen", "within", "yesterday", leaf("seen", "range", [second("2026-03-30 00:00:00"), second("2026-03-31 00:00:00")])),
        ("level", "eq", "A", leaf("level", "eq", "A")), ("level", "eq", "Core", leaf("level", "eq", "A")), ("level", "in", ["核心", "Z"], leaf("level", "in", ["A", "Z"])),
        ("used", "is_true", None, leaf("used", "is_true")), ("used", "eq", True, leaf("used", "eq", 1)), ("used", "eq", "no", leaf("used", "eq", 0)),
        ("tags", "has", "x", leaf("tags", "has", "x")), ("phone", "starts", "138", leaf("phone", "starts", "138")), ("phone", "eq", "?", leaf("phone", "eq", "?")),
        ("owner", "eq", {"actor": "employee"}, leaf("owner", "in", ["YG0101"])), ("owner", "ne", {"actor": "employee"}, leaf("owner", "not_in", ["YG0101"])),
        ("owner", "in", {"actor": "units_below"}, leaf("owner", "in", ["10", "1001"])),
    ],
)  # fmt: skip
def test_what_is_typed_becomes_what_is_stored(field: str, op: str, value: Any, expected: Any) -> None:
    found = resolved(field, op, value)
    assert found == expected
    read(found)  # the compilers take it


def test_somebody_without_a_code_matches_nothing() -> None:
    for op in ("eq", "ne"):
        assert resolved("owner", op, {"actor": "employee"}, NOBODY) == leaf("owner", "in", [])


def test_a_path_leads_to_the_related_field() -> None:
    condition = leaf("customer.amount", "gt", "5")
    assert conditions.resolve(ORDER, condition, TODAY, SELLER, ENTITIES) == leaf(
        "customer.amount", "gt", Decimal(5)
    )
    assert conditions.describe(
        ORDER, condition, "en", ENTITIES
    ) == "Customer › Amount more than ¥\u202f5.00".replace("¥\u202f", "")


@pytest.mark.parametrize(
    ("field", "op", "value", "words"),
    [("id", "eq", "x", "whole number"), ("id", "eq", None, "single value"), ("id", "eq", ["1"], "single value"), ("id", "eq", "", "needs a value"), ("id", "contains", "1", "cannot be compared"),
     ("id", "sounds_like", "1", "cannot be compared"), ("photo", "eq", "x", "cannot be compared"), ("amount", "between", ["1"], "two ends"), ("amount", "between", ["", ""], "two ends"), ("amount", "between", "1", "two ends"),
     ("amount", "between", [["1"], "2"], "single value"), ("day", "within", "some_day", "not a known time"), ("day", "within", "last_x_days", "not a known time"), ("day", "eq", "soon", "not a date"), ("at", "lte", "9999-12-31", "not a date"),
     ("id", "in", [str(n) for n in range(1001)], "at most 1000"), ("id", "in", [["1"]], "single value"), ("owner", "eq", {"actor": "password"}, "cannot be read"), ("owner", "starts", {"actor": "employee"}, "cannot be read")],
)  # fmt: skip
def test_what_cannot_be_compared_is_refused_with_a_sentence(
    field: str, op: str, value: Any, words: str
) -> None:
    with pytest.raises(Invalid, match=words):
        resolved(field, op, value)


@pytest.mark.parametrize("name", ["nothing", "customer.x", "customer.", ".", "name.x", "__class__"])
def test_unknown_fields_are_worded_as_unknown(name: str) -> None:
    with pytest.raises(NotVisible, match="no field called"):
        resolved(name, "eq", "1")


@pytest.mark.parametrize(
    "condition",
    [
        "x",
        [],
        {"and": {}},
        {"xor": []},
        {"and": [], "or": []},
        {"and": ["x"]},
        {"not": []},
        {"field": 5, "op": "eq"},
        {"field": "id"},
        {"field": "id", "op": ["eq"]},
    ],
)
def test_a_misshapen_condition_is_refused(condition: Any) -> None:
    with pytest.raises(Invalid, match="cannot be read"):
        conditions.resolve(CUSTOMER, condition, TODAY, SELLER)


def test_size_and_depth_are_bounded() -> None:
    deep: Any = leaf("id", "eq", 1)
    for _step in range(9):
        deep = {"not": deep}
    with pytest.raises(Invalid, match="8 groups deep"):
        conditions.resolve(CUSTOMER, deep, TODAY, SELLER)
    with pytest.raises(Invalid, match="more than 50"):
        conditions.resolve(CUSTOMER, {"and": [leaf("id", "eq", 1)] * 51}, TODAY, SELLER)


@pytest.mark.parametrize("condition", [None, {}])
def test_no_condition_means_everything(condition: Any) -> None:
    assert conditions.resolve(CUSTOMER, condition, TODAY, SELLER) is None


@pytest.mark.parametrize(
    ("condition", "words"),
    [(leaf("name", "starts", "星"), "Customer name starts with 星"), (leaf("amount", "between", ["100", "2000"]), "Amount from 100.00 to 2,000.00"), (leaf("amount", "between", ["", "2"]), "Amount from … to 2.00"),
     (leaf("level", "in", ["A", "Z"]), "Level is one of Core, Z"), (leaf("day", "within", "this_month"), "Day: this month"), (leaf("day", "within", "last_7_days"), "Day: the last 7 days"), (leaf("name", "empty"), "Customer name is empty"),
     (leaf("owner", "eq", {"actor": "employee"}), "Owner is my own"), (leaf("id", "eq", "odd"), "id is odd"), ({"and": [leaf("id", "eq", 1), {"or": [leaf("id", "eq", 2), leaf("used", "is_true")]}]}, "id is 1 and (id is 2 or used is yes)"),
     ({"not": leaf("id", "eq", 1)}, "not (id is 1)"), (leaf("id", "in", [1, 2, 3, 4, 5, 6]), "id is one of 1, 2, 3, 4, 5…"), ({}, ""), (None, "")],
)  # fmt: skip
def test_a_condition_in_words(condition: Any, words: str) -> None:
    assert conditions.describe(CUSTOMER, condition, "en", ENTITIES) == words


def test_a_condition_in_chinese() -> None:
    with make_app().test_request_context():
        assert "客户名称" in conditions.describe(CUSTOMER, leaf("name", "starts", "星"), "zh")
        assert "核心" in conditions.describe(CUSTOMER, leaf("level", "eq", "A"), "zh")


@pytest.mark.parametrize(
    ("period", "low", "high"),
    [("today", "2026-03-31", "2026-04-01"), ("yesterday", "2026-03-30", "2026-03-31"), ("tomorrow", "2026-04-01", "2026-04-02"), ("this_week", "2026-03-30", "2026-04-06"), ("last_week", "2026-03-23", "2026-03-30"),
     ("this_month", "2026-03-01", "2026-04-01"), ("last_month", "2026-02-01", "2026-03-01"), ("next_month", "2026-04-01", "2026-05-01"), ("this_quarter", "2026-01-01", "2026-04-01"), ("last_quarter", "2025-10-01", "2026-01-01"),
     ("this_year", "2026-01-01", "2027-01-01"), ("last_year", "2025-01-01", "2026-01-01"), ("last_7_days", "2026-03-25", "2026-04-01"), ("next_7_days", "2026-03-31", "2026-04-07")],
)  # fmt: skip
def test_times_relative_to_today(period: str, low: str, high: str) -> None:
    assert periods.ends_of(period, TODAY) == (date.fromisoformat(low), date.fromisoformat(high))


def test_every_offered_time_has_words_and_ends() -> None:
    for period, words in periods.choices():
        assert "_" not in words
        assert any(periods.ends_of(period, TODAY))


def test_the_filter_menu_brings_the_times_along() -> None:
    menu = {entry["op"]: entry for entry in conditions.operator_menu(CUSTOMER.fields["day"])}
    assert {"value": "this_month", "label": "this month"} in menu["within"]["choices"]
    assert menu["eq"] == {"op": "eq", "label": "is"}
