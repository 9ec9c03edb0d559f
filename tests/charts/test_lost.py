"""A chart about a column that is gone says so in its place; the others are drawn."""

from dataclasses import replace
from typing import Any

import pytest

from charts.board import draw
from charts.cache import AnswerCache
from charts.desk import Desk
from charts.kinds import kinds
from charts.nouns import Chart
from fields import column_type
from models.catalogue import Catalogue
from models.guard import RecordSession
from models.policy import FieldRule, Policy
from models.wiring.nouns import Label, Wiring
from tests.charts.conftest import BOSS, RULES, TODAY, Shop

SETTINGS = {
    "date": {"date": "DAY"},
    "group": {"group": "STATUS"},
    "measure": {"measure": "sum:AMOUNT"},
    "filter": {"filter": {"field": "OWNER", "op": "eq", "value": "E3"}},
}
LOST = {"date": "DAY", "group": "STATUS", "measure": "AMOUNT", "filter": "OWNER"}
WHOLE: dict[str, Any] = {key: value for part in SETTINGS.values() for key, value in part.items()}


def desk(shop: Shop, column: str, rights: tuple[FieldRule, ...] = ()) -> Desk:
    """Over the shop without a column."""
    left = {name: field for name, field in shop.entity.fields.items() if name != column}
    entity = replace(shop.entity, fields=left, owner="", lost={column: Label("Lost one")})
    catalogue = Catalogue(Wiring(2, {"sales": entity}), shop.catalogue.schema, column_type)
    rules = tuple(rule for rule in RULES if rule.role in BOSS.roles)
    shop.opened.append(RecordSession(shop.engine, Policy(BOSS, catalogue, rules, rights)))
    return Desk(shop.opened[-1], TODAY, AnswerCache())


@pytest.mark.usefixtures("babel")
@pytest.mark.parametrize("part", SETTINGS)
@pytest.mark.parametrize("kind", sorted(set(kinds()) - {"overdue"}))
def test_each_kind_says_what_is_gone(shop: Shop, kind: str, part: str) -> None:
    drawn = draw(desk(shop, LOST[part]), Chart("one", kind, "sales", Label("One"), settings=WHOLE))
    assert drawn.problem or kind == "stat" or part not in {*kinds()[kind].needs, *kinds()[kind].takes}
    if part != "filter" and drawn.problem:
        assert "Lost one" in drawn.problem
    whole = {key: value for key, value in WHOLE.items() if key != part}
    if part in {"measure", "filter"}:
        other = draw(desk(shop, LOST[part]), Chart("one", kind, "sales", Label("One"), settings=whole))
        assert other.problem == ""
    shop.close()


@pytest.mark.usefixtures("babel")
def test_what_was_hidden_is_not_named_when_it_goes(shop: Shop) -> None:
    hidden = (FieldRule("Boss", "sales", "AMOUNT", "hidden"),)
    drawn = draw(
        desk(shop, "AMOUNT", hidden),
        Chart("one", "stat", "sales", Label("One"), settings={"measure": "sum:AMOUNT"}),
    )
    assert "may not see" in drawn.problem
    assert "Lost one" not in drawn.problem
    shop.close()
