"""Without JavaScript the daily work goes on: sign in, list, next page, filter by address, edit and save."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Invite
from tests.browser.visitor import Visitor

LIST = "/data/customers/list/"
TITLES = "[data-rows] a.cell-title"


@pytest.fixture(params=[False, True], ids=["desk", "phone"])
def visitor(request: pytest.FixtureRequest, invite: Invite) -> Visitor:
    visitor = invite(phone=request.param, scripts=False)
    visitor.sign_in("clerk")
    return visitor


def test_the_list_has_its_pages(visitor: Visitor) -> None:
    visitor.go(LIST)
    first = visitor.page.locator(TITLES).all_inner_texts()
    visitor.follow(".pager a[rel=next]")
    second = visitor.page.locator(TITLES).all_inner_texts()
    assert first
    assert second
    assert not set(first) & set(second)
    visitor.follow(".pager a[rel=prev]")
    assert visitor.page.locator(TITLES).all_inner_texts() == first
    visitor.look()


def test_an_address_filters(visitor: Visitor) -> None:
    visitor.go(LIST)
    name = visitor.page.locator(TITLES).first.inner_text()
    condition = {"and": [{"field": "KHMC", "op": "eq", "value": name}]}
    visitor.go(f"{LIST}?filter={quote(json.dumps(condition))}")
    assert set(visitor.page.locator(TITLES).all_inner_texts()) == {name}
    expect(visitor.page.locator(".chip")).to_contain_text(name)
    visitor.follow(".chip-remove")
    assert visitor.page.locator(TITLES).count() > 1
    visitor.look()


def test_the_quick_search_is_a_form(visitor: Visitor) -> None:
    visitor.go(LIST)
    code = visitor.page.locator("[data-rows] > tr").last.locator("td").nth(1).inner_text()
    visitor.page.fill("#quick", code)
    visitor.page.press("#quick", "Enter")
    visitor.page.wait_for_url("**q=*")
    assert visitor.page.locator(TITLES).count() == 1


def test_a_record_is_edited_and_saved(visitor: Visitor) -> None:
    visitor.go(LIST)
    visitor.follow(visitor.page.locator(TITLES).nth(3))
    visitor.follow("[data-key=e]")
    remark = visitor.page.locator("[name='f.BZ']")
    before = remark.input_value()
    for text in ("Called back without a script", before):
        remark.fill(text)
        visitor.follow("form[data-main-form] [data-save]")
        expect(visitor.page.locator("#toasts .note-success")).to_be_visible()
        visitor.follow("[data-key=e]")
        expect(remark).to_have_value(text)
    visitor.look()


def test_a_refused_form_comes_back_with_what_was_typed(visitor: Visitor) -> None:
    visitor.go("/data/customers/add")
    visitor.page.fill("[name='f.KHMC']", "A customer without a code")
    visitor.page.fill("[name='f.DZYX']", "not an address")
    code = visitor.page.locator("[name='f.KHBH']")
    code.fill(" ")
    visitor.follow("form[data-main-form] [data-save]")
    expect(visitor.page.locator(".form-summary")).to_be_visible()
    expect(visitor.page.locator("[name='f.KHMC']")).to_have_value("A customer without a code")
    expect(visitor.page.locator("[name='f.DZYX']")).to_have_value("not an address")
    visitor.look()


def test_the_menu_and_signing_out_need_no_script(visitor: Visitor) -> None:
    visitor.go("/")
    if visitor.is_phone:
        visitor.press(".bottom button[popovertarget=side]")
    visitor.follow(".side a[href='/data/orders/list/']")
    expect(visitor.page.locator(TITLES).first).to_be_visible()
    visitor.press("button[popovertarget=person-menu]")
    visitor.follow("#person-menu form button")
    visitor.go(LIST)
    assert "/login" in visitor.page.url
