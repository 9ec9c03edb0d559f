"""Attacks by files: workbooks that break the reader, unpack to much, or say the same sheet again and again."""

from __future__ import annotations

import time

import pytest

from app.errors import Invalid
from models import spreadsheet
from tests.harness.workbooks import packed, workbook
from tests.security.cast import Cast

PARTS = {"xl/workbook.xml": "<workbook/>", "xl/_rels/workbook.xml.rels": "<Relationships/>"}
SHEET = {
    "xl/workbook.xml": '<workbook xmlns:r="r"><sheets><sheet name="a" r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": '<Relationships><Relationship Id="r1" Target="worksheets/a.xml"/></Relationships>',
}
LAUGHS = '<!DOCTYPE a [<!ENTITY x "lol"><!ENTITY y "&x;&x;&x;&x;">]><worksheet>&y;</worksheet>'
OUTSIDE = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><worksheet>&x;</worksheet>'
BROKEN = {
    "laughs": packed({**SHEET, "xl/worksheets/a.xml": LAUGHS}),
    "a file from outside": packed({**SHEET, "xl/worksheets/a.xml": OUTSIDE}),
    "an unknown encoding": packed({**SHEET, "xl/worksheets/a.xml": '<?xml version="1.0" encoding="nonsense"?><a/>'}),
    "an encoding of many bytes": packed({**SHEET, "xl/worksheets/a.xml": '<?xml version="1.0" encoding="shift_jis"?><a/>'}),
    "no end": packed({**SHEET, "xl/worksheets/a.xml": "<worksheet>" + "<a>" * 20_000}),
    "a path upwards": packed({**SHEET, "xl/_rels/workbook.xml.rels": SHEET["xl/_rels/workbook.xml.rels"].replace("worksheets", "../../../etc")}),
    "cut off": workbook({"a": [["code", "name"]]})[:200],
    "many sheets": packed({
        **{f"xl/worksheets/{n}.xml": "<worksheet/>" for n in range(150)},
        "xl/workbook.xml": '<workbook xmlns:r="r">' + "".join(f'<sheet name="{n}" r:id="r{n}"/>' for n in range(150)) + "</workbook>",
        "xl/_rels/workbook.xml.rels": "<Relationships>" + "".join(f'<Relationship Id="r{n}" Target="worksheets/{n}.xml"/>' for n in range(150))
        + "</Relationships>",
    }),
}  # fmt: skip


@pytest.mark.parametrize("what", BROKEN)
def test_a_workbook_that_cannot_be_read_is_refused_in_words(what: str) -> None:
    with pytest.raises(Invalid):
        spreadsheet.read("a.xlsx", BROKEN[what])


def test_bytes_that_are_damaged_inside_are_refused_in_words() -> None:
    whole = bytearray(workbook({"a": [["code", "name"]] * 200}))
    place = whole.find(b"xl/worksheets/sheet1.xml") + len("xl/worksheets/sheet1.xml") + 4
    for offset in range(0, 60, 7):
        spoilt = bytearray(whole)
        spoilt[place + offset : place + offset + 6] = b"\xff" * 6
        try:
            spreadsheet.read("a.xlsx", bytes(spoilt))
        except Invalid:
            continue


def test_a_cell_with_a_huge_number_of_a_text_is_empty() -> None:
    cell = f'<worksheet><row><c t="s"><v>{"9" * 6000}</v></c><c t="n"><v>1</v></c></row></worksheet>'
    found = spreadsheet.read("a.xlsx", packed({**SHEET, "xl/worksheets/a.xml": cell}))
    assert found[0].rows == [(1, ["", "1"])]


def test_one_sheet_named_many_times_is_read_once() -> None:
    names = "".join(f'<sheet name="{n}" r:id="r1"/>' for n in range(5000))
    row = "<row><c><v>1</v></c></row>"
    parts = {
        **SHEET,
        "xl/workbook.xml": f'<workbook xmlns:r="r">{names}</workbook>',
        "xl/worksheets/a.xml": f"<a>{row * 2000}</a>",
    }
    began = time.monotonic()
    assert len(spreadsheet.read("a.xlsx", packed(parts))) == 1
    assert time.monotonic() - began < 20


def test_a_path_in_the_zip_leads_nowhere() -> None:
    assert spreadsheet.read("a.xlsx", packed({**PARTS, "../../../tmp/evil.txt": "x"})) == []


def test_a_key_of_one_entity_is_not_taken_for_another(cast: Cast) -> None:
    """A repeat on another entity must not be told that it was done."""
    operation = {
        "operations": [
            {"action": "change", "token": cast.ids["customers", "o"], "etag": "*", "values": {"KHMC": "Once"}}
        ]
    }
    headers = {"Idempotency-Key": "the same key"}
    first, second = (
        cast.ask("admin", "POST", f"/api/v1/data/{name}/bulk", json=operation, headers=headers).get_json()[
            "results"
        ][0]["status"]
        for name in ("customers", "contacts")
    )
    assert first == 200
    assert second in {403, 404, 422}
