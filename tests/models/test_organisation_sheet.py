"""Spreadsheets of the organisation: what is read, what is refused with which sentence, and what becomes of it; on both databases."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from app.errors import Invalid
from models import organisation as org
from models import organisation_hand as hand
from models import organisation_sheet as sheet
from models import spreadsheet
from models.organisation import Staff, Unit
from models.organisation_plan import with_hand_kept
from models.organisation_rebuild import rebuild
from models.spreadsheet import Sheet
from tests.harness.workbooks import packed, workbook
from tests.models.small_erp import SmallErp

DAY = date(2026, 3, 1)
UNITS = "code,name,parent,head\nG,Group,,ANN\nE,East,G,\n"
PEOPLE = "工号;姓名;部门;兼任部门\nANN;安;E;G\nBO;Bo;G;\n"


def table(text: str, name: str = "a.csv") -> list[Sheet]:
    return spreadsheet.read(name, text.encode())


def both(erp: SmallErp, *texts: str) -> sheet.Tree:
    with erp.engine.connect() as connection:
        return sheet.read(connection, [one for text in texts for one in table(text)])


def test_csv_in_three_spellings() -> None:
    wanted = [(1, ["code", "name"]), (3, ["A", "部门 一"])]
    text = "code,name\n\nA,部门 一\n"
    for content in (
        text.encode(),
        text.encode("utf-8-sig"),
        text.encode("gb18030"),
        text.replace(",", ";").encode(),
    ):
        assert spreadsheet.read("a.csv", content)[0].rows == wanted


def test_a_workbook_with_gaps_numbers_and_several_sheets() -> None:
    content = workbook({"一": [["code", None, "name"], [10010, None, "East"], [], [7.0, "x"]], "2": [["a"]]})
    first, second = spreadsheet.read("b.xlsx", content)
    assert (first.name, second.name) == ("一", "2")
    assert first.rows == [(1, ["code", "", "name"]), (2, ["10010", "", "East"]), (4, ["7", "x"])]


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><workbook>&b;</workbook>'
BAD = [
    (b"PK\x03\x04 but no zip", "cannot be read"),
    (packed({"a": "b"}), "cannot be read"),
    (packed({"xl/workbook.xml": "<workbook", "xl/_rels/workbook.xml.rels": "<r/>"}), "cannot be read"),
    (packed({"xl/workbook.xml": BOMB, "xl/_rels/workbook.xml.rels": "<r/>"}), "cannot be read"),
    (b"\xd0\xcf\x11\xe0\x00\x00", "neither an XLSX workbook nor a CSV"),
    (b"a,b\n\xff\xff\xff", "letters of this file"),
]


@pytest.mark.parametrize(("content", "words"), BAD, ids=range(len(BAD)))
def test_a_file_that_is_none_is_refused(content: bytes, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        spreadsheet.read("bad", content)


def test_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheet, "MOST_ROWS", 3)
    with pytest.raises(Invalid, match="more than 3 rows"):
        spreadsheet.read("a.csv", b"a\nb\nc\nd\n")
    with pytest.raises(Invalid, match="more than 3 rows"):
        spreadsheet.read("a.xlsx", workbook({"s": [["a"]] * 4}))
    monkeypatch.setattr(spreadsheet, "MOST_BYTES", 100)
    with pytest.raises(Invalid, match="unpacks to more"):
        spreadsheet.read("a.xlsx", workbook({"s": [["a"]] * 3}))


def test_units_and_people_are_told_by_their_headings(erp: SmallErp) -> None:
    found = both(erp, UNITS, PEOPLE)
    assert found.mistakes == ()
    assert found.units == [
        Unit("G", "Group", None, "ANN", by_hand=True),
        Unit("E", "East", "G", by_hand=True),
    ]
    assert found.people == [
        Staff("ANN", "安", "E", by_hand=True, others=("G",)),
        Staff("BO", "Bo", "G", by_hand=True),
    ]


def test_a_file_without_such_a_table(erp: SmallErp) -> None:
    with pytest.raises(Invalid, match="No table of units"):
        both(erp, "a,b\n1,2\n")


MISTAKES = [
    ("code,name,parent\nA,Aa,NOPE\n", ["row 2: there is no unit “NOPE” to lie above"]),
    (
        "code,name,parent\nA,Aa,B\nB,Bb,C\nC,Cc,A\nD,Dd,A\n",
        ["A → B → C → A lie above each other in a circle"],
    ),
    ("code,name,parent\nA,Aa,A\n", ["A → A lie above"]),
    ("code,name,parent\nA,Aa,\nA,Again,\n", ["row 3: the code “A” stands there twice (first: a.csv, row 2)"]),
    ("code,name,parent,head\nA,Aa,,NOBODY\n", ["no employee “NOBODY” to be the head"]),
    (
        "code,name,parent\n,Aa,\nB C,,\n",
        ["row 2: Enter a code", "row 3: Enter a code", "row 3: Enter a name"],
    ),
    ("code,name,unit\nX,Xx,NOPE\n", ["row 2: there is no unit “NOPE”. Add it"]),
    ("code,name,unit,further units\nX,Xx,,N1 N2\n", ["no unit “N1”", "no unit “N2”"]),
]


@pytest.mark.parametrize(("text", "words"), MISTAKES, ids=[words[0] for _text, words in MISTAKES])
def test_every_row_that_cannot_be_used_has_a_sentence(erp: SmallErp, text: str, words: list[str]) -> None:
    found = both(erp, text).mistakes
    assert len(found) == len(words), found
    for sentence, part in zip(found, words, strict=True):
        assert part in sentence


def test_people_whose_unit_the_file_leaves_out(erp: SmallErp) -> None:
    with erp.engine.begin() as connection:
        rebuild(connection, [Unit("G", "Group"), Unit("E", "East", "G")], [Staff("ANN", "Ann", "E", 1)])
    assert "Ann sits in the unit “E”" in both(erp, "code,name,parent\nG,Group,\n").mistakes[0]


def test_it_is_kept_previewed_and_put_in_place(erp: SmallErp) -> None:
    with erp.engine.begin() as connection:
        rebuild(
            connection,
            [Unit("G", "Group"), Unit("W", "West", "G")],
            [Staff("ANN", "Ann", "W", 1), Staff("OLD", "Old", "W", 2)],
        )
        hand.seat(connection, "ANN", "W", is_main=True)
    tree = both(erp, UNITS, PEOPLE)
    with erp.engine.begin() as connection:
        sheet.keep(connection, 7, "a.csv", tree)
        sheet.keep(connection, 7, "b.csv", tree)
        assert sheet.uploaded(connection, 8) is None
        found = sheet.uploaded(connection, 7)
        assert found is not None
        assert found[0] == "b.csv"
        assert (found[1].units, found[1].people) == (tree.units, tree.people)
        changes = sheet.put_in_place(connection, found[1])
        assert [one.code for one in changes.joins] == ["BO"]
        assert [(one.before, one.after) for one in changes.moves] == [("West", "East")]
        assert [one.code for one in changes.leaves] == ["OLD"]
        table = org.seat_table.c
        seats = connection.execute(select(table.unit, table.is_main).where(table.staff == "ANN")).all()
        assert {(unit, bool(is_main)) for unit, is_main in seats} == {("E", True), ("G", False)}
        assert org.user_of(connection, "ANN") == 1
        assert sheet.plan(connection, *sheet.whole(connection, tree)).is_empty
        units, people = with_hand_kept(connection, [], [])
        assert {unit.code for unit in units} == {"G", "E"}, "publishing the wiring does not take it away"
        assert {one.code for one in people} == {"ANN", "BO"}
        sheet.forget(connection, 7)
        assert sheet.uploaded(connection, 7) is None


def test_a_file_of_people_alone_leaves_the_units(erp: SmallErp) -> None:
    with erp.engine.begin() as connection:
        rebuild(connection, [Unit("G", "Group", None, "ANN"), Unit("E", "East", "G")], [])
        tree = sheet.read(connection, table(PEOPLE))
        sheet.put_in_place(connection, tree)
        assert org.units_below(connection, ["G"]) == {"G", "E"}
        assert org.superior_of(connection, "BO") == "ANN"


def test_twenty_thousand_people_are_read(erp: SmallErp) -> None:
    text = PEOPLE.splitlines()[0] + "\n" + "".join(f"P{n};Person {n};E;\n" for n in range(20_000))
    found = both(erp, UNITS.replace("ANN", "P1"), text)
    assert found.mistakes == ()
    assert len(found.people or []) == 20_000


def cells(*said: str) -> bytes:
    """A workbook of one row with these cells as they stand in its XML."""
    names = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    return packed(
        {
            "xl/workbook.xml": f'<workbook {names}><sheets><sheet name="s" r:id="r1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": '<R><Relationship Id="r1" Target="worksheets/s.xml"/></R>',
            "xl/worksheets/s.xml": f"<worksheet><sheetData><row>{''.join(said)}</row></sheetData></worksheet>",
        }
    )


def test_of_a_formula_the_value_is_read() -> None:
    content = cells(
        '<c t="str"><f>A2&amp;"x"</f><v>Ax</v></c>', "<c><f>1+1</f><v>2</v></c>", "<c><v>1.001E3</v></c>"
    )
    assert spreadsheet.read("f.xlsx", content)[0].rows == [(1, ["Ax", "2", "1001"])]


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ('<c t="e"><f>VLOOKUP(1,A:B,2)</f><v>#REF!</v></c>', "Row 1: a formula gives #REF!"),
        ("<c><v>1.1010519491231E17</v></c>", "Make the cell a text"),
        ("<c><v>1E999999999</v></c>", "Make the cell a text"),
        ("<c><v>1.5E-7</v></c>", "Make the cell a text"),
        ("<c><v>E</v></c>", "Make the cell a text"),
        (f'<c t="str"><v>{"x" * 40_000}</v></c>', "more than can be read"),
        (f'<c t="str"><v>{"&#10;x" * 40_000}</v></c>', "more than can be read"),
    ],
    ids=range(7),
)
def test_a_value_that_cannot_be_trusted_is_refused(cell: str, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        spreadsheet.read("f.xlsx", cells(cell))


def test_the_rows_of_all_sheets_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheet, "MOST_ROWS", 3)
    with pytest.raises(Invalid, match="more than 3 rows"):
        spreadsheet.read("a.xlsx", workbook({"s": [["a"]] * 2, "t": [["a"]] * 2}))


def test_codes_that_differ_by_capitals_alone_are_one(erp: SmallErp) -> None:
    tree = both(erp, "code,name,parent\nG,Group,\ng,Other,\n")
    assert "stands there twice" in tree.mistakes[0]


def test_what_no_longer_fits_is_not_put_in_place(erp: SmallErp) -> None:
    """Between the preview and putting it in place somebody closed the unit, or it is gone."""
    with erp.engine.begin() as connection:
        rebuild(connection, [Unit("G", "Group"), Unit("E", "East", "G")], [])
    tree = both(erp, "code,name,unit\nANN,Ann,E\n")
    assert not tree.mistakes
    with erp.engine.begin() as connection:
        hand.close_unit(connection, "E", DAY)
    with pytest.raises(Invalid, match=r"has changed since.*is closed"), erp.engine.begin() as connection:
        sheet.put_in_place(connection, tree)
    with erp.engine.begin() as connection:
        rebuild(connection, [Unit("G", "Group")], [])
    with pytest.raises(Invalid, match=r"has changed since.*no unit"), erp.engine.begin() as connection:
        sheet.put_in_place(connection, tree)
    with erp.engine.connect() as connection:
        assert connection.execute(select(org.seat_table)).all() == []


def test_nobody_is_put_into_a_closed_unit(erp: SmallErp) -> None:
    with erp.engine.begin() as connection:
        rebuild(connection, [Unit("G", "Group"), Unit("E", "East", "G")], [])
        hand.close_unit(connection, "E", DAY)
    assert "is closed" in both(erp, "code,name,unit,further units\nANN,Ann,G,E\n").mistakes[0]
