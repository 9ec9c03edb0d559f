"""The Policy of one actor: which rows by action, which right on each field. Nothing matched = nothing.

Rules are kept by role in the overlay. Several roles add up: the widest rows of all of them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Integer,
    String,
    Table,
    false,
    or_,
    select,
    true,
)
from sqlalchemy.orm import aliased

from app.actor import Actor
from models.catalogue import Catalogue
from models.overlay import metadata
from models.wiring.nouns import Entity, attribute_name

ACTIONS = ("see", "create", "change", "delete", "export")
SCOPES = ("own", "unit", "below", "all")
RIGHTS = ("hidden", "masked", "read", "edit")
MAX_PARENTS = 3

access_table = Table(
    "access_rule",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("role", String(64), nullable=False, index=True),
    Column("entity", String(64), nullable=False),
    Column("action", String(16), nullable=False),
    Column("scope", String(16), nullable=False),
)
right_table = Table(
    "field_rule",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("role", String(64), nullable=False, index=True),
    Column("entity", String(64), nullable=False),
    Column("field", String(64), nullable=False),
    Column("right", String(16), nullable=False),
)


@dataclass(frozen=True)
class AccessRule:
    """A role may do `action` on the rows of `scope`. `entity` is a name, "role:customer" or "*"."""

    role: str
    entity: str
    action: str
    scope: str

    def covers(self, entity: Entity, action: str) -> bool:
        """Does this rule speak of that entity and action?"""
        named = self.entity in {"*", entity.name, f"role:{entity.role}"}
        return named and self.action == action


@dataclass(frozen=True)
class FieldRule:
    """A role's right on one field, less than editing."""

    role: str
    entity: str
    field: str
    right: str


@dataclass(frozen=True)
class Policy:
    """What `actor` may see and change among the entities of `catalogue`."""

    actor: Actor
    catalogue: Catalogue
    access: tuple[AccessRule, ...] = ()
    rights: tuple[FieldRule, ...] = ()
    _rows: dict[tuple[str, str], Any] = field(default_factory=dict, repr=False, compare=False)

    def may(self, entity: Entity, action: str) -> bool:
        """Is there any row on which this could be allowed?"""
        if action not in {"see", "export"} and entity.read_only:
            return False
        return self.actor.is_administrator or bool(self.scopes(entity, action))

    def scopes(self, entity: Entity, action: str) -> set[str]:
        """Scopes of all roles that speak of the entity."""
        return {rule.scope for rule in self.access if rule.covers(entity, action)}

    def rows(self, entity: Entity, action: str) -> ColumnElement[bool]:
        """The predicate on the entity's mapped attributes; false() when nothing is granted."""
        found = self._rows.get((entity.name, action))
        if found is None:
            found = self._rows[entity.name, action] = self._build(entity, action, MAX_PARENTS)
        return found

    def _build(self, entity: Entity, action: str, parents: int) -> ColumnElement[bool]:
        scopes = self.scopes(entity, action)
        if self.actor.is_administrator or "all" in scopes:
            return true()
        return or_(false(), *(self._scope(entity, entity.model, scope, parents) for scope in sorted(scopes)))

    def _scope(self, entity: Entity, model: Any, scope: str, parents: int) -> ColumnElement[bool]:
        """One scope as a predicate on `model`: the entity's mapped class or an alias of it."""
        parts = []
        if entity.owner and self.actor.employee:
            parts.append(getattr(model, attribute_name(entity.owner)) == self.actor.employee)
        if scope != "own" and entity.unit:
            units = self.actor.units_below if scope == "below" else self.actor.units
            parts.append(getattr(model, attribute_name(entity.unit)).in_(sorted(units)))
        if not entity.owner and not entity.unit and entity.parent and parents:
            parts.append(self._through_parent(entity, model, scope, parents - 1))
        return or_(false(), *parts)

    def _through_parent(self, entity: Entity, model: Any, scope: str, parents: int) -> ColumnElement[bool]:
        """A child follows its parent's scope without a column of its own."""
        relation = entity.relations.get(entity.parent)
        target = self.catalogue.get(relation.target) if relation else None
        if relation is None or target is None:
            return false()
        parent = aliased(target.model)
        pairs = zip(relation.columns, relation.target_columns, strict=True)
        joined = [
            getattr(parent, attribute_name(theirs)) == getattr(model, attribute_name(ours))
            for ours, theirs in pairs
        ]
        reached = self._scope(target, parent, scope, parents)
        found = select(getattr(parent, attribute_name(relation.target_columns[0]))).where(*joined, reached)
        return found.correlate_except(parent).exists()

    def right(self, entity: Entity, name: str) -> str:
        """hidden, masked, read or edit. Each role that reaches the entity counts; the widest right wins."""
        if self.actor.is_administrator:
            return "edit"
        roles = {rule.role for rule in self.access if rule.covers(entity, "see")}
        limits = {r.role: r.right for r in self.rights if r.entity == entity.name and r.field == name}
        if not roles:
            return "hidden"
        return max((limits.get(role, "edit") for role in roles), key=RIGHTS.index)

    def visible(self, entity: Entity) -> list[str]:
        """Field names that are not hidden, in the entity's order."""
        return [name for name in entity.fields if self.right(entity, name) != "hidden"]

    def is_open(self, entity: Entity, name: str) -> bool:
        """May it be filtered, sorted, searched and grouped by? Not when it is hidden or masked."""
        return name in entity.fields and self.right(entity, name) in {"read", "edit"}

    def is_editable(self, entity: Entity, name: str) -> bool:
        """May the person write this field? The one that says "deleted" only with the right to delete."""
        if name == entity.delete_flag.get("field") and not self.may(entity, "delete"):
            return False
        return not entity.fields[name].read_only and self.right(entity, name) == "edit"

    @property
    def fingerprint(self) -> str:
        """Equal for two people who see the same: a part of every cache key."""
        actor = self.actor
        places = [sorted(actor.units), sorted(actor.units_below)]
        facts = [actor.is_administrator, sorted(actor.roles), actor.employee, *places]
        rules = [repr(self.access), repr(self.rights), self.catalogue.version, self.catalogue.generation]
        return hashlib.sha256(json.dumps([facts, rules]).encode()).hexdigest()[:24]


def rules_of(
    connection: Connection, roles: Iterable[str]
) -> tuple[tuple[AccessRule, ...], tuple[FieldRule, ...]]:
    """The access and field rules of these roles."""
    names = list(roles)
    access = select(*(access_table.c[n] for n in ("role", "entity", "action", "scope")))
    rights = select(*(right_table.c[n] for n in ("role", "entity", "field", "right")))
    return (
        tuple(AccessRule(*row) for row in connection.execute(access.where(access_table.c.role.in_(names)))),
        tuple(FieldRule(*row) for row in connection.execute(rights.where(right_table.c.role.in_(names)))),
    )


class Masked(str):
    """A value of which only a part may be seen; it is shown as it is and never parsed."""

    __slots__ = ()


def masked(value: Any) -> Any:
    """The first three and last four characters of a long value, the first of a short one; NULL stays NULL."""
    if value is None or value == "":
        return value
    text = str(value)
    if len(text) >= 8:
        return Masked(text[:3] + "****" + text[-4:])
    return Masked(text[:1] + "**")
