"""Tables out of CSV files and XLSX workbooks: every sheet as rows of texts, read with limits and without trust.

Of a workbook only the texts and numbers of its cells are read. Entities are refused, and what unpacks to more than the limits.
"""

from __future__ import annotations

import csv
import io
import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from xml.parsers import expat

from flask_babel import gettext as _

from app.errors import Invalid

MOST_ROWS, MOST_COLUMNS = 200_000, 64
MOST_SHEETS = 100
MOST_BYTES = 256 * 1024 * 1024
"""Of all parts of a workbook that are read, unpacked."""
CHUNK = 1 << 16
LONGEST_TEXT = 32_767
"""Characters of a cell: a workbook holds no more."""
MOST_TEXTS = 2_000_000
NUMBER = re.compile(r"-?\d+\.0+")
DIGITS_KEPT = 15


@dataclass(frozen=True)
class Sheet:
    """A table by its name; `rows` are (number in the file, texts), without empty ones."""

    name: str
    rows: list[tuple[int, list[str]]]


class Book(zipfile.ZipFile):
    """A workbook, and how much of it was unpacked."""

    unpacked = 0
    rows = 0
    """Of all sheets."""


def read(name: str, content: bytes) -> list[Sheet]:
    """The sheets of a file. Raises Invalid."""
    if content[:4] == b"PK\x03\x04":
        return _workbook(content)
    if b"\x00" in content[:4096]:
        raise Invalid(
            _("“%(name)s” is neither an XLSX workbook nor a CSV file. Save it as one of them.", name=name)
        )
    return [Sheet(name, list(_lines(content)))]


def _lines(content: bytes) -> Iterator[tuple[int, list[str]]]:
    text = _decoded(content)
    first = text.partition("\n")[0]
    sign = max(",;\t", key=first.count)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=sign)
    try:
        for number, cells in enumerate(lines, start=1):
            _check_rows(number)
            texts = [cell.strip() for cell in cells[:MOST_COLUMNS]]
            if any(texts):
                yield number, texts
    except csv.Error as error:
        raise Invalid(
            _("Row %(row)s cannot be read. Save the file as CSV again.", row=lines.line_num)
        ) from error


def _decoded(content: bytes) -> str:
    """UTF-8, or what Chinese spreadsheets write by default."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Invalid(_("The letters of this file cannot be read. Save it as CSV in UTF-8."))


def _check_rows(number: int) -> None:
    if number > MOST_ROWS:
        raise Invalid(_("The file has more than %(most)s rows. Take less at once.", most=f"{MOST_ROWS:,}"))


def _workbook(content: bytes) -> list[Sheet]:
    try:
        with Book(io.BytesIO(content)) as book:
            shared = _shared(book)
            parts = {part: name for name, part in _parts(book)}  # each once, however often it is named
            if len(parts) > MOST_SHEETS:
                raise _too_much()
            return [Sheet(name, _cells(book, part, shared)) for part, name in parts.items()]
    except (
        zipfile.BadZipFile,
        zlib.error,
        struct.error,
        LookupError,
        ValueError,
        OSError,
        expat.ExpatError,
        NotImplementedError,
        RuntimeError,
        EOFError,
    ) as error:
        raise Invalid(
            _("This workbook cannot be read. Save it as XLSX again, without a password.")
        ) from error


def _parts(book: Book) -> list[tuple[str, str]]:
    """(name, path) of each sheet."""
    sheets: list[tuple[str, str]] = []
    targets: dict[str, str] = {}

    def sheet(tag: str, given: dict[str, str]) -> None:
        if tag == "sheet":
            found = next((value for key, value in given.items() if key.rpartition(":")[2] == "id"), "")
            sheets.append((given.get("name", ""), found))

    def relation(tag: str, given: dict[str, str]) -> None:
        if tag == "Relationship":
            targets[given.get("Id", "")] = given.get("Target", "")

    _parse(book, "xl/workbook.xml", start=sheet)
    _parse(book, "xl/_rels/workbook.xml.rels", start=relation)
    return [(name, _path(targets[number])) for name, number in sheets if number in targets]


def _path(target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")


def _shared(book: Book) -> list[str]:
    """Texts that cells name by their number."""
    texts: list[str] = []
    if "xl/sharedStrings.xml" not in book.namelist():
        return texts
    taker = _Taker(texts.append)
    _parse(book, "xl/sharedStrings.xml", start=taker.start, end=taker.end, data=taker.data)
    return texts


class _Taker:
    """Collects the text of each <si>, without how it is pronounced (<rPh>)."""

    def __init__(self, take: Callable[[str], Any]) -> None:
        self.take, self.parts, self.is_text, self.is_aside = take, list[str](), False, False
        self.taken = 0

    def start(self, tag: str, _given: dict[str, str]) -> None:
        self.is_aside = self.is_aside or tag == "rPh"
        self.is_text = tag == "t" and not self.is_aside

    def data(self, text: str) -> None:
        if self.is_text:
            self.parts.append(text)

    def end(self, tag: str) -> None:
        self.is_text = False
        if tag == "rPh":
            self.is_aside = False
        if tag == "si":
            self.taken += 1
            if self.taken > MOST_TEXTS:
                raise _too_much()
            self.take(_short("".join(self.parts)))
            self.parts = []


def _cells(book: Book, part: str, shared: list[str]) -> list[tuple[int, list[str]]]:
    reader = _Reader(book, shared)
    _parse(book, part, start=reader.start, end=reader.end, data=reader.data)
    return reader.rows


class _Reader:
    """Collects the rows of one sheet."""

    def __init__(self, book: Book, shared: list[str]) -> None:
        self.book, self.shared, self.rows = book, shared, list[tuple[int, list[str]]]()
        self.cells: dict[int, str] = {}
        self.number, self.column, self.kind, self.is_value = 0, 0, "", False
        self.parts: list[str] = []

    def start(self, tag: str, given: dict[str, str]) -> None:
        if tag == "row":
            said = given.get("r", "")
            self.number = int(said) if said.isdecimal() and len(said) < 8 else self.number + 1
            self.cells, self.column = {}, 0
        elif tag == "c":
            self.column = _column(given.get("r", "")) or self.column + 1
            self.kind, self.parts = given.get("t", "n"), []
        self.is_value = tag in {"v", "t"}

    def data(self, text: str) -> None:
        if self.is_value:
            self.parts.append(text)

    def end(self, tag: str) -> None:
        self.is_value = False
        if tag == "c" and self.column <= MOST_COLUMNS:
            self.cells[self.column] = self._said().strip()
        elif tag == "row" and any(self.cells.values()):
            self.book.rows += 1
            _check_rows(self.book.rows)
            width = max(self.cells)
            self.rows.append((self.number, [self.cells.get(place, "") for place in range(1, width + 1)]))

    def _said(self) -> str:
        text = _short("".join(self.parts))
        if self.kind == "s":
            place = int(text) if text.isdecimal() and len(text) < 10 else -1
            return self.shared[place] if 0 <= place < len(self.shared) else ""
        if self.kind == "e":
            raise Invalid(
                _(
                    "Row %(row)s: a formula gives %(text)s. Correct it, or write the value.",
                    row=self.number,
                    text=text[:20],
                )
            )
        return self._number(text) if self.kind == "n" else text

    def _number(self, text: str) -> str:
        """Whole numbers by their digits. Of longer ones a spreadsheet has lost some, and a code must not be guessed."""
        if "E" not in text.upper():
            return text.partition(".")[0] if NUMBER.fullmatch(text) else text
        with suppress(ArithmeticError):
            found = Decimal(text)
            if -1 < found.adjusted() < DIGITS_KEPT and found == found.to_integral_value():
                return f"{found:f}".partition(".")[0]
        raise Invalid(
            _(
                "Row %(row)s: the number %(text)s is too long for a spreadsheet to keep. Make the cell a text.",
                row=self.number,
                text=text[:30],
            )
        )


def _short(text: str) -> str:
    """The text of a cell. Raises Invalid for one that no spreadsheet has written."""
    if len(text) > LONGEST_TEXT:
        raise _too_much()
    return text


def _too_much() -> Invalid:
    return Invalid(_("This workbook unpacks to more than can be read. Take less at once."))


def _column(reference: str) -> int:
    """The column of "AB12", counted from 1; 0 when it is not said."""
    number = 0
    for letter in reference.rstrip("0123456789")[:4]:
        number = number * 26 + ord(letter.upper()) - 64
    return number


def _parse(
    book: Book,
    part: str,
    start: Callable[[str, dict[str, str]], None] | None = None,
    end: Callable[[str], None] | None = None,
    data: Callable[[str], None] | None = None,
) -> None:
    parser = expat.ParserCreate(namespace_separator=None)
    parser.buffer_text = True
    parser.EntityDeclHandler = _refuse
    parser.StartElementHandler = (lambda tag, given: start(tag.rpartition(":")[2], given)) if start else None
    parser.EndElementHandler = (lambda tag: end(tag.rpartition(":")[2])) if end else None
    parser.CharacterDataHandler = data
    with book.open(part) as stream:
        while chunk := stream.read(CHUNK):
            book.unpacked += len(chunk)
            if book.unpacked > MOST_BYTES:
                raise _too_much()
            parser.Parse(chunk, False)
        parser.Parse(b"", True)


def _refuse(*_args: Any) -> None:
    raise Invalid(_("This workbook cannot be read. Save it as XLSX again, without a password."))
