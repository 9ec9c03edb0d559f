"""An answer ready to be drawn: named parts, numbers, and for each number the list that it counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from charts.question import Number


@dataclass(frozen=True)
class Part:
    """A month, a group or a whole series. `leaves` narrow a list down to it; None = no list shows just that."""

    label: str
    leaves: tuple[Mapping[str, Any], ...] | None = ()
    tick: str = ""
    """A shorter label for an axis; empty = the label."""
    is_other: bool = False


@dataclass(frozen=True)
class Point:
    """One number. `url` opens the list behind it; "" when there is none."""

    value: Number
    text: str
    url: str = ""


@dataclass(frozen=True)
class Picture:
    """Points by series and category; `points[s][c]` belongs to `series[s]` and `categories[c]`."""

    categories: Sequence[Part] = ()
    series: Sequence[Part] = ()
    points: Sequence[Sequence[Point]] = ()
    axis: str = ""
    """What the categories are: "Month", "Status"; heads the first column of the table."""
    measure: str = ""
    """What the numbers are: "Number", "Amount"."""
    is_share: bool = False
    """Points add up to a whole, so that a share of it makes sense."""
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Nothing but zeros."""
        return not any(point.value for line in self.points for point in line)

    @property
    def total(self) -> Number:
        """All points together."""
        return sum((point.value for line in self.points for point in line), start=0)
