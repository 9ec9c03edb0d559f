"""Triggers of the overlay that refuse to alter an entry or a link, and to delete one that no pruning covers.

They stop mistakes and whoever has only the program's account; who owns the schema can drop them, which the chain shows.
"""

from __future__ import annotations

import logging

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

log = logging.getLogger("veneer")
COVERED = (
    "EXISTS (SELECT 1 FROM audit_pruning WHERE below > OLD.id"
    " AND kind = CASE WHEN OLD.entity LIKE '@%' THEN 'event' ELSE 'record' END)"
)
LOCKS = (
    ("change", "UPDATE", ""),
    ("change", "DELETE", COVERED),
    ("audit_link", "UPDATE", ""),
    ("audit_link", "DELETE", ""),
    ("audit_pruning", "UPDATE", ""),
    ("audit_pruning", "DELETE", ""),
)
"""(table, what is refused, unless)."""


def lock(connection: Connection) -> bool:
    """Make the triggers that are missing; False where the server does not let this account make any."""
    try:
        for table, action, unless in LOCKS:
            connection.exec_driver_sql(_statement(connection, table, action, unless))
    except DBAPIError as error:
        log.warning(
            "The audit's triggers could not be made (%s); the chain still shows what was altered.", error.orig
        )
        return False
    return True


def _statement(connection: Connection, table: str, action: str, unless: str) -> str:
    quote = connection.dialect.identifier_preparer.quote
    begin = f"CREATE TRIGGER IF NOT EXISTS {quote(f'audit_{table}_{action.lower()}')} BEFORE {action} ON {quote(table)}"
    if connection.dialect.name == "sqlite":
        when = f" WHEN NOT {unless}" if unless else ""
        return f"{begin} FOR EACH ROW{when} BEGIN SELECT RAISE(ABORT, 'The audit is only added to'); END"
    refusal = "SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'The audit is only added to'"
    body = f"IF NOT {unless} THEN {refusal}; END IF" if unless else refusal
    return f"{begin} FOR EACH ROW {body}".replace("%", "%%")
