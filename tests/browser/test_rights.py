"""The builder of a right's condition, on a desk and on a phone: built, kept, drawn again, and nothing lost by a mistake."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser
PAGE = "/rights/entity?role=Executive&entity=orders"
Invite = Callable[..., Visitor]


@pytest.fixture(params=[("en", False), ("zh", True)], ids=["desk-en", "phone-zh"])
def visitor(request: pytest.FixtureRequest, invite: Invite) -> Visitor:
    language, phone = request.param
    found = invite("admin", phone=phone, language=language)
    found.go(PAGE)
    return found


def test_a_condition_through_a_relation_is_built_and_comes_back(visitor: Visitor) -> None:
    page = visitor.page
    page.locator('[name="scope.see"]').select_option("rule")
    page.locator("[data-filter-field]").first.select_option("KHBH.DQBM")
    page.locator("[data-filter-op]").first.select_option("in_own")
    page.locator(".filter-values select").first.select_option("regions")
    visitor.press("[data-save]")
    expect(page.locator("[data-filter-field]").first).to_have_value("KHBH.DQBM")
    expect(page.locator("[data-filter-op]").first).to_have_value("in_own")
    visitor.press("[data-save]")
    expect(page.locator("[data-filter-op]").first).to_have_value("in_own")
    page.locator('[name="scope.see"]').select_option("")
    visitor.press("[data-save]")
    expect(page.locator('[name="scope.see"]')).to_have_value("")


def test_a_path_over_three_relations_is_picked_step_by_step(visitor: Visitor) -> None:
    page = visitor.page
    page.locator('[name="scope.see"]').select_option("rule")
    field = page.locator("[data-filter-field]").first
    for lead, first in (("KHBH.YWY.", "KHBH.YWY."), ("KHBH.YWY.BMBH.", "KHBH.YWY.BMBH.")):
        field.select_option(lead)
        expect(field).to_have_value(re.compile(re.escape(first) + r"[^.]+"))
    field.select_option("KHBH.YWY.BMBH.BMMC")
    page.locator("[data-filter-op]").first.select_option("starts")
    page.locator(".filter-values input").first.fill("A")
    visitor.press("[data-save]")
    expect(page.locator("[data-filter-field]").first).to_have_value("KHBH.YWY.BMBH.BMMC")
    expect(page.locator(".filter-values input").first).to_have_value("A")
    page.locator('[name="scope.see"]').select_option("")
    visitor.press("[data-save]")
    expect(page.locator('[name="scope.see"]')).to_have_value("")


def test_a_mistake_loses_nothing_that_was_built(visitor: Visitor) -> None:
    page = visitor.page
    page.locator('[name="scope.see"]').select_option("rule")
    page.locator("[data-filter-field]").first.select_option("DDH")
    page.locator("[data-filter-op]").first.select_option("starts")
    page.locator(".filter-values input").first.fill("12000")
    page.locator('[name="scope.export"]').select_option("units")
    visitor.press("[data-save]")
    expect(page.locator("[role=alert]").first).to_be_visible()
    expect(page.locator("[data-filter-field]").first).to_have_value("DDH")
    expect(page.locator(".filter-values input").first).to_have_value("12000")
    visitor.press('[name="more"][value="scope.see"]')
    expect(page.locator('[name="1:scope.see"]')).to_be_visible()
    expect(page.locator(".filter-values input").first).to_have_value("12000")
