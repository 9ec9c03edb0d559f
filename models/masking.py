"""Masks: what is left of a value of which only a part may be seen. A field type may bring its own."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from models.condition.values import TEXT, sort_of
from models.wiring.nouns import Field

Mask = Callable[[Field, Any], str]
STARS = "****"
LONG = 14
"""Characters of a text of which seven may stay."""
_masks: dict[str, Mask] = {}
PHONE = re.compile(r"(?:\+?86[ -]?)?1\d{10}")
IDENTITY = re.compile(r"\d{17}[\dXx]|\d{15}")
ACCOUNT = re.compile(r"\d(?:[ -]?\d){11,29}")
MAIL = re.compile(r"([^@\s]+)(@[^@\s]+)")
NAME = re.compile(r"[\u4e00-\u9fff·]{2,6}")
LATIN_NAME = re.compile(r"[^\W\d_][\w.'’-]*(?: [^\W\d_][\w.'’-]*){1,3}")
DIALLED = re.compile(r"[+＋]?\d[\d ()./–—-]*")
DIALLED_FIGURES = 10
"""Figures of a number of which the first three and the last four may stay."""
SURNAMES = frozenset(
    [
        "欧阳",
        "太史",
        "端木",
        "上官",
        "司马",
        "东方",
        "独孤",
        "南宫",
        "万俟",
        "闻人",
        "夏侯",
        "诸葛",
        "尉迟",
        "公羊",
        "赫连",
        "澹台",
        "皇甫",
        "宗政",
        "濮阳",
        "公冶",
        "太叔",
        "申屠",
        "公孙",
        "慕容",
        "仲孙",
        "钟离",
        "长孙",
        "宇文",
        "司徒",
        "鲜于",
        "司空",
        "闾丘",
        "子车",
        "亓官",
        "司寇",
        "巫马",
        "公西",
        "颛孙",
        "壤驷",
        "公良",
        "漆雕",
        "乐正",
        "宰父",
        "谷梁",
        "拓跋",
        "夹谷",
        "轩辕",
        "令狐",
        "段干",
        "百里",
        "呼延",
        "东郭",
        "南门",
        "羊舌",
        "微生",
        "梁丘",
        "左丘",
        "东门",
        "西门",
        "第五",
    ]
)
"""Family names of two characters."""


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
    """138****5678, 110***********002X, 6222****4321, 张*, m***@example.com; of other texts at most half stays."""
    text = text.strip()
    mail = MAIL.fullmatch(text)
    if mail:
        return f"{mail[1][0] if len(mail[1]) > 1 else ''}***{mail[2]}"
    if NAME.fullmatch(text):
        return _mask_name(text)
    if PHONE.fullmatch(text):
        return text[:-8] + STARS + text[-4:]
    if IDENTITY.fullmatch(text):
        return text[:3] + "*" * (len(text) - 7) + text[-4:]
    if ACCOUNT.fullmatch(text) and "-" not in text[:4]:
        return text[:4] + STARS + text[-4:]
    return _mask_other(text)


def _mask_name(text: str) -> str:
    """A Chinese name keeps its family name; of two characters one is always masked."""
    kept = 2 if text[:2] in SURNAMES and len(text) > 2 else 1
    return text[:kept] + "*" * (1 if len(text) <= 3 else 4 - kept)


def _mask_other(text: str) -> str:
    """Names in other scripts keep their initials, numbers to dial and long texts their ends, short ones a letter."""
    words = text.split(" ")
    if LATIN_NAME.fullmatch(text) and all(word[0].isupper() for word in words):
        return " ".join(f"{word[0]}***" for word in words)
    is_dialled = DIALLED.fullmatch(text) and sum(one.isdigit() for one in text) >= DIALLED_FIGURES
    if is_dialled or len(text) >= LONG:
        return text[:3] + STARS + text[-4:]
    return text[:2] + STARS + text[-2:] if len(text) >= 8 else text[:1] + "**"
