"""Rules of roles as they are kept: all of them read, some of them replaced, each change in the audit."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, and_, delete, insert, select

from app.actor import Actor
from models.allowances import allowance_table, allowances_of
from models.change import Note, add_change
from models.grants import access_table, right_table, rules_of
from models.grants_document import LIMITS, Rules, differences, from_plain, to_plain

AUDITED = "@rights"
"""Stands for rights in the audit; no entity can be called so."""


def roles_with_rules(connection: Connection) -> list[str]:
    """Names of all roles that have any rule."""
    names = (select(table.c.role).distinct() for table in (access_table, right_table, allowance_table))
    return sorted({name for found in names for name in connection.execute(found).scalars()})


def load(connection: Connection, roles: Iterable[str] | None = None) -> dict[str, Any]:
    """The document of some roles, or of all."""
    wanted = roles_with_rules(connection) if roles is None else list(roles)
    return to_plain(*rules_of(connection, wanted), allowances_of(connection, wanted))


def replace(connection: Connection, actor: Actor, wanted: Mapping[str, Any], cause: str = "") -> list[str]:
    """Put the document's roles in force, in the caller's transaction; roles that it does not name stay as they are.

    Returns "role · entity" of what differs. Raises Invalid.
    """
    rules = from_plain(wanted)
    before, after = load(connection, wanted), to_plain(*rules)
    changed = list(differences(before, after))
    for role, entity, old, new in changed:
        if entity == LIMITS:
            _write_allowances(connection, role, rules)
        else:
            _write(connection, role, entity, rules)
        add_change(connection, actor, _note(role, entity, old, new, cause))
    return [f"{role} · {entity}" for role, entity, _old, _new in changed]


def stamp(document: Mapping[str, Any]) -> str:
    """Of a document as it was shown: another one means that somebody changed it since."""
    return hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()[:16]


def _write(connection: Connection, role: str, entity: str, rules: Rules) -> None:
    for table in (access_table, right_table):
        connection.execute(delete(table).where(and_(table.c.role == role, table.c.entity == entity)))
    ours = ([one for one in part if one.role == role and one.entity == entity] for part in rules[:2])
    access, rights = ours
    if access:
        connection.execute(insert(access_table), [_access_row(rule) for rule in access])
    if rights:
        connection.execute(insert(right_table), [_field_row(limit) for limit in rights])


def _write_allowances(connection: Connection, role: str, rules: Rules) -> None:
    connection.execute(delete(allowance_table).where(allowance_table.c.role == role))
    rows = [vars(one) for one in rules[2] if one.role == role]
    if rows:
        connection.execute(insert(allowance_table), rows)


def _access_row(rule: Any) -> dict[str, Any]:
    named = {name: getattr(rule, name) for name in ("role", "entity", "action", "scope")}
    return {**named, "units": "\n".join(rule.units) or None, "matching": rule.matching or None}


def _field_row(limit: Any) -> dict[str, Any]:
    named = {name: getattr(limit, name) for name in ("role", "entity", "field", "right")}
    return {**named, "matching": limit.matching or None}


def _note(role: str, entity: str, old: Any, new: Any, cause: str) -> Note:
    sides = (
        {entity: json.dumps(side, ensure_ascii=False)} if side is not None else None for side in (old, new)
    )
    before, after = sides
    return Note(AUDITED, role, role, "change", before, after, cause)
