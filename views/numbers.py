"""Whole numbers out of addresses and forms."""

from __future__ import annotations

MOST_DIGITS = 18
"""What fits into 64 bits; anything longer names nothing that could be there."""


def whole(text: str) -> int | None:
    """The number that the text spells; None for anything else, and for one that no table could hold."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS else None
