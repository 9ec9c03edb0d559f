"""A record in the hands of a visitor: look, edit, be warned, meet a colleague's change, delete, take back."""

from __future__ import annotations

import pytest
from playwright.sync_api import Dialog, expect

from tests.browser.cases import LONELY
from tests.browser.walk import Walk

RELATED = {
    "customer": "SMITH",
    "film": "ACADEMY DINOSAUR",
    "jsh_supplier": "供应商1",
    "jsh_material": "商品1",
}
"""A record of each table that others belong to."""


@pytest.fixture
def lonely(walk: Walk) -> str:
    """A record that nothing refers to, new for each test."""
    walk.site.sql(f"DELETE FROM {walk.case.table} WHERE {walk.case.title} LIKE '{LONELY}%'", walk.case.lonely)
    return LONELY


def test_a_record_shows_its_facts_its_related_records_and_its_history(walk: Walk) -> None:
    walk.open_record(RELATED[walk.case.table])
    expect(walk.page.locator("h1")).to_contain_text(RELATED[walk.case.table])
    related = walk.page.locator("section[id^=related-]").first
    related.scroll_into_view_if_needed()
    expect(related.locator("tbody tr").first).to_be_visible()
    walk.page.locator(".record-side").scroll_into_view_if_needed()
    expect(walk.page.locator("[data-history]")).to_be_visible()
    walk.visitor.settle()
    walk.visitor.look(closely=True)
    child = related.locator("tbody a.cell-title").first
    walk.visitor.follow(child)
    walk.visitor.look()


def test_what_was_typed_stays_when_the_server_refuses_it(walk: Walk, lonely: str) -> None:
    column, wrong = walk.case.spoiled
    other, good = walk.case.bulk
    walk.open_form(lonely)
    walk.visitor.look(closely=True)
    walk.field(column).fill(wrong)
    if other != column:
        walk.field(other).fill(good)
    walk.page.locator("form[data-main-form]").evaluate("(form) => { form.noValidate = true; }")
    walk.save()
    expect(walk.page.locator(".form-summary")).to_be_visible()
    expect(walk.field(column)).to_have_value(wrong)
    expect(walk.field(column)).to_have_attribute("aria-invalid", "true")
    if other != column:
        expect(walk.field(other)).to_have_value(good)
    walk.visitor.look(closely=True)


def test_the_browser_asks_for_a_required_title_in_our_words(walk: Walk, lonely: str) -> None:
    walk.open_form(lonely)
    address = walk.page.url
    title = walk.field(walk.case.title)
    title.fill("")
    if title.get_attribute("required") is None:
        walk.save()
        assert "/show/" in walk.page.url
        return
    walk.visitor.press("form[data-main-form] [data-save]")
    message = walk.page.locator("[data-browser-error]")
    expect(message).to_have_count(1)
    is_chinese = any("\u4e00" <= letter <= "\u9fff" for letter in message.inner_text())
    assert is_chinese == (walk.case.language == "zh")
    assert walk.page.url == address
    walk.visitor.look(closely=True)


def test_leaving_with_unsaved_changes_asks_first(walk: Walk, lonely: str) -> None:
    walk.open_form(lonely)
    address, asked = walk.page.url, []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    walk.page.on("dialog", stay)
    column, value = walk.case.bulk
    walk.field(column).fill("")
    walk.field(column).press_sequentially(value)
    expect(walk.page.locator("[data-form-state]")).not_to_be_empty()
    walk.page.locator(".top .brand, .side .brand").locator("visible=true").first.click(no_wait_after=True)
    walk.page.wait_for_timeout(300)
    walk.page.remove_listener("dialog", stay)
    assert asked == ["beforeunload"]
    assert walk.page.url == address
    walk.save()
    assert str(walk.stored(column, lonely)) == value


def test_a_colleagues_change_is_shown_beside_mine_and_mine_can_be_saved(walk: Walk, lonely: str) -> None:
    case = walk.case
    column, mine = case.bulk
    theirs = "7" if mine.isdecimal() else "Theirs"
    shown = walk.open_form(lonely)
    walk.field(column).fill(mine)
    walk.site.sql(f"UPDATE {case.table} SET `{column}` = '{theirs}' WHERE {case.title} = '{lonely}'")
    walk.save()
    expect(walk.page.locator(".versions tbody tr")).to_have_count(1)
    expect(walk.page.locator(".versions tbody tr")).to_contain_text(theirs)
    expect(walk.page.locator(".versions tbody tr")).to_contain_text(mine)
    assert str(walk.stored(column, lonely)) == theirs
    walk.visitor.look(closely=True)
    walk.save()
    assert str(walk.stored(column, lonely)) == mine
    assert walk.page.url == shown
    walk.visitor.look()


def test_the_history_says_what_changed_and_takes_it_back(walk: Walk, lonely: str) -> None:
    column, value = walk.case.bulk
    walk.open_form(lonely)
    before = walk.field(column).input_value()
    walk.field(column).fill(value)
    walk.save()
    walk.page.locator(".record-side").scroll_into_view_if_needed()
    entry = walk.page.locator("[data-history] .timeline-item").first
    expect(entry).to_contain_text(value)
    walk.visitor.press(entry.locator("form button"))
    walk.visitor.follow("#confirm [data-confirm-yes]")
    assert str(walk.stored(column, lonely) or "") == before
    walk.visitor.look()


def test_a_deleted_record_comes_back_by_the_toast(walk: Walk, lonely: str) -> None:
    walk.open_record(lonely)
    walk.visitor.press("button[popovertarget=record-more]")
    walk.visitor.follow("#record-more a[href*='/delete/']")
    walk.page.fill("#reason", "Entered twice")
    walk.visitor.look(closely=True)
    walk.save()
    assert lonely not in walk.titles()
    walk.visitor.look()
    walk.visitor.follow("#toasts [data-toast-undo] button")
    walk.visitor.look()
    walk.open_record(lonely)
    expect(walk.page.locator("h1")).to_contain_text(lonely)
    walk.page.locator(".record-side").scroll_into_view_if_needed()
    expect(walk.page.locator("[data-history]")).to_contain_text("Entered twice")


def test_a_record_is_added_and_another_one_after_it(walk: Walk, lonely: str) -> None:
    case = walk.case
    walk.site.sql(f"DELETE FROM {case.table} WHERE {case.title} = '{lonely}'")
    walk.open_list()
    walk.visitor.follow("[data-key=n]")
    walk.visitor.look(closely=True)
    for column, value in (*case.needed, (case.title, lonely)):
        choose_or_type(walk, column, value)
    walk.visitor.follow("form[data-main-form] button[name=then][value=add]")
    expect(walk.page.locator("#toasts .note-success")).to_be_visible()
    assert walk.page.url.endswith("/add")
    expect(walk.field(case.title)).to_have_value("")
    assert walk.stored(case.title, lonely) == lonely
    walk.visitor.look()


def choose_or_type(walk: Walk, column: str, value: str) -> None:
    """Type into a box; pick the first record that a look-up offers for these words."""
    control = walk.field(column)
    if control.get_attribute("data-lookup") is None:
        control.fill(value)
        return
    box = control.locator("xpath=following-sibling::*[contains(@class, 'ts-wrapper')]")
    walk.visitor.press(box.locator(".ts-control"))
    box.locator("input").fill(value)
    option = walk.page.locator(".ts-dropdown:popover-open .option").first
    expect(option).to_contain_text(value)
    walk.visitor.look()
    walk.visitor.press(option)
