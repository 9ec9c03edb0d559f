"""How texts compare: the server's collations, followed in Python and lent to SQLite.

Measured against WEIGHT_STRING on MariaDB 10.11: `general` is exact for every character; `unicode` is exact for equality and
order within ASCII, Latin letters with accents, Greek, Cyrillic, kana, Han, and orders other symbols by code point.
"""

from __future__ import annotations

import sqlite3
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

from sqlalchemy import Engine, event

BEYOND = "\ufffd"
_UCA_ORDER = " _-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$"
_UCA_RANK = {char: index for index, char in enumerate(_UCA_ORDER)}


@dataclass(frozen=True)
class Collation:
    """`fold` names a way to make characters equal; `pads` means trailing blanks do not count; `native` is SQLite's own."""

    fold: str
    pads: bool
    native: bool = False

    @property
    def name(self) -> str:
        """The name under which SQLite knows it."""
        return f"veneer_{self.fold}{'_pad' if self.pads else ''}"


NATIVE = {
    "binary": Collation("exact", False, True),
    "nocase": Collation("nocase", False, True),
    "rtrim": Collation("exact", True, True),
}


def collation_named(name: str | None) -> Collation:
    """The rule behind a server's collation; None and "" mean the usual utf8mb4_general_ci."""
    low = (name or "utf8mb4_general_ci").lower()
    if low in NATIVE:
        return NATIVE[low]
    return Collation(_fold_of(low), not ("nopad" in low or "_0900_" in low))


def _fold_of(low: str) -> str:
    if low.endswith(("_bin", "_cs")):
        return "exact"
    if "_as_ci" in low:
        return "case"
    if "unicode_ci" in low or "unicode_nopad" in low:
        return "unicode"
    return "uca" if any(word in low for word in ("unicode_520", "uca1400", "0900")) else "general"


def fold(text: str, how: str) -> list[str]:
    """One string for each character; texts are equal where these are. "" stands for a character that never counts."""
    char = FOLDS[how]
    return [char(one) for one in text]


def compare(left: str, right: str, collation: Collation) -> int:
    """-1, 0 or 1, as the server orders the two texts."""
    a, b = "".join(fold(left, collation.fold)), "".join(fold(right, collation.fold))
    if collation.pads:
        width, blank = max(len(a), len(b)), FOLDS[collation.fold](" ")
        a, b = (key + blank * ((width - len(key)) // len(blank)) for key in (a, b))
    return (a > b) - (a < b)


def matches(value: str, part: str, how: str, place: str) -> bool:
    """LIKE with a plain text at `place` ("starts", "ends", "contains"); blanks count, as they do in LIKE."""
    whole, piece = (["", *fold(text, how), ""] for text in (value, part))
    separator = "\x00"
    hay, needle = separator.join(whole), separator.join(piece)
    if place == "contains":
        return needle in hay
    return hay.startswith(needle) if place == "starts" else hay.endswith(needle)


def is_member(value: str, member: str, collation: Collation) -> bool:
    """FIND_IN_SET: `member` is one of the parts between commas."""
    if "," in member or not value:
        return False
    return any(compare(part, member, collation) == 0 for part in value.split(","))


BYTES_AT: dict[str, Callable[[bytes, bytes], bool]] = {
    "starts": bytes.startswith,
    "ends": bytes.endswith,
    "contains": bytes.__contains__,
}


@event.listens_for(Engine, "connect")
def _prepare(connection: Any, _record: Any) -> None:
    """Every SQLite connection of this process knows the collations; servers have their own."""
    if isinstance(connection, sqlite3.Connection):
        register_sqlite(connection)


def register_sqlite(connection: Any) -> None:
    """Teach a sqlite3 connection these collations and the functions that `to_sql` uses there."""
    for how in FOLDS:
        for pads in (False, True):
            rule = Collation(how, pads)
            connection.create_collation(rule.name, partial(compare, collation=rule))
            connection.create_function(f"{rule.name}_has", 2, _null_safe(_has(rule)), deterministic=True)
        for place in ("starts", "ends", "contains"):
            match = partial(matches, how=how, place=place)
            connection.create_function(f"veneer_{how}_{place}", 2, _null_safe(match), deterministic=True)
    for place, find in BYTES_AT.items():
        connection.create_function(f"veneer_bytes_{place}", 2, _bytes_safe(find), deterministic=True)


def _has(rule: Collation) -> Callable[[str, str], bool]:
    return lambda value, member: is_member(value, member, rule)


def _null_safe(answer: Callable[[str, str], bool]) -> Callable[[Any, Any], bool | None]:
    return lambda value, other: None if value is None or other is None else answer(str(value), str(other))


def _bytes_safe(find: Callable[[bytes, bytes], bool]) -> Callable[[Any, Any], bool | None]:
    return lambda value, other: None if value is None else find(_as_bytes(value), _as_bytes(other))


def _as_bytes(value: Any) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()


def _exact(char: str) -> str:
    return char


def _nocase(char: str) -> str:
    return char.lower() if char < "\x80" else char


@lru_cache(maxsize=20_000)
def _case(char: str) -> str:
    return char.casefold()


_OLD = unicodedata.ucd_3_2_0
_KEEP_LOW = frozenset("Йй\u019e\u03d9\u03f5\u048b\u04c6\u04ca\u04ce")
_OTHER_LOW = {"ß": "S", "\u03f2": "\u03a3"}
_OXIA = {chr(low): chr(up) for low, up in zip(
    (0x1F71, 0x1F73, 0x1F75, 0x1F77, 0x1F79, 0x1F7B, 0x1F7D),
    (0x1FBB, 0x1FC9, 0x1FCB, 0x1FDB, 0x1FF9, 0x1FEB, 0x1FFB),
    strict=True,
)}  # fmt: skip
_OXIA_UP = frozenset(_OXIA.values()) | {"\u1fd3", "\u1fe3"}


@lru_cache(maxsize=20_000)
def _general(char: str) -> str:
    """utf8mb4_general_ci: one upper-case base letter a character, by the Unicode of its day; beyond the BMP all are equal."""
    if char > "\uffff":
        return BEYOND
    special = _OTHER_LOW.get(char) or _OXIA.get(char)
    if special:
        return special
    if char in _OXIA_UP or not _is_folded(char) or _OLD.category(char) == "Cn":
        return char
    return _old_upper(char if char in _KEEP_LOW else _base(char), char)


def _is_folded(char: str) -> bool:
    code = ord(char)
    return code < 0x500 or 0x10A0 <= code < 0x2000 or 0x2170 <= code < 0x2180 or code in _CIRCLED or code in _WIDE \
        or 0x530 <= code < 0x590  # fmt: skip


_CIRCLED, _WIDE = range(0x24D0, 0x24EA), range(0xFF41, 0xFF5B)


def _base(char: str) -> str:
    parts = _OLD.normalize("NFD", char)
    is_accented = len(parts) > 1 and all(_OLD.combining(mark) for mark in parts[1:])
    return parts[0] if is_accented and _OLD.category(parts[0]).startswith("L") else char


def _old_upper(base: str, char: str) -> str:
    if char in _KEEP_LOW and char != "й":
        return char
    up = base.upper()
    return up if len(up) == 1 and _OLD.category(up) != "Cn" else base


@lru_cache(maxsize=20_000)
def _unicode(char: str) -> str:
    """utf8mb4_unicode_ci: UCA 4.0, which knows nothing beyond the BMP and keeps й apart from и."""
    if char > "\uffff":
        return _rank(BEYOND) + BEYOND
    return _rank(char) + char.casefold() if char in _ALONE else _uca(char)


@lru_cache(maxsize=20_000)
def _uca(char: str) -> str:
    """The UCA's first level: no case, no accents, ß = ss, kana of both kinds alike, punctuation before digits and letters."""
    parts = unicodedata.normalize("NFKD", char)
    kept = [_kana(one) for one in parts.casefold() if not unicodedata.combining(one)]
    return "".join(_rank(one) + one for one in kept if _counts(one))


def _counts(char: str) -> bool:
    return unicodedata.category(char) not in {"Cc", "Cf"} or char in "\t\n\v\f\r"


_ALONE = frozenset("¨¯´¸Йй")
_SMALL = dict(zip("ぁぃぅぇぉっゃゅょゎゕゖ", "あいうえおつやゆよわかけ", strict=True))


def _kana(char: str) -> str:
    """Both kinds of kana and both sizes are one."""
    char = chr(ord(char) - 0x60) if "ァ" <= char <= "ヶ" else char
    return _SMALL.get(char, char)


def _rank(char: str) -> str:
    if char in "\t\n\v\f\r":
        return "\x01"
    if char in _UCA_RANK:
        return chr(2 + _UCA_RANK[char])
    return {"N": "\x41", "L": "\x42"}.get(unicodedata.category(char)[0], "\x40")


FOLDS: dict[str, Callable[[str], str]] = {
    "exact": _exact,
    "nocase": _nocase,
    "case": _case,
    "general": _general,
    "unicode": _unicode,
    "uca": _uca,
}
