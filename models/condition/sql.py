"""The condition language as a WHERE on mapped attributes: the bare column on one side, so that indexes are used."""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, false, not_, or_, select, true
from sqlalchemy.orm import aliased

from models.condition.dialects import collated, text_match
from models.condition.plan import TEXT_PLACES, Comparison, Entities, Step, planned
from models.condition.tree import Group, Leaf, Node, read
from models.wiring.nouns import Entity, attribute_name

Attribute = Callable[[str], Any]
"""Gives the mapped attribute (perhaps of an alias) for a column's name."""


Beside = Callable[[Entity], tuple[Any, Attribute]]
"""Gives a further place for a related entity: what to select from, and its attributes."""


@dataclass(frozen=True)
class _Place:
    """Where a leaf is compiled: an entity and how its columns are reached."""

    entity: Entity
    attribute: Attribute
    entities: Entities | None
    beside: Beside


def to_sql(
    entity: Entity, condition: Any, entities: Entities | None = None, attribute: Attribute | None = None
) -> ColumnElement[bool]:
    """The WHERE of a condition. `entities` (a catalogue) is needed for "relation.field"; `attribute` for an alias.

    Raises Invalid for a misshapen condition and NotVisible for an unknown field.
    """
    return _node(_Place(entity, attribute or entity.attribute, entities, _guarded), read(condition))


def to_system_sql(entity: Entity, condition: Any, entities: Entities | None = None) -> ColumnElement[bool]:
    """The same for a rule of ours: related rows count whoever may see them. Never for what a person typed."""
    return _node(_Place(entity, entity.attribute, entities, _unguarded), read(condition))


def _guarded(target: Entity) -> tuple[Any, Attribute]:
    """An alias of the mapped class: the guard adds the policy's rows to it."""
    other = aliased(target.model)
    return other, lambda name: getattr(other, attribute_name(name))


def _unguarded(target: Entity) -> tuple[Any, Attribute]:
    other = target.table.alias()
    return other, other.c.__getitem__


def _node(place: _Place, node: Node) -> ColumnElement[bool]:
    if isinstance(node, Leaf):
        return _leaf(place, node)
    return _group(place, node)


def _group(place: _Place, node: Group) -> ColumnElement[bool]:
    parts = [_node(place, part) for part in node.parts]
    if node.op == "not":
        return not_(parts[0])
    return and_(true(), *parts) if node.op == "and" else or_(false(), *parts)


def _leaf(place: _Place, leaf: Leaf) -> ColumnElement[bool]:
    plan = planned(place.entity, leaf, place.entities)
    if isinstance(plan, Step):
        return _exists(place, plan)
    return and_(true(), *(_comparison(place.attribute(part.field.name), part) for part in plan))


def _exists(place: _Place, step: Step) -> ColumnElement[bool]:
    """A row of the target with these keys for which the leaf holds. An alias keeps it apart from the statement's own tables."""
    other, attribute = place.beside(step.target)
    there = replace(place, entity=step.target, attribute=attribute)
    pairs = zip(step.relation.columns, step.relation.target_columns, strict=True)
    joined = [there.attribute(theirs) == place.attribute(ours) for ours, theirs in pairs]
    inner = select(there.attribute(step.relation.target_columns[0])).where(*joined, _leaf(there, step.leaf))
    return inner.correlate_except(other).exists()


def _comparison(column: Any, part: Comparison) -> ColumnElement[bool]:
    if part.op in {"is_null", "not_null"}:
        return column.is_(None) if part.op == "is_null" else column.is_not(None)  # type: ignore[no-any-return]
    if part.op == "has" or part.op in TEXT_PLACES:
        return text_match(column, part)
    column = collated(column, part)
    if part.op in {"in", "not_in"}:
        return _listed(column, part)
    return _SIGNS[part.op](column, bindparam(None, part.values[0], type_=column.type))  # type: ignore[no-any-return]


def _listed(column: Any, part: Comparison) -> ColumnElement[bool]:
    if not part.values:
        return true() if part.op == "not_in" else false()
    members = bindparam(None, part.values, type_=column.type, expanding=True)
    return column.in_(members) if part.op == "in" else column.not_in(members)  # type: ignore[no-any-return]


_SIGNS: dict[str, Callable[[Any, Any], Any]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "lt": operator.lt,
    "lte": operator.le,
    "gt": operator.gt,
    "gte": operator.ge,
}
