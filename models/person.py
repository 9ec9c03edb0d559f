"""What rules may ask about a person beyond their own units: who works under them, and the regions of their units."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, func, select

from app.actor import Actor
from models.catalogue import Catalogue
from models.change import change_table
from models.fixed import only_of
from models.grants import AccessRule, FieldRule
from models.organisation import LISTED, closure_table, seat_table, unit_table, units_below
from models.organisation_source import identity

MOST = 10_000
"""Codes in one list; whoever has more of them under them needs a rule of another kind."""
ATTRIBUTES = ("employee", "username", "units", "units_below", "subordinates", "regions")
"""What a condition may compare with: {"actor": "regions"}."""


@dataclass(frozen=True)
class Person:
    """Facts about an actor that only some rules ask for; empty where none does."""

    subordinates: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    heads: tuple[str, ...] = ()
    """Units that the person heads, where too many people work in and below them to be listed."""
    units_below: tuple[str, ...] = ()
    """Of somebody who reaches many, where a condition asks for them."""
    collation: str = ""
    """How the tree's codes compare on the server, where a predicate asks the tree."""
    tree: int = 0
    """Where a predicate asks the tree: another number after every change of the tree, for what is kept of the answers."""


NOBODY_ELSE = Person()
"""Of an actor whose rules ask for nothing more."""


def attribute(actor: Actor, person: Person, name: str) -> tuple[str, ...]:
    """The values of one of ATTRIBUTES; () for none and for a name that there is not."""
    if name not in ATTRIBUTES:
        return ()
    found = getattr(person, name, None) or getattr(actor, name, None)
    return (found,) if isinstance(found, str) else tuple(sorted(found or ()))


def person_of(
    connection: Connection,
    catalogue: Catalogue,
    actor: Actor,
    access: Iterable[AccessRule],
    rights: Iterable[FieldRule],
) -> Person:
    """What these rules ask about the actor: no statement where they ask for nothing."""
    access = list(access)
    conditions = [rule.matching for rule in access] + [limit.matching for limit in rights]
    asked = _asked(text for text in conditions if text)
    scopes = {rule.scope for rule in access}
    people, heads = _people(connection, actor, asked, scopes)
    wants_regions = "regions" in asked or "region" in scopes
    is_asked = bool(heads) or actor.reaches_many or any(rule.is_wide for rule in access)
    return Person(
        people,
        _regions(connection, catalogue, actor) if wants_regions else (),
        heads,
        _all_below(connection, actor) if actor.reaches_many and "units_below" in asked else (),
        _collation(connection) if is_asked else "",
        _stamp(connection) if is_asked else 0,
    )


def with_units_below(connection: Connection, access: Iterable[AccessRule]) -> tuple[AccessRule, ...]:
    """The rules with the units below the chosen ones; no statement where none is chosen."""
    return tuple(_with_below(connection, rule) if rule.units else rule for rule in access)


def _with_below(connection: Connection, rule: AccessRule) -> AccessRule:
    found = {*rule.units, *units_below(connection, rule.units, LISTED + 1)}
    if len(found) > LISTED:
        return replace(rule, is_wide=True)
    return replace(rule, units=tuple(sorted(found)))


def _asked(conditions: Iterable[str]) -> set[str]:
    """Names of the attributes that stand in conditions."""
    found: set[str] = set()

    def note(mapping: dict[str, Any]) -> dict[str, Any]:
        found.add(str(mapping.get("actor")))
        return mapping

    for text in conditions:
        json.loads(text, object_hook=note)
    return found


def _people(
    connection: Connection, actor: Actor, asked: set[str], scopes: set[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Everybody under the person, or the units that they head where those are too many to be listed.

    A condition has to have them all: with more than MOST it has nothing to compare with, and gives nothing.
    """
    if not actor.employee or ("subordinates" not in asked and "subordinates" not in scopes):
        return (), ()
    found = _subordinates(connection, actor, MOST if "subordinates" in asked else LISTED)
    if len(found) <= LISTED:
        return found, ()
    headed = select(unit_table.c.code).where(unit_table.c.head == actor.employee).order_by(unit_table.c.code)
    listed = found if "subordinates" in asked and len(found) <= MOST else ()
    return listed, tuple(connection.execute(headed).scalars())


def _all_below(connection: Connection, actor: Actor) -> tuple[str, ...]:
    """For a condition: () where there are more than MOST."""
    found = units_below(connection, actor.units, MOST + 1)
    return tuple(sorted(found)) if len(found) <= MOST else ()


def _stamp(connection: Connection) -> int:
    """The newest entry of the audit about rights and the organisation: every change of the tree has one."""
    newest = select(func.max(change_table.c.id)).where(change_table.c.entity == "@rights")
    return int(connection.execute(newest).scalar() or 0)


def _collation(connection: Connection) -> str:
    """How codes of the tree compare; "" where it is not a server's."""
    if connection.dialect.name == "sqlite":
        return ""
    found = select(func.collation(unit_table.c.code)).limit(1)
    return str(connection.execute(found).scalar() or "")


def _subordinates(connection: Connection, actor: Actor, most: int) -> tuple[str, ...]:
    """Everybody who sits in a unit that the person heads, or below it; one more than `most` tells that there are more."""
    found = (
        select(seat_table.c.staff)
        .join(closure_table, closure_table.c.descendant == seat_table.c.unit)
        .join(unit_table, unit_table.c.code == closure_table.c.ancestor)
        .where(unit_table.c.head == actor.employee)
        .distinct()
    )
    return tuple(sorted(connection.execute(found.limit(most + 1)).scalars()))


def _regions(connection: Connection, catalogue: Catalogue, actor: Actor) -> tuple[str, ...]:
    """Regions of the person's own row and of the units that they belong to, by the wired columns."""
    asked = (("employee", [actor.employee] if actor.employee else []), ("organisation", sorted(actor.units)))
    found: set[str] = set()
    for role, codes in asked:
        for entity in catalogue.by_role(role)[:1]:
            if entity.region and codes:
                column, code = entity.table.c[entity.region], entity.table.c[identity(entity)]
                found.update(
                    str(value)
                    for value in connection.execute(
                        select(column).where(code.in_(codes), only_of(entity)).distinct()
                    ).scalars()
                    if value not in {None, ""}
                )
    return tuple(sorted(found))
