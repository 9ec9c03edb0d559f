"""Exports of what a list shows: CSV and XLSX, read in keyset pages, formulas neutralised."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from typing import IO, Any

import fields
from app.extensions import services
from app.i18n import language
from models.guard import RecordSession
from models.policy import Masked
from models.records import read
from models.wiring.nouns import Entity

BATCH = 1000
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""The wide ones count too: spreadsheets in Chinese and Japanese take them for the narrow ones."""


def lines(session: RecordSession, entity: Entity, query: read.Query) -> Iterator[list[str]]:
    """A head and a line for each record, up to EXPORT_MAX_ROWS, in constant memory.

    The first page is read at once, so that what cannot be read is answered in words and not by half a file.
    """
    with session.for_action("export"):
        first = read.page(session, entity, replace(query, cursor="", size=BATCH))
    return _lines(session, entity, query, first)


def _lines(
    session: RecordSession, entity: Entity, query: read.Query, found: read.Page
) -> Iterator[list[str]]:
    """The session is closed here: a streamed answer outlives the request that would otherwise close it."""
    left = services().config.export_max_rows
    with closing(session), session.for_action("export"):
        yield [entity.fields[n].label.text(language()) or n for n in query.columns]
        while True:
            yield from (line(entity, query.columns, record) for record in found.records[:left])
            left -= len(found.records)
            if left <= 0 or not found.next_cursor:
                return
            found = read.page(session, entity, replace(query, cursor=found.next_cursor, size=BATCH))


def line(entity: Entity, names: Sequence[str], record: read.Record) -> list[str]:
    """One record as texts that can be read again."""
    return [text(entity, name, record.values.get(name)) for name in names]


def text(entity: Entity, name: str, value: Any) -> str:
    """One value as text; a masked one as it is shown."""
    if value is None or isinstance(value, Masked):
        return str(value or "")
    field = entity.fields[name]
    return fields.field_type(field.kind).to_csv(field, value)


def neutral(value: str) -> str:
    """A text that no spreadsheet takes for a formula; numbers stay numbers."""
    if value.startswith(FORMULA_STARTS) and not _is_number(value):
        return "'" + value
    return value


def _is_number(value: str) -> bool:
    try:
        float(value)
    except ValueError:
        return False
    return True


def as_csv(table: Iterator[list[str]]) -> Iterator[str]:
    """CSV with a byte order mark, so that spreadsheets read Chinese rightly."""
    yield "\ufeff"
    for row in table:
        buffer = io.StringIO()
        csv.writer(buffer).writerow([neutral(value) for value in row])
        yield buffer.getvalue()


def as_xlsx(table: Iterator[list[str]]) -> IO[bytes]:
    """A workbook in a temporary file: rows go to disk as they come. Texts are never formulas there."""
    import xlsxwriter

    target = tempfile.TemporaryFile()  # noqa: SIM115 it is handed to the response, which closes it
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "in_memory": False,
    }
    with xlsxwriter.Workbook(target, options) as book:
        sheet = book.add_worksheet()
        sheet.freeze_panes(1, 0)
        for number, row in enumerate(table):
            for position, value in enumerate(row):
                sheet.write_string(number, position, value[:32767])
    target.seek(0)
    return target
