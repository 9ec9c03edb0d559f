"""Rules compiled to predicates: the bare column on one side and the person's codes on the other, so that an index serves.

They are the system's, not the person's: what a predicate looks at on the way is in nobody's reach and no filter of theirs.
Its subqueries therefore stand on plain tables, which the guard never narrows.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BinaryExpression, Column, ColumnElement, false, not_, or_, select, true
from sqlalchemy.sql import visitors
from sqlalchemy.sql.operators import in_op

from app.actor import Actor
from app.errors import Problem
from models import condition as conditions
from models import tree
from models.catalogue import Catalogue
from models.condition.sql import Attribute
from models.grants import AccessRule
from models.person import Person, attribute
from models.wiring.nouns import Entity

MAX_PARENTS = 3
APART = 8
"""Owners that are sought one by one for a page."""
MEMBERS = 1000
WITHIN = {"own": {"subordinates"}, "unit": {"below"}}
"""Scopes that hold all rows of another one."""


class NothingToCompare(Exception):
    """The person has nothing of what a condition asks for."""


@dataclass(frozen=True)
class Ground:
    """What predicates are worked out from."""

    actor: Actor
    person: Person
    catalogue: Catalogue


def rows_of(ground: Ground, entity: Entity, rules: Iterable[AccessRule]) -> ColumnElement[bool]:
    """The rows that any of the rules gives; false() for none of them, true() for all rows."""
    return or_(false(), *branches_of(ground, entity, rules))


def branches_of(
    ground: Ground, entity: Entity, rules: Iterable[AccessRule]
) -> tuple[ColumnElement[bool], ...]:
    """The same as alternatives, each on a column of its own and so on an index of its own."""
    reaches = _widest({rule.reach for rule in rules})
    if any(scope == "all" for scope, _units, _matching in reaches):
        return (true(),)
    found = [
        part
        for reach in sorted(reaches)
        for part in _parts(ground, entity, entity.attribute, reach, MAX_PARENTS)
    ]
    columns = dict.fromkeys(name for name, _part in found if name)
    by_column = [or_(*(part for name, part in found if name == column)) for column in columns]
    return (*by_column, *(part for name, part in found if not name))


def seeks_of(ground: Ground, entity: Entity, rules: Iterable[AccessRule]) -> tuple[ColumnElement[bool], ...]:
    """The same, each sought by its own place in an index: a few owners are sought one by one.

    A list of owners has no index that serves an order either: the server reads the key's and hopes to meet their rows soon.
    """
    owner = entity.attribute(entity.owner) if entity.owner else None
    found = branches_of(ground, entity, rules)
    return tuple(part for branch in found for part in _apart(branch, owner))


def lists_values(predicate: ColumnElement[bool], entity: Entity) -> bool:
    """Whether the predicate holds a column of the entity to a list of values."""
    return any(
        isinstance(part, BinaryExpression)
        and part.operator is in_op
        and isinstance(part.left, Column)
        and part.left.table is entity.table
        for part in visitors.iterate(predicate)
    )


def _apart(branch: ColumnElement[bool], owner: Any) -> Iterable[ColumnElement[bool]]:
    is_list = isinstance(branch, BinaryExpression) and branch.operator is in_op and owner is not None
    if not is_list or not branch.left.compare(owner.expression):
        return [branch]
    codes = branch.right.value
    return [owner == code for code in codes] if len(codes) <= APART else [branch]


def _widest(reaches: set[Any]) -> set[Any]:
    """Without those whose rows another one holds as well."""
    scopes = {scope for scope, _units, _matching in reaches}
    return {reach for reach in reaches if not WITHIN.get(reach[0], set()) & scopes}


def _parts(
    ground: Ground, entity: Entity, column: Attribute, reach: tuple[str, tuple[str, ...], str], parents: int
) -> Iterable[tuple[str, ColumnElement[bool]]]:
    """(column, predicate) pairs of one reach; the column is empty where it is a condition or another table."""
    scope, units, matching = reach
    if scope == "rule":
        yield "", holds(ground, entity, matching)
        return
    if scope == "region":
        if entity.region:
            yield entity.region, _one_of(column(entity.region), ground.person.regions)
            return
        reach = reach if not entity.unit and not entity.owner else ("unit", (), "")
        scope = reach[0]
    yield from ((entity.owner, part) for part in _by_owner(ground, entity, column, scope))
    yield from ((entity.unit, part) for part in _by_unit(ground, entity, column, scope, units))
    if not entity.owner and not entity.unit and entity.parent and parents:
        yield "", _through_parent(ground, entity, column, reach, parents - 1)


def _by_owner(ground: Ground, entity: Entity, column: Attribute, scope: str) -> Iterable[ColumnElement[bool]]:
    if not entity.owner or scope in {"units", "trees"} or (entity.unit and scope in {"unit", "below"}):
        return  # records of a unit are told by the unit alone: an OR over two columns has no index
    people = {ground.actor.employee} if ground.actor.employee else set()
    if scope == "subordinates" and ground.person.heads:
        yield tree.works_under(column(entity.owner), ground.person.heads, ground.person.collation)
    elif scope == "subordinates":
        people |= {*ground.person.subordinates}
    if people:
        yield _one_of(column(entity.owner), people)


def _by_unit(
    ground: Ground, entity: Entity, column: Attribute, scope: str, units: tuple[str, ...]
) -> Iterable[ColumnElement[bool]]:
    if not entity.unit:
        return
    if scope == "trees" or (scope == "below" and ground.actor.reaches_many):
        roots = units if scope == "trees" else ground.actor.units
        yield tree.lies_below(column(entity.unit), roots, ground.person.collation)
        return
    chosen = {"unit": ground.actor.units, "below": ground.actor.units_below, "units": units}.get(scope)
    if chosen is not None:
        yield _one_of(column(entity.unit), chosen)


def _one_of(column: Any, codes: Collection[str]) -> ColumnElement[bool]:
    """The column is one of the codes: never for none of them."""
    found: ColumnElement[bool] = (
        column == next(iter(codes)) if len(codes) == 1 else column.in_(sorted(str(one) for one in codes))
    )
    return found


def _through_parent(
    ground: Ground, entity: Entity, column: Attribute, reach: Any, parents: int
) -> ColumnElement[bool]:
    """A child follows its parent's scope without a column of its own."""
    relation = entity.relations.get(entity.parent)
    target = ground.catalogue.get(relation.target) if relation else None
    if relation is None or target is None or not relation.is_plain:
        return false()
    parent = target.table.alias()
    pairs = zip(relation.columns, relation.target_columns, strict=True)
    joined = [parent.c[theirs] == column(ours) for ours, theirs in pairs]
    reached = [part for _name, part in _parts(ground, target, parent.c.__getitem__, reach, parents)]
    found = select(parent.c[relation.target_columns[0]]).where(*joined, or_(false(), *reached))
    return found.correlate_except(parent).exists()


def holds(ground: Ground, entity: Entity, matching: str) -> ColumnElement[bool]:
    """A condition that gives rows; false() for one that cannot be used for this person or entity."""
    try:
        return _compiled(ground, entity, matching)
    except (NothingToCompare, Problem):
        return false()


def fails(ground: Ground, entity: Entity, matching: str) -> ColumnElement[bool]:
    """Where a condition that takes something away certainly does not hold; false() for one that cannot be used."""
    try:
        return not_(_compiled(ground, entity, matching))
    except (NothingToCompare, Problem):
        return false()


def _compiled(ground: Ground, entity: Entity, matching: str) -> ColumnElement[bool]:
    condition = _bound(ground, json.loads(matching))
    return conditions.to_system_sql(entity, condition, ground.catalogue)


def _bound(ground: Ground, raw: Any) -> Any:
    """The condition with the person's own values in place of {"actor": …}."""
    if isinstance(raw, list):
        return [_bound(ground, part) for part in raw]
    if not isinstance(raw, Mapping):
        return raw
    if "field" not in raw:
        return {op: _bound(ground, parts) for op, parts in raw.items()}
    value = raw.get("value")
    return _own_values(ground, raw, value) if isinstance(value, Mapping) else raw


def _own_values(ground: Ground, raw: Mapping[str, Any], value: Mapping[str, Any]) -> Any:
    own = attribute(ground.actor, ground.person, str(value.get("actor")))
    if not own:
        raise NothingToCompare
    is_in = raw["op"] in {"eq", "in"}
    chunks = [own[start : start + MEMBERS] for start in range(0, len(own), MEMBERS)]
    parts = [
        {"field": raw["field"], "op": "in" if is_in else "not_in", "value": list(part)} for part in chunks
    ]
    return parts[0] if len(parts) == 1 else {"or" if is_in else "and": parts}
