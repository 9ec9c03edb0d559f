"""Evidence from a text that is called like a table: "area" in branches holds the code of areas."""

from __future__ import annotations

from collections.abc import Iterator

from models.legacy.facts import ColumnFacts, TableFacts
from models.wiring.identifiers import words
from models.wiring.relations.evidence import Candidate, to_target
from models.wiring.relations.stems import is_about, key_for, nearest, stem_of
from models.wiring.relations.subjects import SubjectIndex, family
from models.wiring.relations.wording import loosely, subject

SCORE = 0.72
LONGEST = 64
"""Characters of a code; a longer text holds words."""


def by_text(index: SubjectIndex, table: TableFacts, column: ColumnFacts) -> Iterator[Candidate]:
    """The key of the only table that is called so; the values have to tell whether it is a code or a name."""
    spoken = subject(words(column.name))
    if family(column) != "text" or (column.length or 0) > LONGEST or stem_of(column.name) or not spoken:
        return
    known = index.by_loose_words.get(loosely(spoken)) or index.by_glued_words.get("".join(spoken)) or []
    named = nearest(table, [t for t in known if t != table and is_about(index, t, index.words[t.name])])
    target = key_for(index, named[0], column) if len(named) == 1 else None
    if target and (column.name,) != table.primary_key:
        yield to_target(table, column, target, SCORE, "word")
