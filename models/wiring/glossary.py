"""Common words of business databases in both languages, and what can be said in the other language with them."""

from __future__ import annotations


def to_chinese(parts: list[str]) -> str:
    """The Chinese for English words, when all of them are known; else ""."""
    return ""


def to_english(text: str) -> str:
    """The English for a Chinese name, when all of its parts are known; else ""."""
    return ""
