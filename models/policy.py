"""The Policy of one actor: which rows by action, which right on each field. Nothing matched = nothing.

Rules are kept by role in the overlay. Several roles add up cell by cell: the fields of a role count on the rows that
this role gives. A denial ("nobody" for rows, "never" for a field) wins over whatever other roles say.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import Column, ColumnElement, and_, false, true
from sqlalchemy.sql import visitors

from app.actor import Actor
from models.catalogue import Catalogue
from models.cells import Cells, cells_of
from models.fixed import only
from models.grants import (
    ACTIONS,
    NOBODY,
    RIGHTS,
    SCOPES,
    AccessRule,
    FieldRule,
    access_table,
    right_table,
    rules_of,
)
from models.masking import Masked, masked
from models.person import NOBODY_ELSE, Person
from models.scopes import Ground, lists_values, rows_of, seeks_of
from models.wiring.nouns import Entity

__all__ = [
    "ACTIONS", "RIGHTS", "SCOPES", "AccessRule", "FieldRule", "Masked", "Policy", "access_table", "masked", "right_table",
    "rules_of",
]  # fmt: skip
T = TypeVar("T")
READING = {"see", "export", "unmask"}
"""Actions that change no record."""
ALONE = {"see", "create"}
"""Actions that need no other right; for the rest a row must be seen too."""


@dataclass(frozen=True)
class Policy:
    """What `actor` may see and change among the entities of `catalogue`. Never changed: what it works out is kept."""

    actor: Actor
    catalogue: Catalogue
    access: tuple[AccessRule, ...] = ()
    rights: tuple[FieldRule, ...] = ()
    person: Person = NOBODY_ELSE
    _known: dict[Any, Any] = field(default_factory=dict, repr=False, compare=False)

    def may(self, entity: Entity, action: str) -> bool:
        """Is there any row on which this could be allowed?"""
        if not self._is_within(entity):
            return False
        if action not in READING and entity.read_only:
            return False
        if self.actor.is_administrator:
            return True
        needed = {action} if action in ALONE else {action, "see"}
        return all(self.granting(entity, one) for one in needed)

    def _is_within(self, entity: Entity) -> bool:
        """Whoever comes with a token gets nothing beyond the entities that it was made for, administrators too."""
        return self.actor.only is None or entity.name in self.actor.only

    def granting(self, entity: Entity, action: str) -> tuple[AccessRule, ...]:
        """The rules that give rows; () where one of them denies them all."""
        return self._once(("granting", entity.name, action), lambda: self._granting(entity, action))

    def _granting(self, entity: Entity, action: str) -> tuple[AccessRule, ...]:
        found = tuple(rule for rule in self.access if rule.covers(entity, action))
        return () if any(rule.scope == NOBODY for rule in found) else found

    def rows(self, entity: Entity, action: str) -> ColumnElement[bool]:
        """The predicate on the entity's mapped attributes; false() when nothing is granted."""
        return self._once(("rows", entity.name, action), lambda: self._of_fixed(entity, action))

    def _of_fixed(self, entity: Entity, action: str) -> ColumnElement[bool]:
        """Nobody's rights, an administrator's neither, go beyond the values that the wiring fixes."""
        found = self._rows(entity, action)
        return and_(only(entity), found) if entity.fixed else found

    def _rows(self, entity: Entity, action: str) -> ColumnElement[bool]:
        if not self._is_within(entity):
            return false()
        if self.actor.is_administrator:
            return true()
        granting = self.granting(entity, action)
        found = rows_of(self.ground, entity, granting)
        if action in ALONE or self._sees_at_least(entity, granting):
            return found
        return and_(found, self.rows(entity, "see"))

    def narrowed_by(self, entity: Entity, action: str = "see") -> str:
        """The one column of the entity by which its rows are given; "" where there is none, or more than one."""
        found = {
            element.name
            for element in visitors.iterate(self.rows(entity, action))
            if isinstance(element, Column) and element.table is entity.table
        }
        return found.pop() if len(found) == 1 else ""

    def branches(self, entity: Entity, action: str) -> tuple[ColumnElement[bool], ...]:
        """Alternatives that give all the rows, where they stand on different columns; () where one predicate does."""
        return self._once(("branches", entity.name, action), lambda: self._branches(entity, action))

    def _branches(self, entity: Entity, action: str) -> tuple[ColumnElement[bool], ...]:
        if self.actor.is_administrator:
            return ()
        found = seeks_of(self.ground, entity, self.granting(entity, action))
        return found if len(found) > 1 else ()

    def lists_values(self, entity: Entity, action: str) -> bool:
        """Are its rows given by a list of values of one of its columns?"""
        return self._once(
            ("lists", entity.name, action), lambda: lists_values(self.rows(entity, action), entity)
        )

    @property
    def learnt(self) -> dict[Any, Any]:
        """What reading has found out of where the rows lie: a help for speed alone, never for rights."""
        return self._once("learnt", dict)

    def _sees_at_least(self, entity: Entity, granting: Sequence[AccessRule]) -> bool:
        """Whether these rules give no row that is not seen: then nothing need be added to the statement."""
        seen = {rule.reach for rule in self.granting(entity, "see")}
        return ("all", (), "") in seen or {rule.reach for rule in granting} <= seen

    def cells(self, entity: Entity, action: str = "see") -> Cells:
        """The rights on fields that an action has on its rows."""
        return self._once(("cells", entity.name, action), lambda: self._cells(entity, action))

    def _cells(self, entity: Entity, action: str) -> Cells:
        if self.actor.is_administrator:
            return Cells(otherwise=RIGHTS[-1])
        limits = self.limits(entity)
        spelled = f"{self.fingerprint}:{action}" if limits else ""
        return cells_of(self.ground, entity, self.granting(entity, action), limits, spelled)

    def limits(self, entity: Entity) -> tuple[FieldRule, ...]:
        """The rules about the entity's fields: those that were made, and the mask of sensitive fields by default."""
        return self._once(("limits", entity.name), lambda: (*self.rights, *masked_by_default(self, entity)))

    def right(self, entity: Entity, name: str, action: str = "see") -> str:
        """hidden, masked, read or edit: the widest on any row."""
        return self.cells(entity, action).widest(name)

    def is_concealed_at_times(self, entity: Entity, name: str, action: str) -> bool:
        """Is it hidden on some rows of the action, and open or masked on others?"""
        cells = self.cells(entity, action)
        return name not in entity.key and cells.varies(name) and cells.least(name) == "hidden"

    def visible(self, entity: Entity) -> list[str]:
        """Field names that are not hidden on all rows, in the entity's order."""
        return [name for name in entity.fields if self.right(entity, name) != "hidden"]

    def is_open(self, entity: Entity, name: str) -> bool:
        """May it be filtered, sorted, searched and grouped by? Not when it is hidden or masked on any row."""
        return name in entity.fields and self.cells(entity).least(name) in {"read", "edit"}

    def is_editable(self, entity: Entity, name: str, action: str = "change") -> bool:
        """May the person write this field on any row? The one that says "deleted" only with the right to delete."""
        if name in entity.fixed:
            return False
        if name == entity.delete_flag.get("field") and not self.may(entity, "delete"):
            return False
        is_seen = action == "create" or self.right(entity, name) != "hidden"
        return is_seen and not entity.fields[name].read_only and self.right(entity, name, action) == "edit"

    @property
    def fingerprint(self) -> str:
        """Equal for two people who see the same: a part of every cache key."""
        return self._once("fingerprint", self._fingerprint)

    def _fingerprint(self) -> str:
        actor, person = self.actor, self.person
        below = [actor.reaches_many, sorted(actor.units_below), person.heads, person.tree]
        places = [sorted(actor.units), *below, person.subordinates, person.regions]
        conditions = [rule.matching for rule in self.access] + [limit.matching for limit in self.rights]
        name = actor.username if any(conditions) else ""
        only = sorted(actor.only) if actor.only is not None else ""
        facts = [actor.is_administrator, sorted(actor.roles), actor.employee, name, only, *places]
        rules = [repr(self.access), repr(self.rights), self.catalogue.version, self.catalogue.generation]
        return hashlib.sha256(json.dumps([facts, rules]).encode()).hexdigest()[:24]

    @property
    def ground(self) -> Ground:
        """What its predicates are worked out from."""
        return Ground(self.actor, self.person, self.catalogue)

    def remembered(self, key: Hashable, work: Callable[[], T]) -> T:
        """What somebody else has worked out from this policy alone: kept as long as it is in force."""
        return self._once(("remembered", key), work)

    def _once(self, key: Any, work: Callable[[], T]) -> T:
        """What is worked out at the first time of asking."""
        if key not in self._known:
            self._known[key] = work()
        found: T = self._known[key]
        return found


def masked_by_default(policy: Policy, entity: Entity) -> list[FieldRule]:
    """A mask on each sensitive field for every role that says nothing about it for all records."""
    names = [name for name, one in entity.fields.items() if one.sensitive]
    said = {
        (rule.role, rule.field) for rule in policy.rights if rule.entity == entity.name and not rule.matching
    }
    roles = dict.fromkeys(rule.role for rule in policy.access if rule.speaks_of(entity)) if names else {}
    return [
        FieldRule(role, entity.name, name, "masked")
        for role in roles
        for name in names
        if (role, name) not in said
    ]
