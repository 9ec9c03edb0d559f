"""Calendars and times that several SLA tests share."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from rules.sla.calendar import Calendar, DatedException, Window

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
OFFICE = (Window(9 * 60, 12 * 60), Window(13 * 60, 18 * 60))
ALWAYS = (Window(0, 24 * 60),)
HOUR = 3600


def office(*exceptions: DatedException, country: str = "") -> Calendar:
    """Monday to Friday 9-12 and 13-18 in Shanghai."""
    return Calendar("Asia/Shanghai", (OFFICE,) * 5 + ((), ()), exceptions, country)


def around_the_clock(zone: str) -> Calendar:
    return Calendar(zone, (ALWAYS,) * 7)


def off(first: str, last: str) -> DatedException:
    return DatedException(date.fromisoformat(first), date.fromisoformat(last))


def on(day: str, *windows: Window) -> DatedException:
    return DatedException(date.fromisoformat(day), date.fromisoformat(day), on=True, windows=windows)


def at(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    """The UTC instant of a local time such as "2026-03-02 11:30"."""
    local = datetime.fromisoformat(text)
    return (local if local.tzinfo else local.replace(tzinfo=zone)).astimezone(UTC)
