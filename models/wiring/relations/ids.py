"""Evidence from ids alone: drawn numbers and long codes that only one table's key has."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from models.legacy.facts import ColumnFacts, TableFacts
from models.legacy.samples import Samples, distinct
from models.wiring.relations.evidence import Candidate, fits
from models.wiring.relations.subjects import SubjectIndex, Target
from models.wiring.relations.values import checked, is_telling

FEWEST = 3
"""Ids that must agree."""
MOST_TABLES = 6
"""Tables whose keys are looked up."""
SAMPLED = 20


def by_ids(
    index: SubjectIndex, table: TableFacts, column: ColumnFacts, keys: list[Any], samples: Samples
) -> Target | None:
    """The key of the only table that has all of `keys`; None for counted numbers, which every table has."""
    if len(keys) < FEWEST or not is_telling(keys):
        return None
    found = []
    for number, target in enumerate(_alike(index, table, column, keys, samples)):
        if number == MOST_TABLES:
            return None
        place = Candidate(table, (column.name,), target.table, (target.column.name,), 0.5, ("shape",))
        looked = checked(place, samples, keys)
        if looked.checked and looked.matched == looked.checked:
            found.append(target)
    return found[0] if len(found) == 1 else None


def _alike(
    index: SubjectIndex, table: TableFacts, column: ColumnFacts, keys: list[Any], samples: Samples
) -> Iterator[Target]:
    """Primary keys whose sampled values are as long as the ids."""
    lengths = {len(str(key)) for key in keys}
    for other in index.tables:
        for target in index.targets(other):
            if other == table or not target.is_primary or not fits(column, target):
                continue
            sampled = distinct(samples.rows(other), target.column.name, SAMPLED)
            if lengths & {len(str(value)) for value in sampled}:
                yield target
