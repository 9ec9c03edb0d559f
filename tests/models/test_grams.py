"""N-grams: a text that contains another one has all of its n-grams, however it is written."""

from __future__ import annotations

import random

import pytest

from models.condition.collation import collation_named, matches
from models.inside.grams import CUT, LONGEST, grams
from models.wiring.nouns import Field, Label

LETTERS = "aAäÄzZ 1-京北贸易有限Ａｃßあア가𠮷\u0301"


def field(collation: str = "") -> Field:
    return Field("T", Label("T"), "text", "varchar(100)", {"collation": collation} if collation else {})


@pytest.mark.parametrize(
    ("text", "count"),
    [("", 0), ("ab", 0), ("京", 0), ("abc", 1), ("北京", 1), ("北京市", 2), ("a京", 1), ("abcd", 2)],
)
def test_how_many_a_text_has(text: str, count: int) -> None:
    assert len(grams(field(), text)) == count


@pytest.mark.parametrize(
    "collation", ["utf8mb4_general_ci", "utf8mb4_unicode_ci", "utf8mb4_bin", "gbk_chinese_ci"]
)
def test_whatever_contains_it_has_its_grams(collation: str) -> None:
    chance, about = random.Random(7), field(collation)
    how, met = collation_named(collation).fold, 0
    for _ in range(4000):
        whole = "".join(chance.choices(LETTERS, k=chance.randint(2, 14)))
        start = chance.randint(0, len(whole) - 2)
        part = whole[start : start + chance.randint(2, 5)]
        part = chance.choice([part, part.upper(), part.lower(), part.swapcase()])
        if matches(whole, part, how, "contains"):
            met += 1
            assert grams(about, part) <= grams(about, whole), (whole, part)
    assert met > 1000


def test_case_and_accents_are_folded_as_the_column_compares() -> None:
    assert grams(field(), "ÄBC") == grams(field(), "abc")
    assert grams(field("utf8mb4_bin"), "ABC") != grams(field("utf8mb4_bin"), "abc")


def test_a_text_that_is_too_long_says_so() -> None:
    assert CUT not in grams(field(), "x" * LONGEST)
    assert CUT in grams(field(), "x" * (LONGEST + 1))
