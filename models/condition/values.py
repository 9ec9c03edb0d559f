"""What a field's values are for a comparison: numbers, texts, bytes, dates or durations; and values made to fit."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from flask_babel import get_locale
from flask_babel import gettext as _

from app.errors import Invalid
from models.wiring.nouns import Field

NUMBER, TEXT, BYTES, DATE, DATETIME, TIME = "number", "text", "bytes", "date", "datetime", "time"

_SQL_SORTS = {
    NUMBER: "tinyint smallint mediumint int integer bigint serial decimal dec numeric fixed float double real bit bool"
    " boolean year number",
    BYTES: "binary varbinary blob tinyblob mediumblob longblob bytea",
    DATE: "date",
    DATETIME: "datetime timestamp",
    TIME: "time",
}
_SORT_OF_WORD = {word: sort for sort, words in _SQL_SORTS.items() for word in words.split()}
_SORT_OF_KIND = {
    "integer": NUMBER, "decimal": NUMBER, "money": NUMBER, "percent": NUMBER, "year": NUMBER, "rating": NUMBER, "bit": NUMBER,
    "float": NUMBER, "number": NUMBER, "boolean": NUMBER, "date": DATE, "datetime": DATETIME, "time": TIME,
    "binary": BYTES, "blob": BYTES,
}  # fmt: skip
_EXACT_KINDS = frozenset({"decimal", "money", "percent"})
_FLOAT = re.compile(r"float|double|real", re.IGNORECASE)
_DATE = r"\d{4}-\d{2}-\d{2}"
_CLOCK = r"\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?"
_PATTERNS = {
    DATE: re.compile(rf"{_DATE}([ T]{_CLOCK})?"),
    DATETIME: re.compile(rf"{_DATE}([ T]{_CLOCK})?"),
    TIME: re.compile(r"-?\d{1,3}:\d{2}(:\d{2}(\.\d{1,6})?)?"),
}


def sort_of(field: Field) -> str:
    """Which of the constants above: by the server's type, else by the kind."""
    word = re.match(r"[a-z]+", field.sql_type.lower())
    if word and word.group() in _SORT_OF_WORD:
        return _SORT_OF_WORD[word.group()]
    return TEXT if field.sql_type else _SORT_OF_KIND.get(field.kind, TEXT)


def fit(field: Field, value: Any) -> Any:
    """The value as the field stores it, so that the server need not convert the column; raises Invalid."""
    sort = sort_of(field)
    if isinstance(value, bool):
        value = field.settings.get("true" if value else "false", int(value))
    if sort == NUMBER:
        return _fit_number(field, value)
    if sort == BYTES:
        return value if isinstance(value, bytes) else str(value).encode()
    text = _plain_text(value)
    return text if sort == TEXT else _fit_moment(field, sort, text)


def recorded(field: Field, value: Any) -> Any:
    """A record's own value in the form in which two of them compare in Python; None stays None."""
    if value is None:
        return None
    sort = sort_of(field)
    if sort == NUMBER:
        return _recorded_number(value)
    if sort == BYTES:
        return value if isinstance(value, bytes) else str(value).encode()
    text = _plain_text(value)
    if sort == TIME:
        return _microseconds(text)
    return text if sort == TEXT else _trim_fraction(text.replace("T", " "))


def _fit_number(field: Field, value: Any) -> int | Decimal | float:
    """As exact as the column: Decimal for exact fractions, else int, else float."""
    if isinstance(value, bytes):
        return int.from_bytes(value, "big")
    number = _decimal(field, value)
    if _FLOAT.match(field.sql_type):
        return float(number)
    if re.match(r"dec|num", field.sql_type, re.IGNORECASE) or field.kind in _EXACT_KINDS:
        return number
    return int(number) if number == number.to_integral_value() else float(number)


def _decimal(field: Field, value: Any) -> Decimal:
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        number = Decimal("NaN")
    most = 330 if _FLOAT.match(field.sql_type) else 80
    if not number.is_finite() or abs(number.adjusted()) > most:
        sentence = _(
            "“%(value)s” is not a number. Enter a number for “%(field)s”.",
            value=_short(value),
            field=_name(field),
        )
        raise Invalid(sentence)
    return number


def _recorded_number(value: Any) -> int | float | Decimal:
    if isinstance(value, bytes):
        return int.from_bytes(value, "big")
    return value if isinstance(value, int | float | Decimal) else Decimal(str(value))


def _plain_text(value: Any) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, set | frozenset):
        return ",".join(sorted(value))
    if isinstance(value, datetime | time):
        return value.isoformat(" ") if isinstance(value, datetime) else value.isoformat()
    return value.isoformat() if isinstance(value, date) else _duration_text(value)


def _duration_text(value: Any) -> str:
    if not isinstance(value, timedelta):
        return str(value)
    seconds = int(abs(value.total_seconds()))
    sign = "-" if value < timedelta() else ""
    return f"{sign}{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def _fit_moment(field: Field, sort: str, text: str) -> str:
    if not _PATTERNS[sort].fullmatch(text):
        sentence = _(
            "“%(value)s” is not a date or time. Enter one for “%(field)s”.",
            value=_short(text),
            field=_name(field),
        )
        raise Invalid(sentence)
    text = text.replace("T", " ")
    if sort == DATE:
        return text[:10] if re.fullmatch(r"[ 0:.]*", text[10:]) else text
    return _padded(field, sort, text)


def _padded(field: Field, sort: str, text: str) -> str:
    """All seconds, and as many digits behind them as the column has, so that SQLite's text comparison is right too."""
    if sort == DATETIME and len(text) == 10:
        text += " 00:00:00"
    if text.count(":") == 1:
        text += ":00"
    digits = re.search(r"\((\d)\)", field.sql_type)
    whole, _point, fraction = text.partition(".")
    fraction = fraction.rstrip("0").ljust(int(digits.group(1)) if digits else 0, "0")
    return f"{whole}.{fraction}" if fraction else whole


def _trim_fraction(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text


def _microseconds(text: str) -> int:
    sign = -1 if text.startswith("-") else 1
    clock, _point, fraction = text.lstrip("-").partition(".")
    hours, minutes, seconds = ([int(part) for part in clock.split(":")] + [0, 0])[:3]
    return sign * (((hours * 60 + minutes) * 60 + seconds) * 1_000_000 + int(fraction.ljust(6, "0")[:6] or 0))


def _short(value: Any) -> str:
    return str(value)[:60]


def _name(field: Field) -> str:
    return field.label.text(str(get_locale() or "en")) or field.name
