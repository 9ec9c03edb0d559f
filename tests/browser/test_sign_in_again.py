"""A wrong password: the name need not be typed again, and the cursor stands where the password goes."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Invite


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_the_typed_name_comes_back_once(invite: Invite, scripts: bool) -> None:
    visitor = invite(phone=True, scripts=scripts)
    visitor.go("/login/")
    visitor.page.fill("#username", "nobody-of-this-name")
    visitor.page.fill("#password", "wrong")
    with visitor.page.expect_navigation():
        visitor.page.press("#password", "Enter")
    expect(visitor.page.locator("#username")).to_have_value("nobody-of-this-name")
    expect(visitor.page.locator("#password")).to_be_focused()
    expect(visitor.page.locator("#password")).to_have_value("")
    visitor.look()
    visitor.go("/login/")
    expect(visitor.page.locator("#username")).to_have_value("")
    expect(visitor.page.locator("#username")).to_be_focused()
