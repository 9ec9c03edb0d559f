"""Whether one condition implies another: sound, and complete enough to catch a start that is also a stop.

True is certain; False may only mean that it was not seen.
"""

from __future__ import annotations

from typing import Any

from models.condition import Leaf, Node, read
from models.condition.tree import Group

NAMES_VALUES = {"eq": True, "in": True, "ne": False, "not_in": False}
"""Operators that name the values a field has (True) or has not (False)."""


def implies(condition: Any, other: Any) -> bool:
    """Whether every record that fits `condition` certainly fits `other`."""
    return _implies(read(condition), read(other))


def _implies(a: Node, b: Node) -> bool:
    if a == b:
        return True
    if isinstance(b, Group) and b.op == "and":
        return all(_implies(a, part) for part in b.parts)
    if isinstance(a, Group) and a.op == "or":
        return all(_implies(part, b) for part in a.parts)
    if isinstance(b, Group) and b.op == "or" and any(_implies(a, part) for part in b.parts):
        return True
    if isinstance(a, Group):
        return a.op == "and" and any(_implies(part, b) for part in a.parts)
    return isinstance(b, Leaf) and a.field == b.field and _leaf_implies(a, b)


def _leaf_implies(a: Leaf, b: Leaf) -> bool:
    if b.op == "not_null":
        return a.op != "is_null"
    if a.op not in NAMES_VALUES or b.op not in NAMES_VALUES:
        return False
    these, those = {str(value) for value in a.values}, {str(value) for value in b.values}
    if NAMES_VALUES[a.op]:
        return these <= those if NAMES_VALUES[b.op] else not these & those
    return not NAMES_VALUES[b.op] and those <= these
