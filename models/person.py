"""What rules may ask about a person beyond their own units: who works under them, and the regions of their units."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, select

from app.actor import Actor
from models.catalogue import Catalogue
from models.grants import AccessRule, FieldRule
from models.organisation import closure_table, seat_table, unit_table, units_below
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
    wants_people = "subordinates" in asked or any(rule.scope == "subordinates" for rule in access)
    wants_regions = "regions" in asked or any(rule.scope == "region" for rule in access)
    return Person(
        _subordinates(connection, actor) if wants_people else (),
        _regions(connection, catalogue, actor) if wants_regions else (),
    )


def with_units_below(connection: Connection, access: Iterable[AccessRule]) -> tuple[AccessRule, ...]:
    """The rules with the units below the chosen ones; no statement where none is chosen."""
    return tuple(
        replace(rule, units=tuple(sorted({*rule.units, *units_below(connection, rule.units)})))
        if rule.units
        else rule
        for rule in access
    )


def _asked(conditions: Iterable[str]) -> set[str]:
    """Names of the attributes that stand in conditions."""
    found: set[str] = set()

    def note(mapping: dict[str, Any]) -> dict[str, Any]:
        found.add(str(mapping.get("actor")))
        return mapping

    for text in conditions:
        json.loads(text, object_hook=note)
    return found


def _subordinates(connection: Connection, actor: Actor) -> tuple[str, ...]:
    """Everybody who sits in a unit that the person heads, or below it."""
    if not actor.employee:
        return ()
    found = (
        select(seat_table.c.staff)
        .join(closure_table, closure_table.c.descendant == seat_table.c.unit)
        .join(unit_table, unit_table.c.code == closure_table.c.ancestor)
        .where(unit_table.c.head == actor.employee)
        .distinct()
    )
    return tuple(sorted(connection.execute(found.limit(MOST)).scalars()))


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
                        select(column).where(code.in_(codes)).distinct()
                    ).scalars()
                    if value not in {None, ""}
                )
    return tuple(sorted(found))
