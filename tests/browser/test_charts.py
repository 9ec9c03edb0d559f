"""Charts in the hands of a visitor: a bar leads to the records behind it, and numbers can be read as a table."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Invite


@pytest.mark.parametrize(("language", "phone"), [("en", False), ("zh", True)], ids=["en-desk", "zh-phone"])
def test_a_bar_opens_the_list_of_what_it_counts(invite: Invite, language: str, phone: bool) -> None:
    visitor = invite("manager_east", language=language, phone=phone)
    visitor.go("/")
    bar = visitor.page.locator("[data-chart] .bars .point path").last
    expect(bar).to_be_visible()
    with visitor.page.expect_navigation():
        bar.click(force=True)
    visitor.settle()
    expect(visitor.page).to_have_url(re.compile(r"/data/[a-z-]+/list/\?.*filter="))
    expect(visitor.page.locator(".chip").first).to_be_visible()
    expect(visitor.page.locator("[data-rows] > tr").first).to_be_visible()
    visitor.look()
