"""Ends our own statements that overstay: what a killed process left running, and what the server's own limit does not end.

Each statement carries its limit in a comment at its end. Nothing without that comment is ever touched, whoever runs it,
and an account may end its own statements without a further right.
"""

from __future__ import annotations

import logging
import math
import re
from dataclasses import dataclass

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

log = logging.getLogger("veneer.watchdog")
GRACE_SECONDS = 2
"""The server ends most of them by itself; this only comes after it."""
DEFINING_SECONDS = 3600
"""Migrations of the overlay may take longer than any page."""
HEAVY = "heavy"
"""In the mark of a statement that may read a whole table (see `models.heavy`)."""
_MARK = re.compile(r"/\* veneer (\d+) s(?: heavy)? \*/\s*$")
_DEFINING = re.compile(r"\s*(?:CREATE|ALTER|DROP|RENAME|TRUNCATE)\b", re.IGNORECASE)
_GONE = {1094, 1095, 1957}
"""No such connection, not (or no longer) ours, no such statement: it has come to its end meanwhile."""
_ON_MARIADB = "SELECT ID, QUERY_ID, TIME_MS / 1000, INFO"
_ON_MYSQL = "SELECT ID, NULL, TIME, INFO"
_OURS = """ FROM information_schema.PROCESSLIST
WHERE USER = SUBSTRING_INDEX(USER(), '@', 1) AND DB = DATABASE() AND ID <> CONNECTION_ID() AND INFO LIKE :mark"""


@dataclass(frozen=True)
class Overdue:
    """A statement of ours that runs for longer than it may."""

    connection_id: int
    query_id: int | None
    seconds: float
    verb: str

    @property
    def kill(self) -> str:
        """By its own number, where there is one: the connection may have gone on to the next statement."""
        return f"KILL QUERY ID {self.query_id}" if self.query_id else f"KILL QUERY {self.connection_id}"


def marked(statement: str, seconds: float, kind: str = "") -> str:
    """The statement with its limit and, when it is HEAVY, that; as the process list shows it."""
    limit = DEFINING_SECONDS if _DEFINING.match(statement) else math.ceil(seconds)
    return f"{statement} /* veneer {limit} s {kind} */" if kind else f"{statement} /* veneer {limit} s */"


def overdue(connection: Connection) -> list[Overdue]:
    """What runs for longer than its mark allows, among the statements of this account on this overlay."""
    listed = _ON_MARIADB if getattr(connection.dialect, "is_mariadb", False) else _ON_MYSQL
    rows = connection.execute(text(listed + _OURS), {"mark": "%/* veneer %"})
    found = []
    for number, query, seconds, info in rows:
        mark = _MARK.search(str(info))
        if mark and float(seconds) > int(mark[1]) + GRACE_SECONDS:
            found.append(Overdue(number, query, float(seconds), str(info).split(maxsplit=1)[0].upper()))
    return found


def end_overdue(connection: Connection) -> list[Overdue]:
    """End them; whoever waits for one is told that it took too long."""
    return [one for one in overdue(connection) if _ended(connection, one)]


def _ended(connection: Connection, one: Overdue) -> bool:
    try:
        connection.exec_driver_sql(one.kill)
    except DBAPIError as error:
        if getattr(error.orig, "args", (0,))[0] not in _GONE:
            raise
        return False
    log.warning("ended %s on connection %s after %.1f s", one.verb, one.connection_id, one.seconds)
    return True
