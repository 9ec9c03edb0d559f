"""Workbooks that are sent while they are made: what a spreadsheet asks for, odd characters, more rows than a sheet holds."""

from __future__ import annotations

import io
import tracemalloc
from collections.abc import Iterator
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest

from views.records import workbook

SHEET = f"{{{workbook.MAIN}}}"
PAPER = workbook.Paper("By <Ann> & Bob", "Ann & Bob", "2026-01-31T10:00:00Z", lambda: "By Ann. 2 rows.")


def made(table: list[list[str]]) -> ZipFile:
    return ZipFile(io.BytesIO(b"".join(workbook.stream(iter(table), PAPER))))


def cells(book: ZipFile, sheet: int = 1) -> dict[str, str]:
    root = ElementTree.fromstring(book.read(f"xl/worksheets/sheet{sheet}.xml"))
    return {cell.attrib["r"]: "".join(cell.itertext()) for cell in root.iter(f"{SHEET}c")}


def test_all_parts_are_there_and_well_formed() -> None:
    book = made([["a", "b"], ["1", "2"]])
    names = {
        "[Content_Types].xml",
        "_rels/.rels",
        "xl/workbook.xml",
        "xl/_rels/workbook.xml.rels",
        "xl/styles.xml",
        "docProps/core.xml",
    }
    assert set(book.namelist()) == names | {"xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"}
    for name in book.namelist():
        ElementTree.fromstring(book.read(name))
    assert cells(book) == {"A1": "a", "B1": "b", "A2": "1", "B2": "2"}


def test_odd_characters_stay_what_they_are_or_are_written_by_number() -> None:
    odd = ["<&>\"'", "客户 𠮷", " blanks ", "a\tb\nc", "\x00\x0b\r", "_x0041_", "=1+1", ""]
    found = cells(made([["h"] * len(odd), odd]))
    assert [found.get(f"{letter}2", "") for letter in "ABCD"] == odd[:4]
    assert (found["E2"], found["F2"], found["G2"]) == ("_x0000__x000B__x000D_", "_x005F_x0041_", "=1+1")
    assert "H2" not in found


def test_long_texts_are_cut_where_a_cell_ends() -> None:
    assert len(cells(made([["h"], ["x" * 40_000]]))["A2"]) == workbook.CELL_CHARACTERS


@pytest.mark.parametrize(("rows", "sheets"), [(0, 1), (4, 1), (5, 2), (12, 3)])
def test_more_rows_go_on_to_the_next_sheet(monkeypatch: pytest.MonkeyPatch, rows: int, sheets: int) -> None:
    monkeypatch.setattr(workbook, "SHEET_ROWS", 5)
    book = made([["head"], *([str(n)] for n in range(rows))])
    assert sum(name.startswith("xl/worksheets/") for name in book.namelist()) == sheets + 1
    assert list(cells(book, sheets + 1).values()) == ["By Ann. 2 rows."], "the last sheet tells of the file"
    found = [list(cells(book, sheet + 1).values()) for sheet in range(sheets)]
    assert [sheet[0] for sheet in found] == ["head"] * sheets
    assert [cell for sheet in found for cell in sheet[1:]] == [str(n) for n in range(rows)]


def test_whoever_took_it_stands_on_each_page_and_in_the_properties() -> None:
    book = made([["a"], ["1"]])
    for number in (1, 2):
        sheet = ElementTree.fromstring(book.read(f"xl/worksheets/sheet{number}.xml"))
        assert [one.text for one in sheet.iter(f"{SHEET}oddFooter")] == ["&LBy <Ann> && Bob&R&P/&N"]
    told = {
        one.tag.partition("}")[2]: one.text for one in ElementTree.fromstring(book.read("docProps/core.xml"))
    }
    assert told == {
        "creator": "Ann & Bob",
        "description": "By <Ann> & Bob",
        "created": "2026-01-31T10:00:00Z",
    }


def test_columns_beyond_z() -> None:
    assert [workbook._letters(n) for n in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]


def test_memory_does_not_grow_with_the_rows() -> None:
    def table() -> Iterator[list[str]]:
        for number in range(60_000):
            yield [f"row {number}", "客户" * 10, str(number * 7919)]

    tracemalloc.start()
    size = sum(len(piece) for piece in workbook.stream(table(), PAPER))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert size > 500_000
    assert peak < 3_000_000
