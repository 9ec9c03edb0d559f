"""Answers of the database equal the same sums in Python, for every way of keeping days, under the viewer's rights."""

from collections import Counter
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import event

from app.errors import NotVisible
from charts import question
from charts.periods import Period, last_months
from charts.question import Cell, Question, ask
from fields import column_type
from models.catalogue import Catalogue
from models.policy import FieldRule
from models.wiring.nouns import Entity, Wiring
from tests.charts.conftest import BOSS, FIELDS, SALES, SELLER, TODAY, Shop

YEAR = last_months(TODAY, 12)
LATELY = [sale for sale in SALES if sale["YMD"] >= 20251201]
DAYS = ["DAY", "AT", "YMD", "TXT", "SEC"]


def by_month(cells: list[Cell]) -> dict[int | None, int]:
    return {cell.month: int(cell.value) for cell in cells}


@pytest.mark.parametrize("day", DAYS)
def test_months_are_right_for_every_way_of_keeping_days(shop: Shop, day: str) -> None:
    asked = Question(date=day, period=YEAR, by_month=True)
    with shop.session() as session:
        found = by_month(ask(session, shop.entity, asked))
    assert found == Counter(sale["YMD"] // 100 for sale in LATELY)


@pytest.mark.parametrize("day", DAYS)
def test_a_period_ends_before_its_end(shop: Shop, day: str) -> None:
    start, end = date(2026, 3, 1), date(2026, 3, 15)
    with shop.session() as session:
        (cell,) = ask(session, shop.entity, Question(date=day, period=Period(start, end)))
    assert cell.value == sum(1 for sale in SALES if 20260301 <= sale["YMD"] < 20260315)


def test_amounts_are_added_up_by_group(shop: Shop) -> None:
    with shop.session() as session:
        cells = ask(session, shop.entity, Question("sum:AMOUNT", group="STATUS"))
    sums: Counter[str | None] = Counter()
    for sale in SALES:
        sums[sale["STATUS"]] += sale["AMOUNT"]
    assert {cell.group: round(Decimal(str(cell.value)), 2) for cell in cells} == sums
    assert [cell.value for cell in cells] == sorted((cell.value for cell in cells), reverse=True)


def test_the_largest_groups_and_the_rest_make_the_whole(shop: Shop) -> None:
    with shop.session() as session:
        cells = ask(session, shop.entity, Question(group="OWNER", top=5))
    largest = Counter(sale["OWNER"] for sale in SALES).most_common(5)
    assert sorted(cell.value for cell in cells[:5]) == sorted(number for _owner, number in largest)
    assert cells[5].is_other
    assert sum(cell.value for cell in cells) == len(SALES)


@pytest.mark.parametrize("most", [2000, 50])
def test_months_by_group_are_bounded(shop: Shop, monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    monkeypatch.setattr(question, "MAX_ROWS", most)
    asked = Question(date="AT", period=YEAR, by_month=True, group="OWNER", top=3)
    with shop.session() as session:
        cells = ask(session, shop.entity, asked)
    assert len({cell.group for cell in cells if not cell.is_other}) == 3
    months: Counter[int | None] = Counter()
    for cell in cells:
        months[cell.month] += int(cell.value)
    assert months == Counter(sale["YMD"] // 100 for sale in LATELY)


def test_a_group_without_a_value_is_one_of_the_groups_kept(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(question, "MAX_ROWS", 10)
    asked = Question(date="AT", period=YEAR, by_month=True, group="STATUS", top=4)
    with shop.session() as session:
        cells = ask(session, shop.entity, asked)
    assert sum(cell.value for cell in cells if cell.group is None) == sum(
        1 for sale in LATELY if not sale["STATUS"]
    )
    assert not any(cell.is_other for cell in cells)


def test_a_filter_narrows_down(shop: Shop) -> None:
    where = {
        "and": [{"field": "STATUS", "op": "eq", "value": "90"}, {"field": "AMOUNT", "op": "gt", "value": 500}]
    }
    with shop.session() as session:
        (cell,) = ask(session, shop.entity, Question(filter=where))
    assert cell.value == sum(1 for sale in SALES if sale["STATUS"] == "90" and sale["AMOUNT"] > 500)


def test_a_seller_counts_only_his_own(shop: Shop) -> None:
    with shop.session(SELLER) as session:
        (cell,) = ask(session, shop.entity, Question())
        groups = ask(session, shop.entity, Question(group="OWNER"))
    assert cell.value == sum(1 for sale in SALES if sale["OWNER"] == "E3") > 0
    assert [one.group for one in groups] == ["E3"]


@pytest.mark.parametrize("right", ["hidden", "masked"])
@pytest.mark.parametrize(
    "asked",
    [
        Question("sum:AMOUNT"),
        Question("avg:AMOUNT"),
        Question(group="AMOUNT"),
        Question(filter={"field": "AMOUNT", "op": "gt", "value": 5}),
    ],
    ids=["sum", "average", "group", "filter"],
)
def test_nothing_is_told_about_a_field_that_is_not_open(shop: Shop, asked: Question, right: str) -> None:
    rights = (FieldRule("Boss", "sales", "AMOUNT", right),)
    with shop.session(BOSS, rights) as session, pytest.raises(NotVisible):
        ask(session, shop.entity, asked)


def test_the_server_ends_a_chart_that_takes_too_long(shop: Shop) -> None:
    seen: list[str] = []
    listener = lambda *words: seen.append(words[2])  # noqa: E731 - to be removed again
    event.listen(shop.engine, "before_cursor_execute", listener)
    try:
        with shop.session() as session:
            ask(session, shop.entity, Question(group="OWNER", top=3))
    finally:
        event.remove(shop.engine, "before_cursor_execute", listener)
    limit = "SET STATEMENT max_statement_time=15.000 FOR " if shop.engine.name == "mysql" else ""
    assert len(seen) == 2
    assert all(statement.startswith(f"{limit}SELECT") for statement in seen)


def test_rows_of_another_tenant_count_in_no_chart(shop: Shop) -> None:
    ours = Entity("sales", "SALES", shop.entity.label, dict(FIELDS), ("ID",), owner="OWNER", fixed={"STATUS": "20"})  # fmt: skip
    catalogue = Catalogue(Wiring(2, {"sales": ours}), shop.catalogue.schema, column_type)
    narrow = Shop(shop.engine, catalogue)
    whole = Question(date="YMD", period=YEAR)
    with narrow.session() as session:
        (cell,) = ask(session, narrow.entity, whole)
        months = by_month(ask(session, narrow.entity, Question(date="YMD", period=YEAR, by_month=True)))
    kept = [sale for sale in LATELY if sale["STATUS"] == "20"]
    assert 0 < cell.value == len(kept) < len(LATELY)
    assert months == Counter(sale["YMD"] // 100 for sale in kept)
