"""Many rows at once: edit with a preview, delete, take back, and files to take away."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path
from xml.etree import ElementTree

from playwright.sync_api import Locator, expect

from tests.browser.walk import TITLES, Walk

SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def choose_rows(walk: Walk, number: int) -> list[str]:
    """Tick the first rows of the list; returns their keys."""
    boxes = walk.page.locator("[data-rows] .cell-check label")
    for place in range(number):
        walk.visitor.press(boxes.nth(place))
    expect(walk.page.locator("[data-bulk-count]")).to_contain_text(str(number))
    ticked = walk.page.locator("[data-rows] input[data-select]:checked")
    return [box.get_attribute("value") or "" for box in ticked.all()]


def submit(walk: Walk, button: Locator) -> None:
    walk.visitor.follow(button)


def values(walk: Walk, keys: list[str], column: str) -> list[str]:
    """What the database holds in these rows; single integer keys are their own tokens."""
    case = walk.case
    found = walk.site.sql(
        f"SELECT `{column}` FROM {case.table} WHERE {case.key} IN ({','.join(keys)}) ORDER BY {case.key}"
    )
    return [str(row[0]) for row in found]


def test_many_rows_are_edited_after_a_preview_and_taken_back(walk: Walk) -> None:
    column, value = walk.case.bulk
    walk.open_list()
    keys = choose_rows(walk, 3)
    before = values(walk, keys, column)
    walk.visitor.look(closely=True)
    submit(walk, walk.page.locator("[data-bulk] [formaction*=bulk-edit]"))
    with walk.page.expect_navigation():
        walk.page.select_option("#bulk-field", column)
    walk.visitor.settle()
    walk.field(column).fill(value)
    submit(walk, walk.page.locator("button[name=step][value=preview]"))
    preview = walk.page.locator(".versions tbody tr")
    expect(preview).to_have_count(3)
    expect(preview.first.locator("ins")).to_have_text(value)
    walk.visitor.look(closely=True)
    assert values(walk, keys, column) == before
    submit(walk, walk.page.locator("button[name=step][value=save]"))
    assert values(walk, keys, column) == [value] * 3
    walk.visitor.look()
    submit(walk, walk.page.locator("#toasts [data-toast-undo] button"))
    assert values(walk, keys, column) == before
    walk.visitor.look()


def test_many_rows_are_deleted_and_taken_back(walk: Walk) -> None:
    case = walk.case
    walk.site.sql(f"DELETE FROM {case.table} WHERE {case.title} LIKE 'Zyxomma%'", case.lonely, case.lonely)
    walk.open_list("?q=Zyxomma")
    expect(walk.page.locator(TITLES)).to_have_count(2)
    choose_rows(walk, 2)
    submit(walk, walk.page.locator("[data-bulk] [formaction*=bulk-delete]"))
    expect(walk.page.locator(".delete-list li")).to_have_count(2)
    walk.page.fill("#reason", "Entered twice")
    walk.visitor.look(closely=True)
    walk.save()
    undo = walk.page.locator("#toasts [data-toast-undo] button")
    expect(undo).to_be_visible()
    walk.visitor.look()
    submit(walk, undo)
    walk.open_list("?q=Zyxomma")
    expect(walk.page.locator(TITLES)).to_have_count(2)


def download(walk: Walk, kind: str, folder: Path) -> Path:
    """What the list shows, as a file."""
    walk.visitor.press("button[popovertarget=list-more]")
    with walk.page.expect_download() as coming:
        walk.visitor.press(f"#list-more a[href*='kind={kind}']")
    path = folder / coming.value.suggested_filename
    coming.value.save_as(path)
    walk.page.keyboard.press("Escape")
    return path


def first_sheet(path: Path) -> list[list[str]]:
    """The cells of a workbook's first sheet as texts."""
    with zipfile.ZipFile(path) as book:
        names = book.namelist()
        shared = []
        if "xl/sharedStrings.xml" in names:
            items = ElementTree.fromstring(book.read("xl/sharedStrings.xml"))
            shared = ["".join(item.itertext()) for item in items.iter(f"{SHEET}si")]
        sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    return [[cell_text(cell, shared) for cell in row.iter(f"{SHEET}c")] for row in sheet.iter(f"{SHEET}row")]


def cell_text(cell: ElementTree.Element, shared: list[str]) -> str:
    text = "".join(cell.itertext())
    return shared[int(text)] if cell.get("t") == "s" else text


def test_what_is_seen_can_be_taken_away_as_csv_and_as_a_workbook(walk: Walk, tmp_path: Path) -> None:
    walk.open_list(f"?q={walk.case.searched}")
    heads = [
        text.strip()
        for text in walk.page.locator("thead th:not(.cell-check, .cell-actions)").all_text_contents()
    ]
    shown = walk.page.locator("[data-rows] > tr").count()
    text = download(walk, "csv", tmp_path).read_text(encoding="utf-8-sig")
    *lines, mark = csv.reader(io.StringIO(text))
    assert mark[0].startswith("# ")
    assert lines[0] == heads
    assert len(lines) == shown + 1
    assert any(walk.case.searched in cell for cell in lines[1])
    cells = first_sheet(download(walk, "xlsx", tmp_path))
    assert cells[0] == heads
    assert len(cells) == shown + 1
    assert any(walk.case.searched in cell for cell in cells[1])
    walk.visitor.look()
