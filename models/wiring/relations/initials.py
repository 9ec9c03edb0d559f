"""Evidence from the parts of a table's own name: "mid" in menu_role, "eid" in empsalary, "qid" in quick_entry_lines."""

from __future__ import annotations

import re
from collections.abc import Iterator

from models.legacy.facts import ColumnFacts, TableFacts
from models.wiring.identifiers import words
from models.wiring.relations.evidence import Candidate, to_target
from models.wiring.relations.stems import key_for, nearest, stem_of
from models.wiring.relations.subjects import SubjectIndex
from models.wiring.relations.wording import ABBREVIATIONS, singular, subject

SHORT = re.compile(r"([a-z]{1,4})_?id")
SCORE, TIED = 0.84, 0.9
SHORTEST_PART = 3
"""Letters of a part that is written without a separator: "emp" of "empsalary"."""


def by_initial(index: SubjectIndex, table: TableFacts, column: ColumnFacts) -> Iterator[Candidate]:
    """A few letters and "id", where exactly one part of the table's own name begins so and is a table."""
    short = SHORT.fullmatch(column.name.lower())
    if not short or column.auto_increment or (column.name,) == table.primary_key:
        return
    spoken = {written: other for written, other in _parts(index, table).items() if _begins(written, short[1])}
    target = key_for(index, next(iter(spoken.values())), column) if len(spoken) == 1 else None
    if target:
        yield to_target(table, column, target, SCORE, "name")


def _begins(written: str, short: str) -> bool:
    """The part begins with the letters, or its words do: "qe" of "quick entry"."""
    return written.replace(" ", "").startswith(short) or short == "".join(word[0] for word in written.split())


def _parts(index: SubjectIndex, table: TableFacts) -> dict[str, TableFacts]:
    """Tables that the table's own name is made of, by how they are written in it."""
    own = words(index.own_names[table.name])
    found = {word: _table(index, table, (word,)) for word in own} if len(own) > 1 else _unglued(index, own)
    if len(own) > 2 and not any(found.values()):
        found |= {
            " ".join(own[:size]): _table(index, table, tuple(own[:size])) for size in range(2, len(own))
        }
    return {written: other for written, other in found.items() if other is not None}


def _unglued(index: SubjectIndex, own: list[str]) -> dict[str, TableFacts | None]:
    """The two tables that make up one word: employee and salary of "empsalary"."""
    for size in range(SHORTEST_PART, len(own[0]) - SHORTEST_PART + 1) if own else ():
        head, tail = own[0][:size], own[0][size:]
        pair = {part: _table(index, None, (ABBREVIATIONS.get(part, part),)) for part in (head, tail)}
        if all(pair.values()):
            return pair
    return {}


def _table(index: SubjectIndex, table: TableFacts | None, parts: tuple[str, ...]) -> TableFacts | None:
    """The only other table that is called so."""
    found = [t for t in index.by_words.get(singular(list(parts)), []) if t != table]
    found = nearest(table, found) if table else found
    return found[0] if len(found) == 1 else None


def by_tie(index: SubjectIndex, table: TableFacts, column: ColumnFacts) -> Iterator[Candidate]:
    """For example "role_id" in role_menu: the table ties roles to menus and is called like both."""
    stem = stem_of(column.name)
    if not stem or column.auto_increment:
        return
    for other in _tied(index, table):
        about = index.words[other.name]
        target = key_for(index, other, column) if about[-len(stem) :] == stem else None
        if target:
            yield to_target(table, column, target, TIED, "tie")


def _tied(index: SubjectIndex, table: TableFacts) -> list[TableFacts]:
    """The two tables whose names, one behind the other, are this table's."""
    own = [
        part for part in index.words[table.name] if part not in {"relation", "rel", "map", "mapping", "link"}
    ]
    for size in range(1, len(own)):
        pair = [_table(index, table, subject(own[:size])), _table(index, table, subject(own[size:]))]
        both = [other for other in pair if other is not None]
        if len(both) == 2:
            return both
    return []
