"""Two tables of an old system become lists in the menu, by the wizard alone."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.walk import Walk


def test_published_tables_stand_in_the_menu_under_their_corrected_names(walk: Walk) -> None:
    walk.visitor.go("/")
    walk.open_from_menu()
    expect(walk.page.locator("h1")).to_have_text(walk.case.renamed)
    assert walk.page.locator("[data-rows] > tr").count() > 10
    walk.visitor.look(closely=True)


def test_a_table_that_was_not_ticked_is_out_of_reach(walk: Walk) -> None:
    entries = walk.page.locator(".side .nav-entry[href*='/data/']").all_text_contents()
    published = {"sakila": 4, "jsherp": 4}[walk.case.schema]
    assert 2 <= len(entries) <= published, entries
    walk.visitor.go("/data/store/list/")
    assert walk.page.locator("[data-problem]").is_visible()
    walk.visitor.look()


def test_publishing_left_a_version_to_come_back_to(walk: Walk) -> None:
    walk.visitor.go("/wiring/versions/")
    expect(walk.page.locator("tbody tr").first).to_contain_text("Browser test")
    walk.visitor.press("tbody tr a.cell-title")
    walk.visitor.look()


def test_columns_are_found_and_opened_one_by_one_on_any_screen(walk: Walk) -> None:
    walk.visitor.go(f"/wiring/table?table={walk.case.table}")
    rows = walk.page.locator("[data-sought]")
    title = walk.page.locator(f'[data-sought^="{walk.case.title.lower()} "]')
    walk.page.fill("[data-find-rows]", walk.case.title)
    expect(title).to_be_visible()
    assert 1 <= rows.locator("visible=true").count() < rows.count()
    assert rows.evaluate_all("rows => rows.some((row) => row.hidden)")
    name = title.locator("input[name^=en-]")
    if walk.case.phone:
        expect(name).to_be_hidden()
        walk.visitor.press(title.locator(".wiring-more summary"))
    expect(name).to_be_visible()
    walk.visitor.look()
    walk.page.fill("[data-find-rows]", "nothing is called so")
    expect(walk.page.locator("[data-find-none]")).to_be_visible()
    walk.page.fill("[data-find-rows]", "")
    expect(title).to_be_visible()
    if walk.case.phone:
        height = walk.page.evaluate("document.querySelector('.wiring-columns').offsetHeight")
        assert height < 3000, "a column takes a line, not a screen"
