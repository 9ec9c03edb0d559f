"""Allowances: how much of the records a role lets out: rows of exports, rows read by the API, masked values that are shown.

Several roles: of those that give the action on the entity, the most generous one counts. A role that says nothing has what
the settings say. Administrators are limited by EXPORT_MAX_ROWS alone, and give their reasons as the settings say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, Column, Connection, String, Table, select

from app.extensions import reading, services
from app.short_cache import ShortCache
from models.overlay import metadata
from models.policy import Policy
from models.wiring.nouns import Entity

UNLIMITED = 10**12
FILE, DAY, REASON, API, UNMASK = "export_file", "export_day", "export_reason", "api_day", "unmask_day"

allowance_table = Table(
    "role_allowance",
    metadata,
    Column("role", String(64), primary_key=True),
    Column("name", String(32), primary_key=True),
    Column("most", BigInteger, nullable=False),
)


@dataclass(frozen=True)
class Allowance:
    """What one role allows at most; for REASON the rows from which on a reason is asked."""

    role: str
    name: str
    most: int


@dataclass(frozen=True)
class Kind:
    """An allowance: the action that a role must give for it to count, and the setting that stands in for it."""

    action: str
    setting: Callable[[Any], int]
    bounds_administrators: bool = False


KINDS: Mapping[str, Kind] = {
    FILE: Kind("export", lambda config: int(config.export_max_rows), bounds_administrators=True),
    DAY: Kind("export", lambda config: int(config.export_rows_a_day)),
    REASON: Kind("export", lambda config: int(config.export_reason_rows), bounds_administrators=True),
    API: Kind("see", lambda config: int(config.api_rows_a_day)),
    UNMASK: Kind("unmask", lambda config: int(config.unmask_a_day)),
}


def allowances_of(connection: Connection, roles: Iterable[str]) -> tuple[Allowance, ...]:
    """What these roles say."""
    table = allowance_table.c
    found = select(table.role, table.name, table.most).where(table.role.in_(list(roles)))
    return tuple(Allowance(*row) for row in connection.execute(found.order_by(table.role, table.name)))


def most(policy: Policy, entity: Entity, name: str) -> int:
    """How much the person may, by the roles that give the entity's rows; 0 when none does."""
    kind, usual = KINDS[name], KINDS[name].setting(services().config)
    if policy.actor.is_administrator:
        return usual if kind.bounds_administrators else UNLIMITED
    giving = {rule.role for rule in policy.granting(entity, kind.action)}
    said = {one.role: one.most for one in _said(policy.actor.roles) if one.name == name}
    found = max((said.get(role, usual) for role in giving), default=0)
    return min(found, services().config.export_max_rows) if name == FILE else found


def _said(roles: frozenset[str]) -> tuple[Allowance, ...]:
    """One second old at most."""
    cache: ShortCache[tuple[Allowance, ...]] = services().rooms.setdefault("allowances", ShortCache())
    found = cache.get(roles)
    return found if found is not None else cache.put(roles, allowances_of(reading(), roles))
