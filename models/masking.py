"""Masks: what is left of a value of which only a part may be seen. A field type may bring its own."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from models.condition.values import TEXT, sort_of
from models.wiring.nouns import Field

Mask = Callable[[Field, Any], str]
STARS = "****"
_masks: dict[str, Mask] = {}
PHONE = re.compile(r"(?:\+?86[ -]?)?1\d{10}")
IDENTITY = re.compile(r"\d{17}[\dXx]|\d{15}")
ACCOUNT = re.compile(r"\d(?: ?\d){11,29}")
MAIL = re.compile(r"([^@\s])[^@\s]*(@[^@\s]+)")
NAME = re.compile(r"[\u4e00-\u9fff·]{2,6}")


class Masked(str):
    """A value of which only a part may be seen; it is shown as it is and never parsed."""

    __slots__ = ()


CONCEALED = Masked("***")
"""Stands in a cell that is hidden on this row, while the field can be seen on others."""


def set_mask(kind: str, mask: Mask) -> None:
    """Give the values of a kind a mask of their own."""
    _masks[kind] = mask


def masked(field: Field, value: Any) -> Any:
    """The part that may be seen; NULL and "" stay."""
    if value is None or value == "":
        return value
    own = _masks.get(field.kind)
    return Masked(own(field, value) if own else mask_of(field, value))


def mask_of(field: Field, value: Any) -> str:
    """By what a value looks like: numbers of people and accounts keep their ends, other numbers and files keep nothing."""
    text = str(value)
    if sort_of(field) != TEXT and not (text.isdecimal() and len(text) > 10):
        return STARS
    return mask_text(text)


def mask_text(text: str) -> str:
    """138****5678, 110***********002X, 6222****4321, 张*, m***@example.com; else the ends of a long text, the first letter of a short one."""
    mail = MAIL.fullmatch(text)
    if mail:
        return f"{mail[1]}***{mail[2]}"
    if NAME.fullmatch(text):
        return text[0] + "*" * (1 if len(text) <= 3 else 3)
    if PHONE.fullmatch(text):
        return text[:-8] + STARS + text[-4:]
    if IDENTITY.fullmatch(text):
        return text[:3] + "*" * (len(text) - 7) + text[-4:]
    if ACCOUNT.fullmatch(text):
        return text[:4] + STARS + text[-4:]
    return text[:3] + STARS + text[-4:] if len(text) >= 8 else text[:1] + "**"
