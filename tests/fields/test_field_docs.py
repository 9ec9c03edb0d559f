"""docs/field-types.md speaks of every kind and of every setting that a kind reads."""

import re
from pathlib import Path

import pytest

import fields

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "field-types.md").read_text(encoding="utf-8")
HEADINGS = re.findall(r"^## (\S+)$", PAGE, re.MULTILINE)
UNSAID = {"json", "relation"}
"""Marks that the wiring itself leaves: no person sets them."""


@pytest.mark.parametrize("kind", fields.kinds())
def test_each_kind_has_a_heading(kind: str) -> None:
    assert kind in HEADINGS, f"Describe the field type “{kind}” in docs/field-types.md."


def test_each_heading_is_a_kind() -> None:
    assert set(HEADINGS) == set(fields.kinds())


def test_each_setting_is_described() -> None:
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "fields").glob("**/*.py")]
    read = {name for source in sources for name in re.findall(r'settings\.get\("(\w+)"', source)}
    missing = {name for name in read - UNSAID if not re.search(rf"`{name}\b|    {name}:", PAGE)}
    assert missing == set(), "Describe these settings in docs/field-types.md."
