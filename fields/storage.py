"""What a column stores, whatever its kind means: texts and numbers made into stored values by the column's type."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from app.errors import Invalid
from fields import numbers, sentences
from models.legacy import misencoded
from models.legacy.sql_type import SqlType, parse_sql_type
from models.wiring.nouns import Field

SHORT = 255
"""Texts that may be longer get a textarea."""


def sql(field: Field) -> SqlType:
    """The column's type, taken apart."""
    return parse_sql_type(field.sql_type)


def is_text(field: Field) -> bool:
    """Whether the column stores characters; so does a column without a type (SQLite)."""
    return sql(field).family in {"text", "address", "json"} or not sql(field).name


def blank(field: Field) -> Any:
    """The stored value of a cleared field: NULL, else an empty text where the column is text; raises Invalid."""
    if field.nullable:
        return None
    if is_text(field) and not field.required:
        return ""
    raise Invalid(sentences.required())


def read(field: Field, text: str) -> Any:
    """The stored value of a plain text, by the column's type; raises Invalid."""
    if text.strip() == "" and (text == "" or not is_text(field)):
        return blank(field)
    parsed = sql(field)
    if parsed.family in {"integer", "bit"}:
        return numbers.read_whole(text, parsed)
    if parsed.family == "decimal":
        return numbers.fit_decimal(numbers.read_decimal(text), parsed)
    if parsed.family == "float":
        return numbers.read_float(text, parsed)
    return read_bytes(field, text) if parsed.family == "binary" else fit_text(field, text)


def read_bytes(field: Field, text: str) -> bytes:
    """The bytes of hexadecimal digits; BINARY(n) is filled up with zero bytes, as the server itself does."""
    limit = sql(field).byte_limit
    if not re.fullmatch(r"([0-9a-fA-F]{2})+", text) or (limit is not None and len(text) > 2 * limit):
        raise Invalid(sentences.not_hex(limit))
    found = bytes.fromhex(text)
    return found.ljust(limit or 0, b"\0") if sql(field).name == "binary" else found


def number(field: Field, exact: Decimal) -> Any:
    """The stored value of an exact number, in a column of any type; raises Invalid, never rounds."""
    parsed = sql(field)
    if parsed.family in {"integer", "bit"}:
        if exact != exact.to_integral_value():
            raise Invalid(sentences.not_a_whole_number())
        return numbers.fit_whole(int(exact), parsed)
    if parsed.family == "float":
        return numbers.fit_float(float(exact), parsed)
    if parsed.family == "text":
        return fit_text(field, f"{exact:f}")
    return numbers.fit_decimal(exact, parsed)


def exact(value: Any) -> Decimal | None:
    """A stored number of any type as an exact Decimal; None when it is none (odd text in a number's place)."""
    if isinstance(value, Decimal):
        return value if value.is_finite() else None
    if isinstance(value, int | float) and not isinstance(value, bool):
        found = Decimal(repr(value))
        return found if found.is_finite() else None
    try:
        return numbers.read_decimal(value) if isinstance(value, str) else None
    except Invalid:
        return None


def fit_text(field: Field, text: str) -> str:
    """The text, if it is short enough for the column; raises Invalid."""
    is_misencoded = field.settings.get(misencoded.SETTING) == misencoded.MISENCODED
    most = sql(field).byte_limit or (field.length if is_misencoded else None)
    if field.length is not None and most is None and len(text) > field.length:
        raise Invalid(sentences.too_long(field.length))
    if most is not None and len(text.encode("utf-8", "surrogatepass")) > most:
        raise Invalid(sentences.too_many_bytes(most))
    return text


def text_attributes(field: Field) -> dict[str, Any]:
    """HTML attributes of a text input over this column."""
    limited = field.length is not None and not sql(field).byte_limit
    return {"maxlength": field.length} if limited and is_text(field) else {}


def text_messages(field: Field) -> dict[str, str]:
    """The browser's sentences for a text input over this column."""
    limited = text_attributes(field)
    return {"maxlength": sentences.too_long(limited["maxlength"])} if limited else {}


def hints(field: Field) -> str:
    """Everything the column says about its meaning, lower case: name and labels."""
    name = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", field.name)
    return f"{name} {field.label.en} {field.label.zh}".lower()
