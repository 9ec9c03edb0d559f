"""The browser writes days as it likes; the page says the chosen one in its own language."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Invite

WORDS = {
    "en": ("Tuesday, September 29, 2026", "Thursday, January 1, 2026"),
    "zh": ("2026年9月29日星期二", "2026年1月1日星期四"),
}


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_chosen_day_is_said_in_the_pages_language(invite: Invite, language: str, phone: bool) -> None:
    visitor = invite("manager_east", language=language, phone=phone)
    visitor.go("/substitutes/")
    field = visitor.page.locator("#lend-until")
    said = visitor.page.locator("#lend-until + .date-said")
    for day, words in zip(("2026-09-29", "2026-01-01"), WORDS[language], strict=True):
        field.fill(day)
        expect(said).to_have_text(words)
    visitor.look()
    field.fill("")
    expect(said).to_be_hidden()
