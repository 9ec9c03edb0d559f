"""Evidence from other tables: where the same column leads to the same key everywhere else, missing rows are orphans."""

from __future__ import annotations

from collections.abc import Iterator

from models.legacy.facts import ColumnFacts, TableFacts
from models.legacy.samples import Samples, distinct
from models.wiring.relations.evidence import Candidate
from models.wiring.relations.subjects import SubjectIndex, family, is_generic
from models.wiring.relations.values import checked

FEW, HALF = 3, 0.5
"""Distinct values that prove little, and the share of others that speaks against them."""
SAMPLED = 12
"""Other tables of which a few rows are read, to choose those with most values."""
ASKED = 4
"""Other tables that are looked at."""
AGREEING = 2
SHARE = 0.9
NAMED = 0.74
"""Only names that are clear by themselves are helped."""
SPELLED_OUT = 0.88
"""What a name is worth where none of the rows is left."""
SCORE = 0.82


def backed(index: SubjectIndex, candidate: Candidate, base: float, samples: Samples) -> Candidate:
    """The candidate, certain enough when the same column of other tables has its values in the same key.

    `base` is what the name alone was worth.
    """
    is_doubtful = candidate.score < SCORE and candidate.checked and len(candidate.columns) == 1
    if not candidate.matched and (base < SPELLED_OUT or "name" not in candidate.reasons):
        return candidate
    if not is_doubtful or "ambiguous" in candidate.reasons or base < NAMED or not candidate.is_plain:
        return candidate
    agreeing = [share for share in _shares(index, candidate, samples) if share >= SHARE]
    return candidate.scored(SCORE, "siblings") if len(agreeing) >= AGREEING else candidate


def contradicted(index: SubjectIndex, candidate: Candidate, samples: Samples) -> bool:
    """One or two values match by chance: the same column of other tables has its values elsewhere."""
    if {"parent", "master", "tie"} & set(candidate.reasons):
        return False
    is_weak = candidate.score >= NAMED and 0 < candidate.checked < FEW and candidate.is_plain
    if not is_weak or len(candidate.columns) > 1 or is_generic(candidate.columns[0]):
        return False
    others = [looked for looked in _others(index, candidate, samples) if looked.checked]
    asked = sum(looked.checked for looked in others)
    return asked >= FEW and sum(looked.matched for looked in others) < HALF * asked


def _shares(index: SubjectIndex, candidate: Candidate, samples: Samples) -> list[float]:
    """The share of matching values in other tables that have the same column, those with most values."""
    found = (
        looked.matched / looked.checked for looked in _others(index, candidate, samples) if looked.checked
    )
    return list(found)


def _others(index: SubjectIndex, candidate: Candidate, samples: Samples) -> Iterator[Candidate]:
    name, ends = candidate.columns[0], {candidate.source.name, candidate.target.name}
    own = candidate.source.column(name)
    alike = {
        table.name: (table, distinct(samples.rows(table), column.name), column)
        for table in index.by_column.get(name.lower(), [])[:SAMPLED]
        if (column := _same(table, name)) and own and family(column) == family(own) and table.name not in ends
    }
    for table, values, column in sorted(alike.values(), key=lambda one: -len(one[1]))[:ASKED]:
        known = index.looked.get((table.name, column.name, candidate.place))
        if known is None:
            place = Candidate(table, (column.name,), candidate.target, candidate.target_columns, NAMED)
            known = index.looked[table.name, column.name, candidate.place] = checked(place, samples, values)
        yield known


def _same(table: TableFacts, name: str) -> ColumnFacts | None:
    return next((column for column in table.columns if column.name.lower() == name.lower()), None)
