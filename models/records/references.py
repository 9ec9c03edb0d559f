"""What the values of a row lead to where a relation is not plain: lists of keys, and ids whose type column says of what."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from models.policy import Masked
from models.wiring.nouns import Entity, Relation

MOST_PARTS = 200
"""Keys of one list that are looked at."""
NUMBERS = re.compile(r"(?:tiny|small|medium|big)?int|decimal|numeric")
AROUND = " \t\r\n[]{}()\"'"
WHOLE = re.compile(r"[+-]?\d{1,20}")


def holds(relation: Relation, values: Mapping[str, Any]) -> bool:
    """The row's type column says that the relation is meant; a masked or missing one says nothing."""
    return all(_same(values.get(name), wanted) for name, wanted in relation.when.items())


def _same(stored: Any, wanted: Any) -> bool:
    """As the server compares texts: without case, without blanks at the end."""
    if stored is None or isinstance(stored, Masked):
        return False
    return str(stored).rstrip().casefold() == str(wanted).rstrip().casefold()


def keys(relation: Relation, target: Entity, value: Any) -> list[Any]:
    """The keys that a stored value names, as the target stores them: one, or those of a list in its order."""
    if value is None or isinstance(value, Masked):
        return []
    if not relation.separator:
        return [value]
    field = target.fields[relation.target_columns[0]]
    is_number = NUMBERS.match(field.sql_type) is not None
    found = (key_of(part, is_number=is_number) for part in parts(relation, value)[:MOST_PARTS])
    return list(dict.fromkeys(key for key in found if key is not None))


def parts(relation: Relation, value: Any) -> list[str]:
    """The parts of a list as they are written, without blanks, brackets and quotes around them and without empty ones."""
    if value is None:
        return []
    return [part for piece in str(value).split(relation.separator) if (part := piece.strip(AROUND))]


def key_of(part: str, *, is_number: bool) -> Any:
    """A part as a key of numbers or of texts; None when it can be none."""
    if not is_number:
        return part
    return int(part) if WHOLE.fullmatch(part) else None


def types_of(entity: Entity, columns: Iterable[str]) -> list[str]:
    """Type columns that say what the values of `columns` are ids of."""
    shown = set(columns)
    found = (name for r in entity.relations.values() if set(r.columns) & shown for name in r.when)
    return [name for name in dict.fromkeys(found) if name not in shown]
