"""Grants: what roles may do, as rows of the overlay. Rows of entities by action, rights on their fields."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Column, Connection, Integer, String, Table, select

from models.overlay import metadata
from models.overlay.types import LongText
from models.wiring.nouns import Entity

ACTIONS = ("see", "create", "change", "delete", "export", "unmask", "transfer")
"""`unmask`: a masked value may be shown, one at a time; `transfer`: a change may move the record out of one's own reach."""
NOBODY = "nobody"
SCOPES = (NOBODY, "own", "subordinates", "unit", "below", "units", "region", "rule", "all")
"""`nobody` is a denial that wins over every other role; `units` are chosen ones, `rule` is a condition.

`region`: the regions of the person and of their units, by the wired column."""
NEVER = "never"
RIGHTS = ("hidden", "masked", "read", "edit")
FIELD_RIGHTS = (NEVER, *RIGHTS)
"""From the narrowest to the widest; `never` hides a field whatever other roles say."""

access_table = Table(
    "access_rule",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("role", String(64), nullable=False, index=True),
    Column("entity", String(64), nullable=False),
    Column("action", String(16), nullable=False),
    Column("scope", String(16), nullable=False),
    Column("units", LongText),
    Column("matching", LongText),
)
right_table = Table(
    "field_rule",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("role", String(64), nullable=False, index=True),
    Column("entity", String(64), nullable=False),
    Column("field", String(64), nullable=False),
    Column("right", String(16), nullable=False),
    Column("matching", LongText),
)


@dataclass(frozen=True)
class AccessRule:
    """A role may do `action` on the rows of `scope`. `entity` is a name, "role:customer" or "*"."""

    role: str
    entity: str
    action: str
    scope: str
    units: tuple[str, ...] = ()
    """Codes of the scope "units"; everything below them counts too."""
    matching: str = ""
    """Condition of the scope "rule", as JSON with stored values."""
    is_wide: bool = False
    """There are too many units below the chosen ones to be listed: the tree is asked."""

    def covers(self, entity: Entity, action: str) -> bool:
        """Does this rule speak of that entity and action?"""
        return self.action == action and self.speaks_of(entity)

    def speaks_of(self, entity: Entity) -> bool:
        """Does it speak of that entity at all?"""
        return self.entity in {"*", entity.name, f"role:{entity.role}"}

    @property
    def reach(self) -> tuple[str, tuple[str, ...], str]:
        """Which rows: two rules with the same reach give the same ones."""
        return "trees" if self.is_wide else self.scope, self.units, self.matching


@dataclass(frozen=True)
class FieldRule:
    """A role's right on one field, less than editing; with a condition only on the records for which it holds."""

    role: str
    entity: str
    field: str
    right: str
    matching: str = ""


def rules_of(
    connection: Connection, roles: Iterable[str]
) -> tuple[tuple[AccessRule, ...], tuple[FieldRule, ...]]:
    """The access and field rules of these roles."""
    names = list(roles)
    access, rights = access_table.c, right_table.c
    granted = select(*(access[n] for n in ("role", "entity", "action", "scope", "units", "matching")))
    limited = select(*(rights[n] for n in ("role", "entity", "field", "right", "matching")))
    return (
        tuple(_access(*row) for row in connection.execute(granted.where(access.role.in_(names)))),
        tuple(_field(*row) for row in connection.execute(limited.where(rights.role.in_(names)))),
    )


def _access(  # noqa: PLR0917 - the columns of a row
    role: str, entity: str, action: str, scope: str, units: str | None, matching: str | None
) -> AccessRule:
    """A scope that this program does not know denies everything."""
    known = scope if scope in SCOPES else NOBODY
    return AccessRule(role, entity, action, known, tuple((units or "").split()), matching or "")


def _field(role: str, entity: str, field: str, right: str, matching: str | None) -> FieldRule:
    return FieldRule(role, entity, field, right if right in FIELD_RIGHTS else NEVER, matching or "")
