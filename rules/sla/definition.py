"""Calendars as JSON documents, the form in which the overlay keeps them, and back.

{"zone": "Asia/Shanghai", "country": "CN", "region": "", "week": [["09:00-12:00", "13:00-18:00"], …seven lists],
 "exceptions": [{"from": "2026-10-01", "to": "2026-10-08", "on": false, "windows": [], "note": "…"}]}
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from flask_babel import gettext as _

from app.errors import Invalid
from rules.sla.calendar import Calendar, DatedException, Window
from rules.sla.holidaybook import days_of
from rules.sla.localtime import zone_named
from rules.sla.worktime import due

DAY_MINUTES = 24 * 60
_WINDOW = re.compile(r"(\d{1,2})[:：](\d{2})\s*[-–—~至]\s*(\d{1,2})[:：](\d{2})")
_SEPARATOR = re.compile(r"[,;，；、\n]+")


def calendar_from(definition: Mapping[str, Any], *, name: str = "", version: int = 1) -> Calendar:
    """The calendar of a definition; Invalid with a sentence when it cannot be used."""
    week = tuple(tuple(window_from(text) for text in day) for day in definition.get("week", ()))
    if len(week) != 7:
        raise Invalid(
            _("A week has seven days. Give a list of working hours for each, an empty one for a day off.")
        )
    zone_named(definition.get("zone", ""))
    country, region = definition.get("country") or "", definition.get("region") or ""
    if country:
        days_of(country, region, 2026)
    exceptions = tuple(_exception(item) for item in definition.get("exceptions", ()))
    name_zh = definition.get("name_zh") or ""
    return Calendar(definition["zone"], week, exceptions, country, region, name, version, name_zh)


def definition_of(calendar: Calendar) -> dict[str, Any]:
    """The JSON document of a calendar."""
    return {
        "zone": calendar.zone,
        "name_zh": calendar.name_zh,
        "country": calendar.country,
        "region": calendar.region,
        "week": [[text_of(window) for window in day] for day in calendar.week],
        "exceptions": [
            {
                "from": item.first.isoformat(),
                "to": item.last.isoformat(),
                "on": item.on,
                "windows": [text_of(window) for window in item.windows],
                "note": item.note,
            }
            for item in calendar.exceptions
        ],
    }


def refuse_unusable(calendar: Calendar, now: datetime | None = None) -> None:
    """Raise Invalid for a calendar in which no work is ever done."""
    due(calendar, now or datetime.now(UTC), 1)


def windows_from(text: str) -> tuple[Window, ...]:
    """Windows as people type them, "09:00-12:00, 13:00-18:00"; none for an empty text."""
    return tuple(window_from(part) for part in _SEPARATOR.split(text) if part.strip())


def window_from(text: str) -> Window:
    """One window; an end before its start lies on the next day."""
    match = _WINDOW.fullmatch(text.strip())
    if match is None:
        raise Invalid(_('"%(text)s" is not a working time. Write it as 09:00-12:00.', text=text))
    hour, minute, last_hour, last_minute = match.groups()
    start, end = _minute(hour, minute, text), _minute(last_hour, last_minute, text)
    if start in {end, DAY_MINUTES}:
        raise Invalid(_('"%(text)s" is empty. For a whole day write 00:00-24:00.', text=text))
    return Window(start, end if end > start else end + DAY_MINUTES)


def text_of(window: Window) -> str:
    """A window as it is typed."""
    end = window.end if window.end <= DAY_MINUTES else window.end - DAY_MINUTES
    return f"{window.start // 60:02}:{window.start % 60:02}-{end // 60:02}:{end % 60:02}"


def texts_of(windows: Sequence[Window]) -> str:
    """Windows of a day on one line."""
    return ", ".join(text_of(window) for window in windows)


def _minute(hour: str, minute: str, text: str) -> int:
    total = int(hour) * 60 + int(minute)
    if int(minute) > 59 or total > DAY_MINUTES:
        raise Invalid(
            _('"%(text)s" has a time that no clock shows. Hours go from 00:00 to 24:00.', text=text)
        )
    return total


def _exception(item: Mapping[str, Any]) -> DatedException:
    try:
        first = date.fromisoformat(item["from"])
        last = date.fromisoformat(item.get("to") or item["from"])
    except (KeyError, ValueError):
        raise Invalid(_("An exception needs a date such as 2026-10-01.")) from None
    if last < first:
        raise Invalid(
            _("The exception that begins on %(first)s ends before it begins.", first=first.isoformat())
        )
    windows = tuple(window_from(text) for text in item.get("windows", ()))
    return DatedException(first, last, bool(item.get("on")), windows, str(item.get("note", "")))
