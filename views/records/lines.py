"""One record as a line of an export: texts that can be read again, formulas neutralised, and CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import fields
from models.policy import Masked
from models.records import read
from models.wiring.nouns import Entity

CHUNK = 64 * 1024
COMMENT = "# "
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""The wide ones count too: spreadsheets in Chinese and Japanese take them for the narrow ones."""


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


def as_csv(table: Iterator[list[str]], closing: Callable[[], str]) -> Iterator[str]:
    """CSV with a byte order mark, so that spreadsheets read Chinese rightly.

    The last line is a comment of one cell, which begins with "# ": heads and columns stay as they are for every reader,
    and a file without it is not whole.
    """
    buffer = io.StringIO()
    buffer.write("\ufeff")
    writer = csv.writer(buffer)
    for row in table:
        writer.writerow([neutral(value) for value in row])
        if buffer.tell() > CHUNK:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    writer.writerow([f"{COMMENT}{closing()}"])
    yield buffer.getvalue()
