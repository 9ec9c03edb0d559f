"""Evidence from columns for parts of an address: "province_id" and "city_id" lead to the one table of regions."""

from __future__ import annotations

import re
from collections.abc import Iterator

from models.legacy.facts import ColumnFacts, TableFacts
from models.wiring.identifiers import words
from models.wiring.relations.evidence import Candidate, fits, to_target
from models.wiring.relations.subjects import SubjectIndex

PLACE = re.compile(
    r"^(?:\w+_)?(?:province|prov|city|county|district|region|area|town|street)_?(?:id|code|no)$"
)
TABLES = {"region", "area", "district", "city", "province", "zone"}
SCORE = 0.76


def by_place(index: SubjectIndex, table: TableFacts, column: ColumnFacts) -> Iterator[Candidate]:
    """The schema's only table of places, when it is a tree: one table for all levels."""
    if not PLACE.match("_".join(words(column.name))) or (column.name,) == table.primary_key:
        return
    trees = [t for t in index.tables if index.words[t.name] in {(word,) for word in TABLES}]
    if len(trees) != 1 or trees[0] == table or not _is_tree(trees[0]):
        return
    target = next((t for t in index.targets(trees[0]) if t.is_primary and fits(column, t)), None)
    if target:
        yield to_target(table, column, target, SCORE, "place")


def _is_tree(table: TableFacts) -> bool:
    return any(re.match(r"(?i)(?:parent|pid|p_?code|up)", column.name) for column in table.columns)
