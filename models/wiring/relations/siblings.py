"""Evidence from other tables: where the same column leads to the same key everywhere else, missing rows are orphans."""

from __future__ import annotations

from models.legacy.samples import Samples
from models.wiring.relations.evidence import Candidate
from models.wiring.relations.subjects import SubjectIndex, family
from models.wiring.relations.values import checked

ASKED = 4
"""Other tables that are looked at."""
AGREEING = 2
SHARE = 0.9
NAMED = 0.74
"""Only names that are clear by themselves are helped."""
SCORE = 0.82


def backed(index: SubjectIndex, candidate: Candidate, base: float, samples: Samples) -> Candidate:
    """The candidate, certain enough when the same column of other tables has its values in the same key.

    `base` is what the name alone was worth.
    """
    is_doubtful = candidate.score < SCORE and candidate.matched and len(candidate.columns) == 1
    if not is_doubtful or "ambiguous" in candidate.reasons or base < NAMED or not candidate.is_plain:
        return candidate
    agreeing = [share for share in _shares(index, candidate, samples) if share >= SHARE]
    return candidate.scored(SCORE, "siblings") if len(agreeing) >= AGREEING else candidate


def _shares(index: SubjectIndex, candidate: Candidate, samples: Samples) -> list[float]:
    """The share of matching values in other tables that have the same column."""
    name = candidate.columns[0]
    own = candidate.source.column(name)
    found: list[float] = []
    for table in index.by_column.get(name.lower(), []):
        column = table.column(name)
        if (
            table in {candidate.source, candidate.target}
            or not column
            or not own
            or family(column) != family(own)
        ):
            continue
        if len(found) == ASKED:
            break
        looked = checked(
            Candidate(table, (name,), candidate.target, candidate.target_columns, NAMED), samples
        )
        if looked.checked:
            found.append(looked.matched / looked.checked)
    return found
