"""Every kind of chart: its numbers, its figure, and the list that each number opens."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask_babel import force_locale

from charts import board
from charts.kinds import kinds
from charts.nouns import Chart
from fields import conditions
from models import condition as stored_conditions
from models.policy import FieldRule
from models.wiring.nouns import Label
from tests.charts.conftest import BOSS, SALES, SELLER, TODAY, Shop

pytestmark = pytest.mark.usefixtures("babel")


@pytest.fixture(autouse=True)
def _closed(shop: Shop) -> Iterator[None]:
    yield
    shop.close()


def chart(kind: str, **settings: Any) -> Chart:
    return Chart("c", kind, "sales", Label("Sales"), settings=settings)


DRAWN = [
    chart("months", date="AT", group="STATUS", measure="sum:AMOUNT"),
    chart("months", date="YMD"),
    chart("line", date="DAY"),
    chart("line", date="SEC", group="STATUS"),
    chart("split", group="STATUS"),
    chart("split", group="STATUS", date="YMD", months=3),
    chart("funnel", group="STATUS"),
    chart("ranking", group="OWNER", top=5),
    chart("ranking", group="OWNER", date="DAY", measure="sum:AMOUNT", top=5),
    chart("stat", date="DAY"),
    chart("stat", filter={"and": [{"field": "STATUS", "op": "eq", "value": "90"}]}),
]


def rows_behind(shop: Shop, url: str) -> int:
    """How many sales the list at this address shows, by the Python side of the condition language."""
    typed = json.loads(parse_qs(urlsplit(url).query)["filter"][0])
    where = conditions.resolve(shop.entity, typed, TODAY, BOSS, shop.catalogue)
    return sum(1 for sale in SALES if stored_conditions.holds(shop.entity, sale, where) is True)


@pytest.mark.parametrize("drawn", DRAWN, ids=lambda one: f"{one.kind}-{'-'.join(map(str, one.settings))}")
def test_every_number_opens_the_list_that_it_counts(shop: Shop, drawn: Chart) -> None:
    counted = Chart("c", drawn.kind, "sales", drawn.title, settings={**drawn.settings, "measure": "count"})
    picture = kinds()[drawn.kind].picture(shop.desk(), counted)
    points = [point for line in picture.points for point in line if point.value]
    linked = [point for point in points if point.url]
    assert linked
    assert [rows_behind(shop, point.url) for point in linked] == [point.value for point in linked]


@pytest.mark.parametrize(
    "drawn", DRAWN[:-2], ids=lambda one: f"{one.kind}-{'-'.join(map(str, one.settings))}"
)
def test_every_figure_is_plain_json_with_words_and_addresses(shop: Shop, drawn: Chart) -> None:
    figure = json.loads(board.draw(shop.desk(), drawn).figure)
    assert figure["data"]
    for trace in figure["data"]:
        assert all(len(one) == 2 for one in trace["customdata"])
    assert "template" not in figure["layout"] or figure["layout"]["template"] == {}


def test_a_stat_is_compared_with_the_month_before(shop: Shop) -> None:
    picture = kinds()["stat"].picture(shop.desk(), chart("stat", date="YMD"))
    now = sum(1 for sale in SALES if 20261101 <= sale["YMD"] <= 20261123)
    before = sum(1 for sale in SALES if 20261001 <= sale["YMD"] <= 20261023)
    assert picture.points[0][0].value == now
    assert picture.extra["rises"] == (now >= before)


def test_a_funnel_keeps_the_order_of_its_stages(shop: Shop) -> None:
    picture = kinds()["funnel"].picture(shop.desk(), chart("funnel", group="STATUS"))
    assert [part.label for part in picture.categories] == ["New", "Shipped", "Cancelled", "Not set"]


def test_markup_in_a_name_stays_text(shop: Shop) -> None:
    table = shop.entity.table
    with shop.engine.begin() as connection:
        connection.execute(
            table.insert().values(ID=9999, OWNER="<b>x</b>", AMOUNT=99_999_999, DAY="2026-11-01")
        )
    try:
        figure = board.draw(shop.desk(), chart("ranking", group="OWNER", measure="sum:AMOUNT")).figure
    finally:
        with shop.engine.begin() as connection:
            connection.execute(table.delete().where(table.c.ID == 9999))
    assert "<b>x</b>" not in json.loads(figure)["layout"]["yaxis"]["ticktext"]
    assert "&lt;b&gt;x&lt;/b&gt;" in json.loads(figure)["layout"]["yaxis"]["ticktext"]


def test_a_chart_that_cannot_be_shown_says_why(shop: Shop) -> None:
    hidden = (FieldRule("Boss", "sales", "AMOUNT", "hidden"),)
    found = board.draw(shop.desk(BOSS, hidden), DRAWN[0])
    assert "may not see" in found.problem
    assert found.figure == ""
    assert board.draw(shop.desk(), chart("months")).problem.startswith("This chart is not complete")


def test_two_people_never_share_an_answer(shop: Shop) -> None:
    everything, own = shop.desk(), shop.desk(SELLER)
    own.cache = everything.cache
    counts = [kinds()["stat"].picture(desk, chart("stat")).points[0][0].value for desk in (everything, own)]
    assert counts == [len(SALES), sum(1 for sale in SALES if sale["OWNER"] == "E3")]


def test_labels_follow_the_language_and_the_answer_is_shared(shop: Shop, babel: Flask) -> None:
    desk = shop.desk()
    with force_locale("zh"):
        assert kinds()["split"].picture(desk, chart("split", group="STATUS")).axis == "状态"
    with force_locale("en"):
        assert kinds()["split"].picture(desk, chart("split", group="STATUS")).axis == "Status"


def test_every_kind_is_documented_by_what_it_needs() -> None:
    for kind in kinds().values():
        assert set(kind.needs) | set(kind.takes) <= {"date", "group", "measure", "filter", "months", "top"}
        assert str(kind.label)


@pytest.mark.parametrize("kind", kinds())
def test_every_kind_has_a_heading_in_the_docs(kind: str) -> None:
    assert f"\n### {kind}\n" in (Path(__file__).parents[2] / "docs/dashboards.md").read_text(encoding="utf-8")
