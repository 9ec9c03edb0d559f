"""Estimates are kept for a while, under everything that narrows the rows down; exact counts are not."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Integer, column, select, table

from models import counting
from models.counting import Total

THING = table("thing", column("id", Integer))


class Counted:
    """Stands for counting: gives what it is told and says how often it was asked."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, found: Total) -> None:
        self.asked = 0
        self.found = found
        monkeypatch.setattr(counting, "total", self._total)

    def _total(self, *_args: Any, **_options: Any) -> Total:
        self.asked += 1
        return self.found

    def ask(self, above: int, whose: str) -> Total:
        statement = select(THING.c.id).where(THING.c.id > above)
        return counting.kept_total(None, statement, None, may_ask_plan=True, whose=whose)  # type: ignore[arg-type]


@pytest.mark.parametrize(("kind", "asked"), [("about", 1), ("over", 1), ("unknown", 1), ("exact", 3)])
def test_only_what_changes_slowly_is_kept(monkeypatch: pytest.MonkeyPatch, kind: Any, asked: int) -> None:
    counted = Counted(monkeypatch, Total(kind, 10_000))
    assert {counted.ask(1, f"one {kind}") for _time in range(3)} == {Total(kind, 10_000)}
    assert counted.asked == asked


def test_other_values_and_other_people_have_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    counted = Counted(monkeypatch, Total("about", 1))
    counted.ask(5, "two")
    counted.found = Total("about", 2)
    assert counted.ask(6, "two").number == 2
    assert counted.ask(5, "three").number == 2
    assert counted.ask(5, "two").number == 1
