"""Why somebody may do something with a record, and who may: asked of the very predicates that every statement gets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, select, true

from models.cells import Cells
from models.fixed import only
from models.grants import NOBODY, AccessRule, FieldRule
from models.policy import Policy
from models.rowtoken import key_of
from models.scopes import fails, rows_of
from models.wiring.nouns import Entity

AT_ONCE = 25
"""People asked about in one statement."""


@dataclass(frozen=True)
class Reason:
    """A rule that speaks of the entity and the action, and whether it gives this record."""

    rule: AccessRule
    gives: bool

    @property
    def denies(self) -> bool:
        """It takes every record away."""
        return self.rule.scope == NOBODY


@dataclass(frozen=True)
class Limit:
    """A rule about a field, and whether it counts on this record."""

    rule: FieldRule
    counts: bool


def allows(connection: Connection, policy: Policy, entity: Entity, token: str, action: str) -> bool:
    """Whether the person may do it with this record."""
    if not policy.may(entity, action):
        return False
    return bool(_flags(connection, entity, token, [policy.rows(entity, action)])[0])


def reasons(connection: Connection, policy: Policy, entity: Entity, token: str, action: str) -> list[Reason]:
    """All rules of the person that speak of it, in the order of their roles."""
    rules = sorted((rule for rule in policy.access if rule.covers(entity, action)), key=lambda one: one.role)
    tests = [rows_of(policy.ground, entity, [] if rule.scope == NOBODY else [rule]) for rule in rules]
    given = _flags(connection, entity, token, tests)
    return [Reason(rule, bool(gives)) for rule, gives in zip(rules, given, strict=True)]


def limits(connection: Connection, policy: Policy, entity: Entity, token: str) -> list[Limit]:
    """All rules of the person about fields of the entity, and whether their conditions may hold here."""
    rules = [
        rule for rule in policy.limits(entity) if rule.entity == entity.name and rule.field in entity.fields
    ]
    tests = [fails(policy.ground, entity, rule.matching) if rule.matching else ~true() for rule in rules]
    lifted = _flags(connection, entity, token, tests)
    return [Limit(rule, not off) for rule, off in zip(rules, lifted, strict=True)]


def rights(
    connection: Connection, policy: Policy, entity: Entity, token: str, action: str = "see"
) -> dict[str, str]:
    """The right on each field of this record, by the flags that every statement would select beside it."""
    cells: Cells = policy.cells(entity, action)
    flags = _flags(connection, entity, token, [flag == 1 for flag in cells.flags])
    return {name: cells.right(name, flags) for name in entity.fields}


def those_who_may(
    connection: Connection, policies: Iterable[Policy], entity: Entity, token: str, action: str
) -> Iterator[Policy]:
    """The policies that reach the record, asked in few statements."""
    able = [policy for policy in policies if policy.may(entity, action)]
    for start in range(0, len(able), AT_ONCE):
        some = able[start : start + AT_ONCE]
        found = _flags(connection, entity, token, [policy.rows(entity, action) for policy in some])
        yield from (policy for policy, reaches in zip(some, found, strict=True) if reaches)


def _flags(
    connection: Connection, entity: Entity, token: str, tests: Sequence[ColumnElement[bool]]
) -> Sequence[Any]:
    """1 or 0 for each predicate on the record; all 0 when there is no such record."""
    if not tests:
        return ()
    key = and_(*(entity.attribute(name) == value for name, value in key_of(entity, token).items()))
    marked = [case((test, 1), else_=0).label(f"flag_{number}") for number, test in enumerate(tests)]
    found = connection.execute(select(*marked).select_from(entity.table).where(key, only(entity))).first()
    return found if found is not None else (0,) * len(tests)
