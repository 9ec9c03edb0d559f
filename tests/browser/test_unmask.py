"""A masked value is shown for a reason, in its place, and goes away again; without JavaScript on a page that leads back."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.browser.visitor import Visitor

WHOLE = re.compile(r"\d[\d ]{14,}\d")


def open_payment(visitor: Visitor) -> None:
    visitor.go("/data/payments/list/")
    href = visitor.page.locator("[data-rows] a.cell-title").first.get_attribute("href") or ""
    visitor.go(href)


@pytest.mark.parametrize(("phone", "language"), [(False, "en"), (True, "zh")])
def test_it_stands_beside_its_mask_for_half_a_minute(
    invite: Callable[..., Visitor], phone: bool, language: str
) -> None:
    visitor = invite("manager_east", phone=phone, language=language)
    visitor.page.clock.install()
    open_payment(visitor)
    question = visitor.page.locator(".unmask").first
    assert not WHOLE.search(visitor.page.locator(".record-main").inner_text().replace("SK", ""))
    question.locator("summary").click()
    visitor.look()
    question.locator("[name=reason]").fill("The bank asks for it")
    question.locator("button").click()
    value = visitor.page.locator(".unmasked")
    value.wait_for()
    assert WHOLE.search(value.inner_text())
    visitor.page.emulate_media(media="print")
    assert not value.is_visible()
    visitor.page.emulate_media(media="screen")
    visitor.page.clock.fast_forward("00:31")
    value.wait_for(state="detached")
    assert visitor.page.locator(".unmask").count() == 1


def test_without_scripts_it_has_a_page_that_leads_back(invite: Callable[..., Visitor]) -> None:
    visitor = invite("manager_east", scripts=False)
    open_payment(visitor)
    record = visitor.page.url
    visitor.page.locator(".unmask summary").first.click()
    visitor.page.locator(".unmask [name=reason]").first.fill("The bank asks for it")
    visitor.page.locator(".unmask button").first.click()
    value = visitor.page.locator(".unmasked")
    value.wait_for()
    assert WHOLE.search(value.inner_text())
    leads = visitor.page.locator("meta[http-equiv=refresh]").get_attribute("content") or ""
    assert leads == f"30;url={record.partition('/data')[1]}{record.partition('/data')[2]}"
