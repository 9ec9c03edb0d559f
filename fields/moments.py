"""Dates and times as people type them and as the columns keep them; odd stored ones stay texts."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime

from app.errors import Invalid
from fields import sentences

DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
CLOCK = re.compile(r"(\d{1,2})\s*[:时點点]\s*(\d{1,2})\s*分?(?:\s*:?\s*(\d{1,2})秒?(?:\.(\d{1,6})\d*)?)?")
DURATION = re.compile(r"(-?)(\d{1,3}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,6}))?)?")
ISO_DATE = re.compile(r"(?!0000)\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(?::(\d\d))?(?:\.(\d{1,6}))?")
ODD = re.compile(r"\d{4}-(0\d|1[0-2])-([0-2]\d|3[01])( \d\d:\d\d:\d\d(\.\d{1,6})?)?")
"""What a column can hold besides real days, and what only old rows do: zero, partial and impossible dates such as 2026-02-31."""
ISO_DATETIME = re.compile(ISO_DATE.pattern + r" ([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,3})?")


def simplify(text: str) -> str:
    """Full-width digits and signs made plain."""
    return unicodedata.normalize("NFKC", text).strip()


def read_date(text: str) -> date:
    """The day that was typed, in any of the usual spellings with the year first; raises Invalid."""
    plain = simplify(text)
    found = DATE.fullmatch(plain) or COMPACT.fullmatch(plain)
    try:
        return date(*(int(part) for part in found.groups())) if found else _refuse(sentences.not_a_date())
    except ValueError:
        return _refuse(sentences.not_a_date())


def read_datetime(text: str) -> tuple[datetime, bool]:
    """The time that was typed, and whether it was only a day (midnight then); raises Invalid."""
    plain = simplify(text)
    day, clock = _split(plain)
    try:
        if not clock:
            return datetime.fromisoformat(read_date(day).isoformat()), True
        return datetime.fromisoformat(f"{read_date(day).isoformat()} {read_clock(clock)}"), False
    except (Invalid, ValueError):
        raise Invalid(sentences.not_a_datetime()) from None


def read_clock(text: str) -> str:
    """A time of day as HH:MM:SS or HH:MM:SS.ffffff; raises Invalid."""
    found = CLOCK.fullmatch(simplify(text))
    if not found:
        raise Invalid(sentences.not_a_time())
    hours, minutes, seconds = (int(part or 0) for part in found.groups()[:3])
    if hours > 23 or minutes > 59 or seconds > 59:
        raise Invalid(sentences.not_a_time())
    fraction = f".{found[4].ljust(6, '0')}" if found[4] else ""
    return f"{hours:02}:{minutes:02}:{seconds:02}{fraction}"


def read_duration(text: str) -> str:
    """A time or a length of time up to 838:59:59, with a sign, as the server writes it; raises Invalid."""
    found = DURATION.fullmatch(simplify(text).replace("\u2212", "-"))
    if not found:
        raise Invalid(sentences.not_a_time())
    hours, minutes, seconds = int(found[2]), int(found[3]), int(found[4] or 0)
    if hours > 838 or minutes > 59 or seconds > 59:
        raise Invalid(sentences.not_a_time())
    fraction = f".{found[5]}" if found[5] and int(found[5]) else ""
    return f"{found[1]}{hours:02}:{minutes:02}:{seconds:02}{fraction}"


def with_digits(moment: str, digits: int) -> str:
    """A time with exactly as many digits of a second as its column keeps; raises Invalid where some would be lost."""
    whole, _, fraction = moment.partition(".")
    if fraction[digits:].strip("0"):
        raise Invalid(sentences.not_a_datetime())
    kept = fraction[:digits].ljust(digits, "0")
    return f"{whole}.{kept}" if digits else whole


def tidy_datetime(text: str) -> str:
    """One spelling for a moment: a blank between day and time, all seconds, no zeros behind them."""
    found = MOMENT.fullmatch(text)
    if not found:
        return text
    fraction = (found[4] or "").rstrip("0")
    return f"{found[1]} {found[2]}:{found[3] or '00'}" + (f".{fraction}" if fraction else "")


def for_browser(text: str) -> str:
    """A moment as a browser's datetime input spells it: the shortest way, with a T."""
    return tidy_datetime(text).removesuffix(":00").replace(" ", "T", 1)


def fits_browser(text: str) -> bool:
    """Whether a browser's datetime input can hold a moment: a real day, and thousandths of a second at most."""
    return text == "" or ISO_DATETIME.fullmatch(tidy_datetime(text)) is not None


def _split(plain: str) -> tuple[str, str]:
    found = re.fullmatch(r"(\d{4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}日?|\d{8})(?:[T\s]*(\d.*))?", plain)
    if not found:
        raise Invalid(sentences.not_a_datetime())
    return found[1], found[2] or ""


def _refuse(sentence: str) -> date:
    raise Invalid(sentence)
