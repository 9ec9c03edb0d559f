"""A workbook that leaves as it is made: rows go straight into the archive, so neither memory nor disk grows with them.

Cells are inline texts and nothing else: no formula, no link. A sheet holds 1,048,576 rows; more rows go on to the next
one. The parts are those of ECMA-376 that every spreadsheet asks for.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from zipfile import ZIP_DEFLATED, ZipFile

from flask_babel import gettext as _

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
CORE_KIND = "application/vnd.openxmlformats-package.core-properties+xml"
PROLOGUE = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
SHEET_HEAD = (
    f'{PROLOGUE}<worksheet xmlns="{MAIN}"><sheetViews><sheetView workbookViewId="0">'
    '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetData>'
)
CORE = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
DUBLIN = "http://purl.org/dc"
STYLES = (
    f'{PROLOGUE}<styleSheet xmlns="{MAIN}"><fonts count="1"><font/></fonts><fills count="2"><fill/>'
    '<fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders>'
    '<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="1"><xf/></cellXfs></styleSheet>'
)
_SPECIAL = re.compile("[&<>\x00-\x08\x0b-\x1f\ufffe\uffff\ud800-\udfff]|_(?=x[0-9A-Fa-f]{4}_)")
_NAMED = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


FOOTER_CHARACTERS = 200
"""A spreadsheet takes 255 at most, with its codes."""


@dataclass(frozen=True)
class Paper:
    """What a workbook says of itself: at the foot of each printed page, in its properties, and on a last sheet when all is told."""

    foot: str
    author: str
    created: str
    """An instant as 2026-01-31T10:00:00Z."""
    closing: Callable[[], str]


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


def stream(table: Iterator[list[str]], paper: Paper) -> Iterator[bytes]:
    """The workbook of a head and its lines, piece by piece; the last sheet says who took it."""
    pipe, rows, end = _Pipe(), iter(table), _sheet_end(paper)
    head = next(rows, [])
    with ZipFile(pipe, "w", ZIP_DEFLATED, compresslevel=COMPRESSION) as archive:
        sheets = 0
        left: list[str] | None = next(rows, None)
        while sheets == 0 or left is not None:
            sheets += 1
            waiting = rows if left is None else chain([left], rows)
            left = yield from _sheet(archive, pipe, f"xl/worksheets/sheet{sheets}.xml", head, waiting, end)
        sheets += 1
        yield from _sheet(archive, pipe, f"xl/worksheets/sheet{sheets}.xml", [paper.closing()], iter(()), end)
        for name, content in _frame(sheets, paper).items():
            archive.writestr(name, content)
    yield pipe.take()


def _sheet(  # noqa: PLR0917 - what a sheet is made of
    archive: ZipFile, pipe: _Pipe, name: str, head: list[str], rows: Iterator[list[str]], end: str
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
        part.write(end.encode())
    return left


def _sheet_end(paper: Paper) -> str:
    """The foot of each printed page; an ampersand begins a code there, so it is written twice."""
    foot = _text(paper.foot[:FOOTER_CHARACTERS].replace("&", "&&"))
    return f"</sheetData><headerFooter><oddFooter>&amp;L{foot}&amp;R&amp;P/&amp;N</oddFooter></headerFooter></worksheet>"


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


def _frame(sheets: int, paper: Paper) -> dict[str, str]:
    """The parts around the sheets."""
    numbers = range(1, sheets + 1)
    named = {n: f"Sheet{n}" for n in numbers} | {sheets: _text(str(_("About this file")))}
    listed = "".join(f'<sheet name="{named[n]}" sheetId="{n}" r:id="rId{n}"/>' for n in numbers)
    links = "".join(_link(f"rId{n}", "worksheet", f"worksheets/sheet{n}.xml") for n in numbers)
    links += _link("rId0", "styles", "styles.xml")
    own = _link("rId1", "officeDocument", "xl/workbook.xml")
    own += f'<Relationship Id="rId2" Type="{PACKAGE}/relationships/metadata/core-properties" Target="docProps/core.xml"/>'
    return {
        "xl/styles.xml": STYLES,
        "xl/workbook.xml": f'{PROLOGUE}<workbook xmlns="{MAIN}" xmlns:r="{LINKS}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": _links(links),
        "docProps/core.xml": _properties(paper),
        "_rels/.rels": _links(own),
        "[Content_Types].xml": _kinds(sheets),
    }


def _properties(paper: Paper) -> str:
    """Who made it, when, and under which number, where spreadsheets and search tools look for it."""
    spaces = f'xmlns:cp="{CORE}" xmlns:dc="{DUBLIN}/elements/1.1/" xmlns:dcterms="{DUBLIN}/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    return (
        f"{PROLOGUE}<cp:coreProperties {spaces}><dc:creator>{_text(paper.author)}</dc:creator>"
        f"<dc:description>{_text(paper.foot)}</dc:description>"
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{paper.created}</dcterms:created></cp:coreProperties>'
    )


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
    named += f'<Override PartName="/docProps/core.xml" ContentType="{CORE_KIND}"/>'
    links = (
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    )
    xml = '<Default Extension="xml" ContentType="application/xml"/>'
    return f'{PROLOGUE}<Types xmlns="{PACKAGE}/content-types">{links}{xml}{named}</Types>'
