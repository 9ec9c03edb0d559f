"""What is left of a masked value."""

from __future__ import annotations

from typing import Any

import pytest

from fields import kinds
from models.masking import Masked, mask_text, masked
from models.wiring.nouns import Field, Label

TEXTS = [
    ("13812345678", "138****5678"), ("+8613812345678", "+86138****5678"), ("+86 138 1234 5678", "+86****5678"),
    ("11010519491231002X", "110***********002X"), ("110105491231002", "110********1002"),
    ("6222021234567894321", "6222****4321"), ("6222 0212 3456 7894", "6222****7894"),
    ("张三", "张*"), ("王小明", "王*"), ("欧阳娜娜", "欧阳**"), ("欧阳", "欧*"), ("欧阳锋", "欧阳*"), ("mary@example.com", "m***@example.com"),
    ("m@example.com", "***@example.com"), ("6222-0212-3456-7894", "6222****7894"), ("138-1234-5678", "138****5678"),
    (" 13812345678 ", "138****5678"), ("010-12345678", "010****5678"), ("65432100", "65****00"), ("E12345678", "E1****78"),
    ("John Smith", "J*** S***"), ("Mary-Ann O’Neil Jr.", "M*** O*** J***"), ("secrets1", "se****s1"),
    ("Ada", "A**"), ("A long address", "A l****ress"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), TEXTS, ids=str)
def test_texts_by_what_they_look_like(text: str, expected: str) -> None:
    assert mask_text(text) == expected


@pytest.mark.parametrize(
    ("sql_type", "value", "expected"),
    [
        ("decimal(20,2)", "7654321.09", "****"),
        ("bigint", 13812345678, "138****5678"),
        ("int", 42, "****"),
        ("date", "1985-06-01", "****"),
        ("varchar(20)", None, None),
        ("varchar(20)", "", ""),
    ],
)
def test_numbers_days_and_nothing(sql_type: str, value: Any, expected: Any) -> None:
    shown = masked(Field("X", Label("X"), "text", sql_type), value)
    assert shown == expected
    assert isinstance(shown, Masked) or value in {None, ""}


def test_a_kind_brings_its_own_mask() -> None:
    kinds()
    assert masked(Field("X", Label("X"), "phone", "varchar(20)"), "65432") == "****32"
    assert masked(Field("X", Label("X"), "phone", "varchar(20)"), "021-65432100") == "021****2100"


@pytest.mark.parametrize("text", [text for text, _expected in TEXTS])
def test_something_is_always_gone(text: str) -> None:
    assert text.strip() not in mask_text(text)
    assert len(mask_text(text).replace("*", "").partition("@")[0]) < len(text.strip().partition("@")[0])
