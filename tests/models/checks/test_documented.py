"""Every finding has a heading in docs/checks.md, and every heading there a finding."""

from __future__ import annotations

import re
from pathlib import Path

from models import checks

PAGE = Path(__file__).resolve().parents[3] / "docs" / "checks.md"


def test_each_id_has_a_heading_and_each_heading_an_id() -> None:
    headings = re.findall(r"^### (V\d+)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert headings == sorted(headings)
    assert headings == list(checks.ids())
