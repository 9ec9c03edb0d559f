"""What stands around every page: search by keyboard, the sheet of keys, light and dark, the language, signing out."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Invite
from tests.browser.visitor import Visitor
from tests.browser.walk import Walk

BACKGROUND = "() => getComputedStyle(document.body).backgroundColor"


@pytest.fixture(
    params=[("en", False), ("en", True), ("zh", False), ("zh", True)],
    ids=["en-desk", "en-phone", "zh-desk", "zh-phone"],
)
def visitor(request: pytest.FixtureRequest, invite: Invite) -> Visitor:
    language, phone = request.param
    return invite("manager_east", language=language, phone=phone)


def test_a_slash_and_some_letters_lead_to_a_record(walk: Walk) -> None:
    walk.visitor.go("/")
    if walk.case.phone:
        walk.visitor.press(".bottom a[href*='/search']")
        walk.page.fill("#page-search", walk.case.searched)
        walk.page.press("#page-search", "Enter")
        walk.page.wait_for_url("**q=*")
    else:
        walk.page.keyboard.press("/")
        expect(walk.page.locator("#search")).to_be_focused()
        walk.page.keyboard.type(walk.case.searched)
    hit = walk.page.locator("a.hit", has_text=walk.case.searched).first
    expect(hit).to_be_visible()
    walk.visitor.settle()
    walk.visitor.look(closely=True)
    with walk.page.expect_navigation():
        if walk.case.phone:
            walk.visitor.press(hit)
        else:
            walk.page.keyboard.press("ArrowDown")
            walk.page.keyboard.press("Enter")
    walk.visitor.settle()
    expect(walk.page.locator("h1")).to_contain_text(walk.case.searched)


def test_keys_open_and_close_the_sheet_of_keys(visitor: Visitor) -> None:
    visitor.go("/data/customers/list/")
    visitor.page.keyboard.press("?")
    sheet = visitor.page.locator("dialog#keys")
    expect(sheet).to_be_visible()
    visitor.look(closely=True)
    visitor.page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()


def test_keys_walk_through_the_rows_and_open_one(visitor: Visitor) -> None:
    visitor.go("/data/customers/list/")
    second = visitor.page.locator("[data-rows] a.cell-title").nth(1).inner_text()
    for key in "jjkj":
        visitor.page.keyboard.press(key)
    with visitor.page.expect_navigation():
        visitor.page.keyboard.press("Enter")
    visitor.settle()
    expect(visitor.page.locator("h1")).to_contain_text(second)


def test_dark_is_chosen_and_stays(visitor: Visitor) -> None:
    visitor.go("/")
    light = visitor.page.evaluate(BACKGROUND)
    visitor.press("button[popovertarget=theme-menu]")
    visitor.look()
    visitor.press("[data-theme-choice=dark]")
    dark = visitor.page.evaluate(BACKGROUND)
    assert dark != light
    visitor.go("/data/customers/list/")
    assert visitor.page.evaluate(BACKGROUND) == dark
    visitor.look()


def test_the_other_language_is_chosen_and_stays(visitor: Visitor) -> None:
    other = {"en": "zh-CN", "zh": "en"}[visitor.language]
    visitor.go("/data/customers/list/")
    visitor.press("button[popovertarget=language-menu]")
    visitor.look()
    visitor.follow(f"#language-menu [lang='{other}']")
    assert visitor.page.url.endswith("/data/customers/list/")
    visitor.go("/")
    assert visitor.page.evaluate("() => document.documentElement.lang") == other
    visitor.look()


@pytest.mark.parametrize(("language", "phone"), [("en", True), ("zh", False)])
def test_signing_out_ends_the_session(invite: Invite, language: str, phone: bool) -> None:
    visitor = invite(language=language, phone=phone)
    visitor.sign_in("sales_west")
    visitor.go("/data/customers/list/")
    visitor.press("button[popovertarget=person-menu]")
    visitor.look()
    visitor.follow("#person-menu form button")
    visitor.go("/data/customers/list/")
    assert "/login" in visitor.page.url
    visitor.look(closely=True)


def test_the_programs_interface_is_explained_in_the_persons_language(visitor: Visitor) -> None:
    visitor.go("/api/docs")
    visitor.press("#swagger .opblock-summary-control")
    button = visitor.page.locator("#swagger .try-out__btn").first
    expect(button).to_have_text("试一试" if visitor.language == "zh" else "Try it")
    for words in ("Parameters", "Responses", "Authorize", "Servers"):
        if visitor.language == "zh" or words == "Authorize":
            expect(
                visitor.page.locator("#swagger").get_by_text(words, exact=True).locator("visible=true")
            ).to_have_count(0)
    visitor.look(closely=True)
