"""Stand-ins: values that take a person's place and still fit: type, length, form, unique, not NULL.

Within one request the same value gets the same stand-in, so that what was equal stays equal; without the request's secret,
which is forgotten at its end, nobody can say which value it was. Numbers are of ranges that are given to nobody.
"""

from __future__ import annotations

import hmac
import re
from datetime import date, timedelta
from typing import Any

from models.condition.values import BYTES, NUMBER, TEXT, sort_of
from models.persons.kinds import ADDRESS, BIRTH, MAIL, NAME, NUMBERS, PHONE
from models.wiring.nouns import Field

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
MOBILE = re.compile(r"1\d{10}")
IDENTITY = re.compile(r"\d{17}[\dXx]")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
NOBODYS_MOBILES, NOBODYS_PLACE = "154", "999999"
"""A mobile prefix that no operator gives to people, and a place that is none in identity numbers."""
FIRST_DAY, DAYS = date(1900, 1, 1), 18_000


def stand_in(field: Field, kind: str, value: Any, secret: str, turn: int = 0) -> Any:
    """Another value for a personal one; `turn` gives a further one where the first is taken. NULL and "" stay."""
    if value is None or value in ("", 0):
        return value
    digest = hmac.new(secret.encode(), f"{kind}|{value}|{turn}".encode(), "sha256")
    number = int.from_bytes(digest.digest(), "big")
    if sort_of(field) == NUMBER:
        return type(value)(_digits(str(value), number))
    if sort_of(field) != TEXT:
        return empty(field)
    made = _MAKERS.get(kind, _other)(str(value), number, digest.hexdigest())
    return made[: field.length] if field.length else made


def empty(field: Field) -> Any:
    """Nothing: NULL, or where that is not allowed "" or 0."""
    if field.nullable:
        return None
    return {TEXT: "", NUMBER: 0, BYTES: b""}.get(sort_of(field), "")


def can_be_empty(field: Field) -> bool:
    """Is there a value for "nothing"? A date that must not be NULL has none."""
    return field.nullable or sort_of(field) in {TEXT, NUMBER, BYTES}


def _phone(value: str, number: int, _text: str) -> str:
    """Signs and country codes stay where they are."""
    found = MOBILE.search(value)
    if found:
        made = NOBODYS_MOBILES + f"{number % 10**8:08d}"
        return value[: found.start()] + made + value[found.end() :]
    return _digits(value, number)


def _identity(value: str, number: int, text: str) -> str:
    if not IDENTITY.fullmatch(value):
        return _letters(value, number, text)
    day = FIRST_DAY + timedelta(days=number % DAYS)
    body = f"{NOBODYS_PLACE}{day:%Y%m%d}{number // DAYS % 1000:03d}"
    total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, body, strict=True))
    return body + "10X98765432"[total % 11]


def _mail(value: str, _number: int, text: str) -> str:
    """A mailbox under a name that leads nowhere."""
    for made in (f"{text[:16]}@anonymous.invalid", f"{text[:6]}@x.invalid"):
        if len(made) <= max(len(value), 32):
            return made
    return text[: len(value)]


def _name(value: str, _number: int, text: str) -> str:
    return ("匿名" if CHINESE.search(value) else "Anonymous ") + text[:8]


def _address(value: str, _number: int, _text: str) -> str:
    return "匿名地址" if CHINESE.search(value) else "Anonymous"


def _other(value: str, number: int, text: str) -> str:
    return _letters(value, number, text)


def _digits(value: str, number: int) -> str:
    """Each digit another one; the first of a number never 0."""
    fresh = iter(f"{number:078d}"[-len(value) :])
    made = "".join(next(fresh) if character.isdigit() else character for character in value)
    return "9" + made[1:] if made[:1] == "0" and value[:1].isdigit() and value[:1] != "0" else made


def _letters(value: str, number: int, text: str) -> str:
    """Digits become digits, letters letters, signs stay."""
    drawn = _digits(value, number) if len(value) <= 78 else value[:0]
    letters = (text * (len(value) // len(text) + 1))[: len(value)]
    mixed = (
        chr(ord("A" if new.isupper() else "a") + int(one, 16)) if new.isalpha() and new.isascii() else new
        for new, one in zip(drawn or letters, letters, strict=True)
    )
    return "".join("匿" if CHINESE.match(one) else one for one in mixed)


_MAKERS = {PHONE: _phone, NUMBERS: _identity, MAIL: _mail, NAME: _name, ADDRESS: _address, BIRTH: _other}
