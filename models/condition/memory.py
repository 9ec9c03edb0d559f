"""The condition language on a record in Python: True, False, or None where SQL says unknown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from models.condition.collation import BYTES_AT, compare, is_member, matches
from models.condition.plan import TEXT_PLACES, Comparison, Entities, Step, planned
from models.condition.tree import Leaf, Node, read
from models.condition.values import BYTES, NUMBER, TEXT, recorded
from models.wiring.nouns import Entity

Truth = bool | None
Row = Mapping[str, Any]

_BY_ORDER: dict[str, Callable[[int], bool]] = {
    "eq": lambda order: order == 0,
    "ne": lambda order: order != 0,
    "lt": lambda order: order < 0,
    "lte": lambda order: order <= 0,
    "gt": lambda order: order > 0,
    "gte": lambda order: order >= 0,
}


def holds(entity: Entity, record: Row, condition: Any, entities: Entities | None = None) -> Truth:
    """Does the condition hold for these stored values? A related record stands under its relation's name, None = no such row."""
    return _node(entity, record, read(condition), entities)


def _node(entity: Entity, record: Row, node: Node, entities: Entities | None) -> Truth:
    if isinstance(node, Leaf):
        return _leaf(entity, record, node, entities)
    answers = (_node(entity, record, part, entities) for part in node.parts)
    return _GROUPS[node.op](answers)


def _all(answers: Iterable[Truth]) -> Truth:
    found = set(answers)
    return False if False in found else None if None in found else True


def _any(answers: Iterable[Truth]) -> Truth:
    found = set(answers)
    return True if True in found else None if None in found else False


def _opposite(answers: Iterable[Truth]) -> Truth:
    (answer,) = answers
    return None if answer is None else not answer


_GROUPS: dict[str, Callable[[Iterable[Truth]], Truth]] = {"and": _all, "or": _any, "not": _opposite}


def _leaf(entity: Entity, record: Row, leaf: Leaf, entities: Entities | None) -> Truth:
    plan = planned(entity, leaf, entities)
    if isinstance(plan, Step):
        related = record[plan.relation.name]
        # EXISTS knows no unknown: without a row, or with an unknown answer, it is false.
        return related is not None and _leaf(plan.target, related, plan.leaf, entities) is True
    return _all(_comparison(record, part) for part in plan)


def _comparison(record: Row, part: Comparison) -> Truth:
    value = recorded(part.field, record[part.field.name])
    if part.op in {"is_null", "not_null"}:
        return (value is None) == (part.op == "is_null")
    if part.op in {"in", "not_in"}:
        return _listed(value, part)
    if value is None:
        return None
    if part.op == "has":
        return is_member(str(value), str(part.values[0]), part.collation)
    if part.op in TEXT_PLACES:
        return _placed(value, part)
    return _BY_ORDER[part.op](_order(value, part.values[0], part))


def _listed(value: Any, part: Comparison) -> Truth:
    if not part.values:
        return part.op == "not_in"
    if value is None:
        return None
    return any(_order(value, member, part) == 0 for member in part.values) == (part.op == "in")


def _placed(value: Any, part: Comparison) -> bool:
    wanted = part.values[0]
    if part.sort == BYTES:
        return BYTES_AT[part.op](value, wanted)
    return matches(value, wanted, part.collation.fold, part.op)


def _order(value: Any, wanted: Any, part: Comparison) -> int:
    """-1, 0, 1 for a record's value beside a condition's."""
    wanted = recorded(part.field, wanted)
    if part.sort == TEXT:
        return compare(value, wanted, part.collation)
    if part.sort == NUMBER and (isinstance(value, float) or isinstance(wanted, float)):
        value, wanted = float(value), float(wanted)
    return int(value > wanted) - int(value < wanted)
