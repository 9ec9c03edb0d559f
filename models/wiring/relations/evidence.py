"""One piece of evidence that a column points at a table's key, before anybody looked at values."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from models.legacy.facts import ColumnFacts, TableFacts
from models.wiring.relations.subjects import Target, family


@dataclass(frozen=True)
class Candidate:
    """Columns of `source` that may name a row of `target`."""

    source: TableFacts
    columns: tuple[str, ...]
    target: TableFacts
    target_columns: tuple[str, ...]
    score: float
    reasons: tuple[str, ...] = ()
    checked: int = 0
    matched: int = 0
    orphans: tuple[object, ...] = ()
    when: tuple[tuple[str, Any], ...] = ()
    """(type column, stored value) for rows of which alone it speaks."""
    separator: str = ""
    """What stands between the keys of a list; "" = one key."""

    @property
    def place(self) -> tuple[str, tuple[str, ...]]:
        """Where it leads."""
        return self.target.name, self.target_columns

    @property
    def is_plain(self) -> bool:
        return not self.when and not self.separator

    def scored(self, score: float, *reasons: str) -> Candidate:
        """The same with another score and further reasons."""
        return replace(self, score=score, reasons=tuple(dict.fromkeys((*self.reasons, *reasons))))


def to_target(
    source: TableFacts, column: ColumnFacts, target: Target, score: float, reason: str
) -> Candidate:
    """A candidate of one column."""
    return Candidate(source, (column.name,), target.table, (target.column.name,), score, (reason,))


def fits(column: ColumnFacts, target: Target) -> bool:
    """The types can hold the same keys; numbers kept in texts are joined badly and rarely meant."""
    if family(column) != family(target.column) or not family(column):
        return False
    if family(column) != "text":
        return True
    return bool((target.column.length or 255) <= 3 * (column.length or 255) + 20)


def combined(candidates: list[Candidate]) -> list[Candidate]:
    """One candidate for each place: pieces of evidence that agree strengthen each other."""
    merged: dict[tuple[tuple[str, ...], tuple[str, tuple[str, ...]]], Candidate] = {}
    for candidate in sorted(candidates, key=lambda c: -c.score):
        known = merged.get((candidate.columns, candidate.place))
        if known is None:
            merged[candidate.columns, candidate.place] = candidate
        elif candidate.reasons[0] not in known.reasons:
            score = min(0.96, 1 - (1 - known.score) * (1 - candidate.score * 0.6))
            merged[candidate.columns, candidate.place] = known.scored(score, *candidate.reasons)
    return list(merged.values())
