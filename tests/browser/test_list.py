"""A list in the hands of a visitor: filter, sort, search, columns, views, pages, and the browser's own buttons."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, expect

from tests.browser.walk import TITLES, Walk


def rows(walk: Walk) -> Locator:
    return walk.page.locator("[data-rows] > tr")


def build_filter(walk: Walk, column: str, operator: str, value: str) -> None:
    """Fill in the first row of the builder and apply it."""
    panel = walk.page.locator("#filter-panel")
    walk.visitor.press("button[popovertarget=filter-panel]")
    row = panel.locator(".filter-row").first
    row.locator("[data-filter-field]").select_option(column)
    row.locator("[data-filter-op]").select_option(operator)
    control = row.locator("[data-filter-values] .form-control, [data-filter-values] select").first
    if control.evaluate("(element) => element.matches('select')"):
        control.select_option(value)
    else:
        control.fill(value)
    walk.visitor.look(closely=True)
    walk.visitor.press(panel.locator("[type=submit]"))


def test_a_filter_becomes_a_chip_and_goes_with_it(walk: Walk) -> None:
    walk.open_list()
    before = walk.titles()
    build_filter(walk, *walk.case.filtered)
    expect(walk.page.locator(".chip")).to_have_count(1)
    expect(walk.page.locator(".chip")).to_contain_text(walk.case.filtered[2])
    filtered = walk.titles()
    assert filtered
    assert filtered != before
    assert "filter=" in walk.page.url
    walk.visitor.look()
    walk.visitor.press(".chip-remove")
    expect(walk.page.locator(".chip")).to_have_count(0)
    assert walk.titles() == before
    walk.visitor.look()


def test_the_address_brings_a_filter_back_by_reload_and_by_the_back_button(walk: Walk) -> None:
    walk.open_list()
    before = walk.titles()
    build_filter(walk, *walk.case.filtered)
    filtered = walk.titles()
    walk.page.reload()
    walk.visitor.settle()
    assert walk.titles() == filtered
    walk.page.go_back()
    walk.visitor.settle()
    expect(walk.page.locator(".chip")).to_have_count(0)
    assert walk.titles() == before
    walk.page.go_forward()
    walk.visitor.settle()
    assert walk.titles() == filtered
    walk.visitor.look()


def sort_by(walk: Walk, column: str) -> None:
    """By the head of the column; on a phone by the list's menu."""
    if walk.case.phone:
        walk.visitor.press("button[popovertarget=list-more]")
        walk.visitor.look()
        walk.visitor.press(
            f"#list-more .phone-only a[href*='sort={column}'], #list-more .phone-only a[href*='{column}']"
        )
    else:
        walk.visitor.press(f"thead a.sort[href*='{column}']")


def test_a_column_sorts_both_ways(walk: Walk) -> None:
    walk.open_list()
    sort_by(walk, walk.case.sorted_by)
    upwards = walk.titles()
    sort_by(walk, walk.case.sorted_by)
    downwards = walk.titles()
    assert upwards != downwards
    column = walk.case.sorted_by
    first, last = walk.site.sql(f"SELECT MIN({column}), MAX({column}) FROM {walk.case.table}")[0]
    assert first.casefold() in text_of_row(walk, upwards[0])
    assert last.casefold() in text_of_row(walk, downwards[0])
    walk.visitor.look()


def text_of_row(walk: Walk, title: str) -> str:
    """The texts of the row with this title, wherever the sorted column stands in it."""
    walk.open_list(f"?q={title}")
    return rows(walk).first.inner_text().casefold()


def test_the_quick_search_finds_a_record_and_says_when_there_is_none(walk: Walk) -> None:
    walk.open_list()
    walk.page.fill("#quick", walk.case.searched)
    walk.page.press("#quick", "Enter")
    walk.page.wait_for_url("**q=*")
    walk.visitor.settle()
    assert 1 <= rows(walk).count() <= 10
    expect(rows(walk).first).to_contain_text(walk.case.searched)
    walk.page.fill("#quick", "no such record")
    walk.page.press("#quick", "Enter")
    expect(walk.page.locator(".state")).to_be_visible()
    walk.visitor.look()


def test_columns_are_chosen(walk: Walk) -> None:
    walk.open_list()
    heads = walk.page.locator("thead th").all_text_contents()
    walk.visitor.press("button[popovertarget=columns-panel]")
    hidden = walk.page.locator("#columns-panel .sortable-item:has(input:not(:checked)) label").first
    expect(hidden).to_be_visible()
    name = hidden.inner_text()
    walk.visitor.press(hidden)
    walk.visitor.look(closely=True)
    walk.visitor.press("#columns-panel [type=submit]")
    walk.page.wait_for_url("**columns=*")
    walk.visitor.settle()
    now = walk.page.locator("thead th").all_text_contents()
    assert len(now) == len(heads) + 1
    assert name in [head.strip() for head in now]
    walk.visitor.look()


def test_a_view_keeps_the_filter_under_a_name(walk: Walk) -> None:
    walk.open_list()
    build_filter(walk, *walk.case.filtered)
    filtered = walk.titles()
    walk.visitor.press("button[popovertarget=view-panel]")
    walk.page.fill("#view-name", "Kept for later")
    walk.visitor.look(closely=True)
    walk.visitor.follow("#view-panel [type=submit]")
    walk.open_list()
    assert walk.titles() != filtered
    walk.visitor.press(walk.page.locator(".views .tab", has_text="Kept for later").last)
    expect(walk.page.locator(".chip")).to_have_count(1)
    assert walk.titles() == filtered
    walk.visitor.look()
    walk.visitor.press(".views-tools > form button")
    walk.visitor.follow("#confirm [data-confirm-yes]")
    assert walk.page.locator(".views .tab", has_text="Kept for later").count() == 0


def test_the_next_page_is_another_one_and_the_back_button_returns(walk: Walk) -> None:
    walk.open_list()
    first = walk.titles()
    walk.visitor.press(".pager a[rel=next]")
    expect(walk.page).to_have_url(re.compile("cursor="))
    walk.visitor.settle()
    second = walk.titles()
    assert second
    assert not set(ids(walk)) & set(first)
    walk.visitor.look()
    walk.page.go_back()
    walk.visitor.settle()
    assert walk.titles() == first


def ids(walk: Walk) -> list[str]:
    """The addresses of the records that are shown."""
    return [link.get_attribute("href") or "" for link in walk.page.locator(TITLES).all()]
