"""Evidence from values: how many of a column's sampled values the other table's key really has."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from models.legacy.facts import ColumnFacts, TableFacts
from models.legacy.samples import ROWS, VALUES, Samples, distinct, means_nothing
from models.wiring.relations.evidence import Candidate, fits
from models.wiring.relations.subjects import SubjectIndex, family, is_generic

UNCHECKED_LIMIT = 0.86
"""Names alone are never more certain than this."""
UNCHECKED_WEAK = 0.7
SHOWN_ORPHANS = 5
SMALL_NUMBER = 1000
LARGE_NUMBER = 10_000_000
"""Numbers beyond it are drawn, not counted: one of them matches nothing by chance."""
CODE_LENGTH = 4
DRAWN_LENGTH = 16
SAID, HINTED = 0.74, 0.4
NAMED, SOME, MANY = 0.93, 0.4, 10
TIED = 0.82
"""Where a table ties two others by the names of both and of their keys, missing rows are orphans."""
NEARLY = 0.9
ALIKE = 0.8
RANDOM = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{17,19}", re.IGNORECASE)
LETTERS = re.compile(r"[A-Za-z]{2,3}")
"""Two such codes are hardly the keys of another table by chance."""
CHANCE = 0.05
"""From here down it is taken for no accident that all values are keys."""
FEW = 5
"""Distinct small numbers that any counted key may have by chance."""


def checked(candidate: Candidate, samples: Samples | None, keys: Sequence[Any] | None = None) -> Candidate:
    """The candidate after a look at the data; without data the names have to do.

    `keys` are values to look up instead of those of the sampled rows: the parts of lists, the ids of one type.
    """
    values = list(keys[:VALUES]) if keys is not None else _values(candidate, samples)
    found = (
        samples.existing(candidate.target, candidate.target_columns, values) if samples and values else None
    )
    if found is None:
        is_weak = len(candidate.columns) > 1 or "word" in candidate.reasons
        return candidate.scored(
            min(candidate.score, UNCHECKED_WEAK if is_weak else UNCHECKED_LIMIT), "no-values"
        )
    known = {_folded(value) for value in found}
    orphans = [value for value in values if _folded(value) not in known]
    matched = len(values) - len(orphans)
    telling = is_telling(values) or (samples is not None and _is_unlikely(candidate, values, samples))
    score = _score(candidate.score, matched, len(values), is_telling=telling)
    if not telling and (
        candidate.reasons == ("ending",) or (candidate.reasons == ("word",) and len(values) < FEW)
    ):
        score = min(score, UNCHECKED_WEAK)
    if matched < ALIKE * len(values) and candidate.reasons == ("same-name",):
        score *= 0.8  # the same name in a table that is about something else
    if matched and (_is_tied(candidate) or _is_proven(candidate.score, matched, values)):
        score = max(score, TIED)
    counted = replace(candidate, checked=len(values), matched=matched, orphans=tuple(orphans[:SHOWN_ORPHANS]))
    return counted.scored(score, "values")


def _is_tied(candidate: Candidate) -> bool:
    return {"tie", "same-name"} <= set(candidate.reasons)


def _is_proven(base: float, matched: int, values: Sequence[Any]) -> bool:
    """Drawn ids match nothing by chance: one proves what a name says, and all of them what it only hints at."""
    if not all(_is_drawn(value) for value in values):
        return False
    return base >= SAID or (base >= HINTED and matched == len(values))


def _is_drawn(value: Any) -> bool:
    """A number that nobody counted to, or a text as long as a random one."""
    return (
        value > LARGE_NUMBER
        if isinstance(value, int)
        else isinstance(value, str) and len(value) >= DRAWN_LENGTH
    )


def _values(candidate: Candidate, samples: Samples | None) -> list[Any]:
    rows = samples.rows(candidate.source) if samples else []
    if len(candidate.columns) == 1:
        return distinct(rows, candidate.columns[0])
    found = (tuple(row.get(name) for name in candidate.columns) for row in rows)
    whole = dict.fromkeys(
        value for value in found if not any(part is None or means_nothing(part) for part in value)
    )
    return list(whole)[: VALUES // 4]


def _folded(value: Any) -> Any:
    """Values as the server compares them: without case, without blanks at the end."""
    if isinstance(value, tuple):
        return tuple(_folded(part) for part in value)
    return value.rstrip().casefold() if isinstance(value, str) else value


def _score(score: float, matched: int, total: int, *, is_telling: bool) -> float:
    """Confidence after `matched` of `total` values were found."""
    share = matched / total
    if share >= 0.95:
        weight = 0.15 if total < 3 else 0.3 if total < 5 else 0.45 if total < 10 else 0.55
        return score + (1 - score) * min(0.8, weight + (0.2 if is_telling else 0))
    if share >= 0.8:
        return score + (1 - score) * (0.25 if share >= NEARLY and total >= MANY else 0)
    if share >= 0.5:
        return score * (0.88 if total >= 5 else 0.92)
    if share >= SOME and total >= MANY and score >= NAMED:
        return score * 0.86  # many rows are gone, and the name leaves no doubt
    return score * (0.4 if total >= 3 else 0.6)


def is_telling(values: Sequence[Any]) -> bool:
    """Long codes and large numbers hardly match by chance; 1, 2 and 3 match any counted key."""
    flat = [part for value in values for part in (value if isinstance(value, tuple) else (value,))]
    if all(isinstance(value, int) for value in flat):
        return min(flat) > LARGE_NUMBER or (max(flat) > SMALL_NUMBER and len(set(flat)) > 5)
    texts = {str(value) for value in flat}
    return all(len(one) >= CODE_LENGTH for one in texts) or (
        len(texts) > 1 and all(LETTERS.fullmatch(one) for one in texts)
    )


def _is_unlikely(candidate: Candidate, values: Sequence[Any], samples: Samples) -> bool:
    """Small numbers that would have missed a key with so many gaps, had they been counted for something else.

    Only where the sample holds the whole of the other table.
    """
    if len(candidate.columns) > 1 or not all(isinstance(value, int) and value > 0 for value in values):
        return False
    rows = samples.rows(candidate.target)
    if len(rows) >= ROWS:
        return False
    top = max(values)
    keys = {row.get(candidate.target_columns[0]) for row in rows}
    below = sum(isinstance(key, int) and 0 < key <= top for key in keys)
    return bool((below / top) ** len(values) <= CHANCE)


def by_values(index: SubjectIndex, table: TableFacts, names: set[str], samples: Samples) -> list[Candidate]:
    """Columns that no name explains, where exactly one table's key has all of the sampled codes or drawn ids."""
    found = []
    rows = samples.rows(table)
    own_keys = {target.column.name for target in index.targets(table)}
    for column in table.columns:
        if column.name in names or column.name in own_keys or not family(column) or _is_no_code(column.name):
            continue
        values = distinct(rows, column.name)
        if values and all(_is_random(value) for value in values):
            found += _holding(index, table, column, values, samples)
        elif family(column) == "text" and len(values) >= 5 and _look_like_codes(values):
            found += _matching(index, table, column.name, values, samples)
    return found


def _is_random(value: Any) -> bool:
    """Drawn so that no two are alike anywhere: 32 hexadecimal digits, or a number of 17 digits and more."""
    return bool(RANDOM.fullmatch(str(value))) if isinstance(value, str | int) else False


def _holding(
    index: SubjectIndex, table: TableFacts, column: ColumnFacts, values: Sequence[Any], samples: Samples
) -> list[Candidate]:
    """Keys among whose sampled values some of the ids are."""
    wanted = {_folded(value) for value in values}
    return [
        Candidate(table, (column.name,), target.table, (target.column.name,), 0.5, ("shape",))
        for other in index.tables
        for target in index.targets(other)
        if target.is_primary
        and fits(column, target)
        and wanted & {_folded(row.get(target.column.name)) for row in samples.rows(other)}
    ]


def _is_no_code(name: str) -> bool:
    return (
        is_generic(name)
        or re.search(r"name|mail|phone|mobile|date|time|url|addr", name, re.IGNORECASE) is not None
    )


def _look_like_codes(values: Sequence[Any]) -> bool:
    """Letters with digits, or digits alone, four and more: "YG0012", not "red"."""
    pattern = re.compile(r"[A-Za-z]{0,6}[-_/]?\d[\w\-/]{2,38}")
    return all(isinstance(value, str) and pattern.fullmatch(value.strip()) for value in values)


def _matching(
    index: SubjectIndex, table: TableFacts, name: str, values: Sequence[Any], samples: Samples
) -> list[Candidate]:
    """Candidates whose keys look like the values; looked up only where the first samples of the key do."""
    shape = _shape(values[0])
    column = table.column(name)
    found = []
    for target in (t for targets in index.by_key.values() for t in targets):
        if column is None or target.table == table or not fits(column, target):
            continue
        key_values = distinct(samples.rows(target.table), target.column.name, 20)
        if key_values and any(_shape(value) == shape for value in key_values):
            found.append(Candidate(table, (name,), target.table, (target.column.name,), 0.5, ("shape",)))
    return found


def _shape(value: Any) -> str:
    """Letters kept, digits as 9: "YG0012" → "YG9999"."""
    return re.sub(r"\d", "9", str(value).strip())
