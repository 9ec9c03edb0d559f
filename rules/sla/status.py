"""How each policy fares: last success, lag and error, for the page where administrators look; and where sweeps go on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from app.clock import now
from rules.tables import cursors, policies


def note_success(connection: Connection, lags: Mapping[int, float]) -> None:
    """These policies were worked through; `lags` holds by policy how many seconds the latest event had to wait."""
    moment = now(connection)
    for policy_id, lag in lags.items():
        values = {"last_success_at": moment, "lag_s": lag}
        connection.execute(update(policies).where(policies.c.id == policy_id).values(values))


def note_error(connection: Connection, policy_id: int, moment: datetime, text: str) -> None:
    """The last thing that went wrong."""
    values = {"last_error": text[:1000], "last_error_at": moment}
    connection.execute(update(policies).where(policies.c.id == policy_id).values(values))


def cursor(connection: Connection, name: str) -> Any:
    """Where a sweep stands; None when it begins."""
    found = connection.execute(select(cursors.c.value).where(cursors.c.name == name)).scalar()
    return json.loads(found) if found else None


def keep_cursor(connection: Connection, name: str, value: Any, moment: datetime) -> None:
    """Remember where to go on."""
    values = {"value": json.dumps(value), "at": moment}
    if not connection.execute(update(cursors).where(cursors.c.name == name).values(values)).rowcount:
        connection.execute(insert(cursors).values(name=name, **values))
