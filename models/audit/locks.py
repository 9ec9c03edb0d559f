"""Triggers of the overlay that refuse to alter an entry or a link, and to delete one that no pruning covers.

An entry may be altered once for each redaction that is written down, and then only in what it says of a record.


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
"""(table, what is refused, unless): as they were first made."""
KEPT = (
    "id", "at", "actor_id", "actor_name", "cause", "entity", "record", "action", "request_id", "address", "undoes",
)  # fmt: skip
"""What no redaction may alter."""
REDACTED = (
    "NEW.salt <> OLD.salt AND NEW.salt ="
    " (SELECT salt FROM audit_redaction WHERE change_id = OLD.id ORDER BY id DESC LIMIT 1)"
)
COVERED_BY_CLASS = (
    "EXISTS (SELECT 1 FROM audit_link, audit_pruning WHERE audit_link.change_id = OLD.id"
    " AND audit_pruning.kind = audit_link.kind AND audit_pruning.below > OLD.id)"
)
RENEWED = (
    ("change", "UPDATE", REDACTED),
    ("change", "DELETE", COVERED_BY_CLASS),
    ("audit_redaction", "UPDATE", ""),
    ("audit_redaction", "DELETE", ""),
)
"""What took the place of the first ones when retention got classes and requests of persons came."""
Locks = tuple[tuple[str, str, str], ...]


def lock(connection: Connection, locks: Locks = LOCKS) -> bool:
    """Make the triggers that are missing; False where the server does not let this account make any."""
    try:
        for table, action, unless in locks:
            connection.exec_driver_sql(_statement(connection, table, action, unless))
    except DBAPIError as error:
        log.warning(
            "The audit's triggers could not be made (%s); the chain still shows what was altered.", error.orig
        )
        return False
    return True


def renew(connection: Connection) -> bool:
    """Put the triggers that know redactions and classes in the place of those that knew none."""
    try:
        for action in ("update", "delete"):
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS audit_change_{action}")
    except DBAPIError as error:
        log.warning("A trigger of the audit could not be replaced (%s).", error.orig)
        return False
    alike = "IS" if connection.dialect.name == "sqlite" else "<=>"
    kept = " AND ".join(f"OLD.{name} {alike} NEW.{name}" for name in KEPT)
    (table, action, unless), *others = RENEWED
    return lock(connection, ((table, action, f"({unless} AND {kept})"), *others))


def _statement(connection: Connection, table: str, action: str, unless: str) -> str:
    quote = connection.dialect.identifier_preparer.quote
    begin = f"CREATE TRIGGER IF NOT EXISTS {quote(f'audit_{table}_{action.lower()}')} BEFORE {action} ON {quote(table)}"
    if connection.dialect.name == "sqlite":
        when = f" WHEN NOT {unless}" if unless else ""
        return f"{begin} FOR EACH ROW{when} BEGIN SELECT RAISE(ABORT, 'The audit is only added to'); END"
    refusal = "SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'The audit is only added to'"
    body = f"IF NOT {unless} THEN {refusal}; END IF" if unless else refusal
    return f"{begin} FOR EACH ROW {body}".replace("%", "%%")
