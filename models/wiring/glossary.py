"""Common words of business databases in both languages, and what can be said in the other language with them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from models.wiring.syllables import syllables

WORDS = Path(__file__).parent / "words"
LONGEST = 6
"""Characters or words of the longest entry worth looking for."""
SILENT = ("的", "之", "(", ")", "（", "）", "、", "/", " ", "-", "_", "名下", "所属", "对应", "关联的")
"""Parts of a Chinese name that its translation leaves out."""
IRREGULAR = {
    "people": "person",
    "children": "child",
    "men": "man",
    "women": "woman",
    "indices": "index",
    "criteria": "criterion",
}
ACRONYM = re.compile(r"[A-Za-z0-9]+")
SPELLINGS = {
    "id": "ID",
    "ip": "IP",
    "url": "URL",
    "qq": "QQ",
    "sku": "SKU",
    "crm": "CRM",
    "vip": "VIP",
    "api": "API",
}


def _lines(name: str) -> Iterator[tuple[str, list[str]]]:
    for line in (WORDS / name).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            left, right = line.split("\t")
            yield left, right.split("|")


@lru_cache(1)
def english() -> dict[str, str]:
    """Chinese by English phrase, in lower case; the first entry of a phrase counts."""
    found: dict[str, str] = {}
    for phrase, meanings in _lines("glossary.tsv"):
        found.setdefault(phrase.lower(), meanings[0])
    return found


@lru_cache(1)
def chinese() -> dict[str, str]:
    """English by Chinese word; where two entries share a word the first counts."""
    found: dict[str, str] = {}
    for phrase, meanings in _lines("glossary.tsv"):
        for word in meanings:
            found.setdefault(word, phrase)
    return found


@lru_cache(1)
def initials() -> dict[str, str]:
    """Chinese by the initials of its pinyin: "KHBH" → 客户编号."""
    return {abbreviation.upper(): meanings[0] for abbreviation, meanings in _lines("pinyin.tsv")}


@lru_cache(1)
def spelled() -> dict[str, str]:
    """Chinese by its whole pinyin: "kehu" → 客户; words of one character are too ambiguous."""
    return {
        "".join(syllables(word)): word for word in reversed(chinese()) if len(word) > 1 and not word.isascii()
    }


@lru_cache(1)
def foreign() -> dict[str, str]:
    """English by a word that old programs in other languages call their tables with: "facture" → invoice."""
    return {word: meanings[0] for word, meanings in _lines("foreign.tsv")}


@lru_cache(4096)
def to_english(text: str) -> str:
    """The English for a Chinese name, when all of its parts are known; else ""."""
    parts = _segments(text.strip())
    if not parts:
        return ""
    phrase = " ".join(parts)
    return phrase[:1].upper() + phrase[1:]


def _segments(text: str) -> list[str] | None:
    """English parts from the longest known words, left to right; None when something is unknown."""
    found: list[str] = []
    position = 0
    while position < len(text):
        step, part = _longest(text, position)
        if not step:
            return None
        if part and part not in found[-1:]:
            found.append(part)
        position += step
    return found


def _longest(text: str, position: int) -> tuple[int, str]:
    """(characters used, English) of the longest known word at `position`; (0, "") = none."""
    for size in range(LONGEST, 0, -1):
        word = text[position : position + size]
        if word in SILENT:
            return len(word), ""
        if len(word) == size and word in chinese():
            return size, chinese()[word]
    match = ACRONYM.match(text, position)
    if match:
        return len(match[0]), SPELLINGS.get(match[0].lower(), match[0])
    return 0, ""


def to_chinese(parts: list[str]) -> str:
    """The Chinese for English words, when all of them are known; else ""."""
    found: list[str] = []
    position = 0
    while position < len(parts):
        for size in range(min(LONGEST, len(parts) - position), 0, -1):
            word = _known(" ".join(parts[position : position + size]))
            if word:
                found.append(word)
                position += size
                break
        else:
            return ""
    return "".join(found)


def _known(phrase: str) -> str:
    """The Chinese for a phrase in the singular or plural."""
    return next((english()[form] for form in singulars(phrase) if form in english()), "")


def singulars(phrase: str) -> list[str]:
    """The phrase, and what it may be in the singular."""
    forms = [phrase]
    head, _blank, last = phrase.rpartition(" ")
    if last in IRREGULAR:
        forms.append(f"{head} {IRREGULAR[last]}".strip())
    if phrase.endswith("ies") and len(phrase) > 4:
        forms.append(phrase[:-3] + "y")
    if phrase.endswith(("ses", "xes", "ches", "shes", "zes")):
        forms.append(phrase[:-2])
    if phrase.endswith("s") and not phrase.endswith(("ss", "us", "is")) and len(phrase) > 3:
        forms.append(phrase[:-1])
    return forms
