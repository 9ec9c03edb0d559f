"""Reads names written as pinyin: whole ("kehu_mingcheng") or by initials ("KHMC")."""

from __future__ import annotations

import re
from functools import lru_cache

from models.wiring.glossary import english, initials, singulars, spelled
from models.wiring.identifiers import words


@lru_cache(4096)
def read_pinyin(name: str) -> str:
    """The Chinese that `name` abbreviates or spells; "" when it is no pinyin that we know."""
    parts = words(name)
    if not parts or all(_is_english(part) for part in parts):
        return ""
    read = [_read(part, is_upper=name.upper() == name) for part in parts]
    return "".join(read) if all(read) else ""


def _is_english(part: str) -> bool:
    return any(form in english() for form in singulars(part))


def _read(part: str, *, is_upper: bool) -> str:
    if part.isdigit():
        return part
    if part == "id":
        return "ID"
    return _split(part, spelled()) or (_initials(part) if is_upper or not re.search("[aeiou]", part) else "")


def _initials(part: str) -> str:
    known = initials()
    return known.get(part.upper(), "") or _split(part.upper(), known)


def _split(part: str, known: dict[str, str]) -> str:
    """Whole pieces from the left, the longest first; "" when something is left over."""
    if part in known:
        return known[part]
    for size in range(len(part) - 2, 1, -1):
        head = known.get(part[:size])
        tail = head and _split(part[size:], known)
        if head and tail:
            return head + tail
    return ""
