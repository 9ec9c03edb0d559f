"""Numbers as people type and read them, without ever rounding one."""

from __future__ import annotations

import re
import struct
import unicodedata
from decimal import Decimal
from typing import Any

from app.errors import Invalid
from fields import sentences
from models.legacy.sql_type import SqlType

GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?")
WHOLE = re.compile(r"[+-]?\d+")
DECIMAL = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)")
SCIENTIFIC = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d{1,3})?", re.IGNORECASE)
WHOLE_PATTERN = r"\s*[+\-−]?[0-9０-９,，]+\s*"
DECIMAL_PATTERN = r"\s*[+\-−]?[0-9０-９,，.．]+\s*"


def simplify(text: str) -> str:
    """Full-width digits and signs made plain, blanks and correctly set thousands separators taken out."""
    plain = unicodedata.normalize("NFKC", text).replace("\u2212", "-").strip()
    return plain.replace(",", "") if GROUPED.fullmatch(plain) else plain


def read_whole(text: str, sql: SqlType) -> int:
    """The integer that was typed, if the column's type can hold it; raises Invalid."""
    plain = simplify(text)
    if not WHOLE.fullmatch(plain) or len(plain) > 4000:
        raise Invalid(sentences.not_a_whole_number())
    return fit_whole(int(plain), sql)


def fit_whole(number: int, sql: SqlType) -> int:
    """The number, if the integer type can hold it; raises Invalid."""
    low, high = sql.integer_range()
    if not low <= number <= high:
        raise Invalid(sentences.out_of_range(low, high))
    return number


def read_decimal(text: str) -> Decimal:
    """The exact number that was typed; raises Invalid."""
    plain = simplify(text)
    if not DECIMAL.fullmatch(plain) or len(plain) > 4000:
        raise Invalid(sentences.not_a_number())
    return Decimal(plain)


def fit_decimal(number: Decimal, sql: SqlType) -> Decimal:
    """The number, if DECIMAL(p,s) holds it without rounding; raises Invalid."""
    if number < 0 and sql.unsigned:
        raise Invalid(sentences.negative())
    whole, _, fraction = f"{number.copy_abs():f}".partition(".")
    if sql.size is not None:
        room = sql.size - sql.scale
        if len(whole.lstrip("0")) > room or len(fraction.rstrip("0")) > sql.scale:
            raise Invalid(sentences.too_many_digits(room, sql.scale))
    return number


def read_float(text: str, sql: SqlType) -> float:
    """The nearest double to what was typed; raises Invalid."""
    plain = simplify(text)
    if not SCIENTIFIC.fullmatch(plain):
        raise Invalid(sentences.not_a_number())
    return fit_float(float(plain), sql)


def fit_float(number: float, sql: SqlType) -> float:
    """The number, if the type reaches that far; raises Invalid."""
    if number < 0 and sql.unsigned:
        raise Invalid(sentences.negative())
    if abs(number) > (3.402823466e38 if sql.name == "float" else 1.7976931348623157e308):
        raise Invalid(sentences.too_large())
    return number


def float_text(number: float, sql: SqlType) -> str:
    """The shortest text that reads back to the same value: 0.1 for a FLOAT that holds 0.100000001490116."""
    short = _shortest_single(number) if sql.name == "float" else None
    return (short or repr(number)).removesuffix(".0")


def _shortest_single(number: float) -> str | None:
    for digits in range(1, 10):
        text = f"{number:.{digits}g}"
        try:
            if struct.unpack("f", struct.pack("f", float(text)))[0] == number:
                return repr(float(text))
        except OverflowError:
            return None
    return None


def grouped(number: Any, least_digits: int = 0) -> str:
    """A number for readers: thousands separated, no trailing zeros beyond `least_digits` behind the point."""
    if isinstance(number, float):
        number = Decimal(repr(number))
    if not isinstance(number, int | Decimal) or (isinstance(number, Decimal) and not number.is_finite()):
        return str(number)
    whole, _, fraction = f"{number:f}".partition(".")
    fraction = fraction.rstrip("0").ljust(least_digits, "0")
    sign, digits = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
    # By int: a Decimal of 65 digits would be rounded to the context's 28.
    return f"{sign}{int(digits):,}" + (f".{fraction}" if fraction else "")
