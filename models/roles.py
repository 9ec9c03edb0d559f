"""The roles that every installation starts with, and what they may do with which kind of entity.

They are seeds: from then on the overlay's rows count, and administrators change those.
"""

from __future__ import annotations

from sqlalchemy import Connection, insert, select

from models.policy import access_table, right_table

EXECUTIVE, MANAGER, SALES = "Executive", "Regional manager", "Sales"
CLERK, ENGINEER, IT, AUDITOR = "Clerk", "Service engineer", "IT", "Auditor"
ROLES = (EXECUTIVE, MANAGER, SALES, CLERK, ENGINEER, IT, AUDITOR)

SALES_KINDS = ("customer", "contact", "order", "payment")
COMMON_KINDS = ("product", "employee", "organisation")
READ, WRITE = ("see",), ("see", "create", "change")
KEEP = ("see", "create", "change", "delete", "export")

GRANTS: tuple[tuple[str, tuple[str, ...], tuple[str, ...], str], ...] = (
    (EXECUTIVE, ("*",), ("see", "export"), "all"),
    (MANAGER, SALES_KINDS, ("see", "create", "change", "export"), "below"),
    (MANAGER, ("ticket", "asset", "other"), ("see", "change", "export"), "below"),
    (MANAGER, SALES_KINDS, ("unmask",), "below"),
    (MANAGER, COMMON_KINDS, READ, "all"),
    (SALES, SALES_KINDS, WRITE, "own"),
    (SALES, ("ticket", "asset", "other"), READ, "own"),
    (SALES, COMMON_KINDS, READ, "all"),
    (CLERK, SALES_KINDS, KEEP, "unit"),
    (CLERK, ("ticket", "asset", "other"), WRITE, "unit"),
    (CLERK, COMMON_KINDS, READ, "all"),
    (ENGINEER, ("ticket",), WRITE, "unit"),
    (ENGINEER, ("asset",), READ, "unit"),
    (ENGINEER, ("customer", "contact"), READ, "region"),
    (ENGINEER, COMMON_KINDS, READ, "all"),
)
"""(role, kinds of entity, actions, scope of rows)."""


def seed(connection: Connection) -> None:
    """Write the grants once; an installation that has any rule keeps its own."""
    if connection.execute(select(access_table.c.id).limit(1)).first() is not None:
        return
    rows = [
        {"role": role, "entity": kind if kind == "*" else f"role:{kind}", "action": action, "scope": scope}
        for role, kinds, actions, scope in GRANTS
        for kind in kinds
        for action in actions
    ]
    connection.execute(insert(access_table), rows)


def limit_field(connection: Connection, role: str, entity: str, field: str, right: str) -> None:
    """Hide, mask or lock one field for a role."""
    row = {"role": role, "entity": entity, "field": field, "right": right}
    connection.execute(insert(right_table).values(row))
