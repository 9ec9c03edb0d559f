"""A workbook that leaves as it is made: rows go straight into the archive, so neither memory nor disk grows with them.

Cells are inline texts and nothing else: no formula, no link. A sheet holds 1,048,576 rows; more rows go on to the next
one. The parts are those of ECMA-376 that every spreadsheet asks for.
"""

from __future__ import annotations

import io
import re
from collections.abc import Generator, Iterator, Sequence
from itertools import chain
from zipfile import ZIP_DEFLATED, ZipFile

SHEET_ROWS = 1_048_576
SHEET_BYTES = 1_500_000_000
"""A part of 2 GB needs an archive format that not every spreadsheet reads."""
CELL_CHARACTERS = 32_767
CHUNK = 64 * 1024
COMPRESSION = 4
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
PROLOGUE = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
SHEET_HEAD = (
    f'{PROLOGUE}<worksheet xmlns="{MAIN}"><sheetViews><sheetView workbookViewId="0">'
    '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetData>'
)
SHEET_END = "</sheetData></worksheet>"
STYLES = (
    f'{PROLOGUE}<styleSheet xmlns="{MAIN}"><fonts count="1"><font/></fonts><fills count="2"><fill/>'
    '<fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders>'
    '<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="1"><xf/></cellXfs></styleSheet>'
)
_SPECIAL = re.compile("[&<>\x00-\x08\x0b-\x1f\ufffe\uffff\ud800-\udfff]|_(?=x[0-9A-Fa-f]{4}_)")
_NAMED = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


class _Pipe(io.RawIOBase):
    """What the archive has written and nobody has taken yet."""

    def __init__(self) -> None:
        self.waiting: list[bytes] = []
        self.size = 0

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        piece = bytes(data)  # type: ignore[call-overload] # the archive writes bytes
        self.waiting.append(piece)
        self.size += len(piece)
        return len(piece)

    def take(self) -> bytes:
        """Everything that waits."""
        taken = b"".join(self.waiting)
        self.waiting, self.size = [], 0
        return taken


def stream(table: Iterator[list[str]]) -> Iterator[bytes]:
    """The workbook of a head and its lines, piece by piece."""
    pipe, rows = _Pipe(), iter(table)
    head = next(rows, [])
    with ZipFile(pipe, "w", ZIP_DEFLATED, compresslevel=COMPRESSION) as archive:
        sheets = 0
        left: list[str] | None = next(rows, None)
        while sheets == 0 or left is not None:
            sheets += 1
            waiting = rows if left is None else chain([left], rows)
            left = yield from _sheet(archive, pipe, f"xl/worksheets/sheet{sheets}.xml", head, waiting)
        for name, content in _frame(sheets).items():
            archive.writestr(name, content)
    yield pipe.take()


def _sheet(
    archive: ZipFile, pipe: _Pipe, name: str, head: list[str], rows: Iterator[list[str]]
) -> Generator[bytes, None, list[str] | None]:
    """Rows until the sheet is full; returns the first one that did not fit, None when all did."""
    columns = [_letters(number) for number in range(len(head))]
    with archive.open(name, "w") as part:
        written = part.write((SHEET_HEAD + _line(1, columns, head)).encode())
        number, left = 1, None
        for row in rows:
            if number >= SHEET_ROWS or written > SHEET_BYTES:
                left = row
                break
            number += 1
            written += part.write(_line(number, columns, row).encode())
            if pipe.size > CHUNK:
                yield pipe.take()
        part.write(SHEET_END.encode())
    return left


def _line(number: int, columns: Sequence[str], row: Sequence[str]) -> str:
    cells = (
        f'<c r="{column}{number}" t="inlineStr"><is><t xml:space="preserve">{_text(value)}</t></is></c>'
        for column, value in zip(columns, row, strict=True)
        if value
    )
    return f'<row r="{number}">{"".join(cells)}</row>'


def _text(value: str) -> str:
    """As a cell holds it: characters that XML does not know are written by their number."""
    return _SPECIAL.sub(
        lambda found: _NAMED.get(found[0]) or f"_x{ord(found[0]):04X}_", value[:CELL_CHARACTERS]
    )


def _letters(number: int) -> str:
    """The name of a column: 0 is A, 26 is AA."""
    name, number = "", number + 1
    while number:
        number, letter = divmod(number - 1, 26)
        name = chr(65 + letter) + name
    return name


def _frame(sheets: int) -> dict[str, str]:
    """The parts around the sheets."""
    numbers = range(1, sheets + 1)
    listed = "".join(f'<sheet name="Sheet{n}" sheetId="{n}" r:id="rId{n}"/>' for n in numbers)
    links = "".join(_link(f"rId{n}", "worksheet", f"worksheets/sheet{n}.xml") for n in numbers)
    links += _link("rId0", "styles", "styles.xml")
    return {
        "xl/styles.xml": STYLES,
        "xl/workbook.xml": f'{PROLOGUE}<workbook xmlns="{MAIN}" xmlns:r="{LINKS}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": _links(links),
        "_rels/.rels": _links(_link("rId1", "officeDocument", "xl/workbook.xml")),
        "[Content_Types].xml": _kinds(sheets),
    }


def _link(name: str, kind: str, target: str) -> str:
    return f'<Relationship Id="{name}" Type="{LINKS}/{kind}" Target="{target}"/>'


def _links(links: str) -> str:
    return f'{PROLOGUE}<Relationships xmlns="{PACKAGE}/relationships">{links}</Relationships>'


def _kinds(sheets: int) -> str:
    parts = {"/xl/workbook.xml": "sheet.main", "/xl/styles.xml": "styles"}
    parts |= {f"/xl/worksheets/sheet{n}.xml": "worksheet" for n in range(1, sheets + 1)}
    named = "".join(
        f'<Override PartName="{p}" ContentType="{KIND}.{kind}+xml"/>' for p, kind in parts.items()
    )
    links = (
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    )
    xml = '<Default Extension="xml" ContentType="application/xml"/>'
    return f'{PROLOGUE}<Types xmlns="{PACKAGE}/content-types">{links}{xml}{named}</Types>'
