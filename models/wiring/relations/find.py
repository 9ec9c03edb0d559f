"""Finds a table's relations: candidates from every kind of evidence, checked on values, the best for each column."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from models.legacy.facts import ColumnFacts, TableFacts
from models.legacy.samples import Samples, distinct
from models.wiring.relations import names, people
from models.wiring.relations.comments import by_comment
from models.wiring.relations.composite import by_composite_key
from models.wiring.relations.evidence import Candidate, combined
from models.wiring.relations.initials import by_initial, by_tie
from models.wiring.relations.kinds import by_kind
from models.wiring.relations.lists import by_list
from models.wiring.relations.places import by_place
from models.wiring.relations.siblings import backed, contradicted
from models.wiring.relations.stems import stem_of
from models.wiring.relations.subjects import SubjectIndex
from models.wiring.relations.texts import by_text
from models.wiring.relations.values import by_values, checked

RULES = (
    names.by_key_name,
    names.by_only_key,
    names.by_key_end,
    names.by_extension,
    by_initial,
    by_tie,
    names.by_parent,
    names.by_stem,
    by_text,
    people.by_deed,
    by_comment,
    by_place,
)
Place = tuple[str, tuple[str, ...]]
WORTH_SHOWING = 0.35
CLOSE = 0.12
"""Two places whose confidence differs by less cannot both be right."""
DENIED, SURE = 0.6, 0.8
DOUBTED = 0.5
RIVAL = 0.7
TELLING, DECIDED = 3, 0.82
"""Values that decide between several tables."""
ACCOUNTS = 5
"""Different values of a text that no name explains."""
NEVER = {
    "date",
    "datetime",
    "timestamp",
    "time",
    "float",
    "double",
    "bit",
    "bool",
    "boolean",
    "enum",
    "set",
    "json",
}


def find_relations(
    index: SubjectIndex, table: TableFacts, samples: Samples | None = None, *, use_declared: bool = True
) -> list[Candidate]:
    """Relations of `table`, the most certain first; declared ones have the score 1."""
    declared = [*_declared(index, table)] if use_declared else []
    taken = {name for candidate in declared for name in candidate.columns}
    single: list[Candidate] = []
    if not table.is_view:
        single = _single(index, table, samples, taken)
    found = declared + single
    pointing = {c.columns[0] for c in found if len(c.columns) == 1 and c.score >= 0.8}
    composite = [] if table.is_view else by_composite_key(index, table, pointing | taken)
    found += _best_of([checked(c, samples) for c in composite])
    if samples and not table.is_view:
        found += _special(index, table, samples, pointing | taken)
    return sorted(found, key=lambda c: -c.score)


def _special(index: SubjectIndex, table: TableFacts, samples: Samples, pointing: set[str]) -> list[Candidate]:
    """Ids that a type column explains, and lists of keys, on columns that do not lead to one table for certain."""
    kinds = [c for c in by_kind(index, table, samples) if c.columns[0] not in pointing]
    lists = [c for c in by_list(index, table, RULES, samples) if c.columns[0] not in pointing]
    return kinds + _best_of(lists)


def _declared(index: SubjectIndex, table: TableFacts) -> Iterable[Candidate]:
    for key in table.foreign_keys:
        target = index.facts.tables[key.target_table]
        yield Candidate(table, key.columns, target, key.target_columns, 1.0, ("declared",))


def _single(
    index: SubjectIndex, table: TableFacts, samples: Samples | None, taken: set[str]
) -> list[Candidate]:
    columns = [c for c in table.columns if c.name not in taken and c.base_type not in NEVER]
    guesses = {c.name: combined([g for rule in RULES for g in rule(index, table, c)]) for c in columns}
    found = [chosen for c in columns for chosen in _chosen(index, table, c, guesses[c.name], samples)]
    if samples:
        explained = {c.columns[0] for c in found if c.score >= 0.6} | taken
        by_value = defaultdict(list)
        accounts = _accounts(index, table, explained, samples)
        for candidate in (*by_values(index, table, explained, samples), *accounts):
            by_value[candidate.columns].append(candidate)
        found += [
            chosen for group in by_value.values() for chosen in _best(group, samples) if chosen.score > 0.5
        ]
    return _without_copies(found)


def _accounts(
    index: SubjectIndex, table: TableFacts, names: set[str], samples: Samples
) -> Iterable[Candidate]:
    """Texts that hold enough different names of accounts."""
    rows = samples.rows(table)
    for column in table.columns:
        is_open = column.name not in names and column.base_type not in NEVER
        if is_open and len(distinct(rows, column.name, ACCOUNTS)) == ACCOUNTS:
            yield from people.by_account(index, table, column)


def _chosen(
    index: SubjectIndex,
    table: TableFacts,
    column: ColumnFacts,
    guesses: list[Candidate],
    samples: Samples | None,
) -> list[Candidate]:
    """The best places for one column; where the values deny the nearest table, those that are farther are tried."""
    found, refuted = _best(guesses, samples), list[Candidate]()
    if samples and found and _has_rival(found[0], guesses) and contradicted(index, found[0], samples):
        refuted = [found[0].scored(DOUBTED)]
        guesses = [guess for guess in guesses if guess.place != found[0].place]
        found = _best(guesses, samples)
    if samples and (guesses or refuted) and (not found or _is_denied(found)):
        guesses = _with_farther(index, table, column, guesses, {c.place for c in refuted})
        found = _best(guesses, samples)
    if samples and found:
        bases = {guess.place: guess.score for guess in guesses}
        found[0] = backed(index, found[0], bases.get(found[0].place, 0), samples)
    return found + refuted


def _has_rival(candidate: Candidate, guesses: list[Candidate]) -> bool:
    """Something speaks for another place."""
    return any(guess.place != candidate.place and guess.score >= RIVAL for guess in guesses)


def _with_farther(
    index: SubjectIndex, table: TableFacts, column: ColumnFacts, guesses: list[Candidate], refuted: set[Place]
) -> list[Candidate]:
    """The guesses, with tables that are farther and other people."""
    known = {guess.place for guess in guesses if "name" in guess.reasons} | refuted
    farther = [*names.by_farther_stem(index, table, column), *people.by_other_people(index, table, column)]
    return combined([*guesses, *(guess for guess in farther if guess.place not in known)])


def _is_denied(found: list[Candidate]) -> bool:
    """Values speak against the best place, or against another while the best is not certain either."""
    doubtful = found[:1] if found and found[0].score >= SURE else found
    return any(candidate.checked and candidate.score < DENIED for candidate in doubtful)


def _best(guesses: list[Candidate], samples: Samples | None) -> list[Candidate]:
    """Checked guesses for one column: the best, and others that are worth showing."""
    promising = sorted(guesses, key=lambda c: -c.score)[:6]
    return _best_of(_decided([checked(guess, samples) for guess in promising]))


def _decided(candidates: list[Candidate]) -> list[Candidate]:
    """Of several tables whose keys are called like the column, one that has all of its values where no other has half."""
    alike = [c for c in candidates if "same-name" in c.reasons and c.checked >= TELLING]
    whole = [c for c in alike if c.matched == c.checked]
    if len(whole) != 1 or len(alike) < 2 or any(2 * c.matched >= c.checked for c in alike if c not in whole):
        return candidates
    return [c.scored(max(c.score, DECIDED)) if c in whole else c for c in candidates]


def _best_of(candidates: list[Candidate]) -> list[Candidate]:
    """Best first; when the second is nearly as good nobody can tell, and neither stays certain."""
    by_columns: dict[tuple[str, ...], list[Candidate]] = defaultdict(list)
    for candidate in candidates:
        if candidate.score >= WORTH_SHOWING:
            by_columns[candidate.columns].append(candidate)
    found = []
    for group in by_columns.values():
        ranked = sorted(group, key=lambda c: -c.score)
        if (
            len(ranked) > 1
            and ranked[0].score - ranked[1].score < CLOSE
            and ranked[0].place != ranked[1].place
        ):
            ranked = [c.scored(c.score * 0.75, "ambiguous") for c in ranked]
        found += [ranked[0], *(c.scored(min(c.score, 0.7)) for c in ranked[1:3])]
    return found


def _without_copies(found: list[Candidate]) -> list[Candidate]:
    """A code kept beside the key of the same table is a copy, not a second relation ("goods_id" and "goods_sn")."""
    by_target: dict[str, list[Candidate]] = defaultdict(list)
    for candidate in found:
        by_target[candidate.target.name].append(candidate)
    kept = []
    for candidate in found:
        others = [c for c in by_target[candidate.target.name] if c.target_columns != candidate.target_columns]
        is_copy = any(_weight(c) > _weight(candidate) and _same_subject(c, candidate) for c in others)
        kept.append(candidate.scored(min(candidate.score, 0.7), "copy") if is_copy else candidate)
    return kept


def _weight(candidate: Candidate) -> tuple[float, bool]:
    """How certain, and whether the target's own primary key is meant."""
    is_primary = candidate.target.primary_key == candidate.target_columns
    return round(candidate.score + (0.05 if is_primary else 0), 2), is_primary


def _same_subject(left: Candidate, right: Candidate) -> bool:
    mine, theirs = (stem_of(c.columns[0]) for c in (left, right))
    return bool(mine) and mine == theirs
