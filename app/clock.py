"""The time: instants come from the database, days from the zone that the legacy system lives in."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, text

from app.extensions import services


def now(connection: Connection) -> datetime:
    """The database's clock, in UTC: the only one for deadlines."""
    if connection.dialect.name == "sqlite":
        found = connection.execute(text("SELECT strftime('%Y-%m-%d %H:%M:%f', 'now')")).scalar_one()
        return datetime.fromisoformat(found).replace(tzinfo=UTC)
    found = connection.execute(text("SELECT UTC_TIMESTAMP(6)")).scalar_one()
    return found.replace(tzinfo=UTC)  # type: ignore[no-any-return]


def today() -> date:
    """The day in the zone of the legacy system (TIME_ZONE)."""
    return datetime.now(ZoneInfo(services().config.time_zone)).date()
