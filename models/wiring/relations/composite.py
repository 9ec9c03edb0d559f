"""Relations of several columns: all columns of another table's key are found here under the same names."""

from __future__ import annotations

from collections import Counter

from models.legacy.facts import TableFacts
from models.wiring.relations.evidence import Candidate
from models.wiring.relations.subjects import SubjectIndex, family, is_generic

SCORE = 0.72


def by_composite_key(index: SubjectIndex, table: TableFacts, pointing: set[str]) -> list[Candidate]:
    """Candidates for keys of two columns and more. `pointing` are columns that already lead somewhere by themselves."""
    names = {column.name.lower(): column for column in table.columns}
    found = []
    for other in index.tables:
        key = other.primary_key
        if other == table or len(key) < 2 or any(name.lower() not in names for name in key):
            continue
        columns = tuple(names[name.lower()].name for name in key)
        if set(columns) <= pointing or not _alike(table, columns, other, key):
            continue
        found.append(
            Candidate(table, columns, other, key, _score(index, table, columns, other), ("same-name",))
        )
    return _parents(found)


def _alike(table: TableFacts, columns: tuple[str, ...], other: TableFacts, key: tuple[str, ...]) -> bool:
    pairs = zip(columns, key, strict=True)
    return all(family(_column(table, mine)) == family(_column(other, theirs)) != "" for mine, theirs in pairs)


def _column(table: TableFacts, name: str):  # type: ignore[no-untyped-def]
    return next(column for column in table.columns if column.name == name)


def _score(index: SubjectIndex, table: TableFacts, columns: tuple[str, ...], other: TableFacts) -> float:
    """A detail's key is longer than its parent's; two tables with the same key may be siblings."""
    own, theirs = index.words[table.name], index.words[other.name]
    if set(columns) == set(table.primary_key):
        return SCORE if set(theirs) < set(own) else 0.45
    if set(columns) < set(table.primary_key):
        return SCORE + 0.08
    is_speaking = not any(is_generic(name) for name in columns) and not set(table.primary_key) <= set(columns)
    return SCORE + (0.07 if is_speaking and len(theirs) > 1 and not _is_tie(index, other) else 0)


def _is_tie(index: SubjectIndex, table: TableFacts) -> bool:
    """Every column of the key leads somewhere by itself: the table only ties others together."""
    return all(len(index.by_key.get(name.lower(), [])) > 0 for name in table.primary_key)


def _parents(candidates: list[Candidate]) -> list[Candidate]:
    """For each group of columns the shortest-named table counts; many with the same key are children themselves."""
    counts = Counter(c.columns for c in candidates)
    best: dict[tuple[str, ...], Candidate] = {}
    for candidate in sorted(candidates, key=lambda c: (-c.score, len(c.target.name))):
        if candidate.columns not in best:
            best[candidate.columns] = (
                candidate if counts[candidate.columns] < 3 else candidate.scored(candidate.score - 0.05)
            )
    return list(best.values())
