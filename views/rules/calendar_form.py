"""The calendar form: what was typed becomes a Calendar, with a sentence for each field that cannot be used."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from app.errors import Invalid
from rules.sla.calendar import Calendar
from rules.sla.definition import calendar_from, refuse_unusable, texts_of, windows_from

BLANK_EXCEPTIONS = 3
Typed = MultiDict[str, str]


def parsed(typed: Typed) -> Calendar:
    """The calendar; raises Invalid with a sentence for each field."""
    wrong: dict[str, str] = {}
    name = typed.get("name", "").strip()
    if not name:
        wrong["name"] = _("Give the calendar a name.")
    week = [_windows(typed.get(f"day_{day}", ""), f"day_{day}", wrong) for day in range(7)]
    document = {
        "name_zh": typed.get("name_zh", "").strip()[:120],
        "zone": typed.get("zone", "").strip(),
        "country": typed.get("country", "").strip(),
        "region": typed.get("region", "").strip(),
        "week": week,
        "exceptions": list(_exceptions(typed, wrong)),
    }
    calendar = None if wrong else _calendar(document, name[:120], wrong)
    if calendar is None:
        raise Invalid(next(iter(wrong.values())), fields=wrong)
    return calendar


def _calendar(document: dict[str, Any], name: str, wrong: dict[str, str]) -> Calendar | None:
    try:
        calendar = calendar_from(document, name=name)
        refuse_unusable(calendar)
    except Invalid as problem:
        wrong[""] = str(problem)
        return None
    return calendar


def _windows(text: str, field: str, wrong: dict[str, str]) -> list[str]:
    try:
        return [part.strip() for part in texts_of(windows_from(text)).split(",") if part.strip()]
    except Invalid as problem:
        wrong[field] = str(problem)
        return []


def _exceptions(typed: Typed, wrong: dict[str, str]) -> Iterator[dict[str, Any]]:
    """Lines with a first day; the others are blank."""
    columns = ("exception_from", "exception_to", "exception_kind", "exception_windows", "exception_note")
    for line in zip(*(typed.getlist(name) for name in columns), strict=False):
        first, last, kind, windows, note = (part.strip() for part in line)
        if first:
            listed = _windows(windows, "exceptions", wrong)
            yield {
                "from": first,
                "to": last or first,
                "on": kind == "on",
                "windows": listed,
                "note": note[:200],
            }


def shown(calendar: Calendar) -> dict[str, Any]:
    """What the form shows of a calendar."""
    exceptions = [
        {
            "first": item.first.isoformat(),
            "last": item.last.isoformat(),
            "on": item.on,
            "windows": texts_of(item.windows),
            "note": item.note,
        }
        for item in calendar.exceptions
    ]
    blank = {"first": "", "last": "", "on": False, "windows": "", "note": ""}
    return {
        "name": calendar.name,
        "name_zh": calendar.name_zh,
        "zone": calendar.zone,
        "country": calendar.country,
        "region": calendar.region,
        "days": [texts_of(windows) for windows in calendar.week],
        "exceptions": [*exceptions, *([blank] * BLANK_EXCEPTIONS)],
    }


def as_typed(typed: Typed) -> dict[str, Any]:
    """What was typed, to be shown again beside what is wrong with it."""
    columns = ("exception_from", "exception_to", "exception_kind", "exception_windows", "exception_note")
    lines = zip(*(typed.getlist(name) for name in columns), strict=False)
    exceptions = [
        {"first": first, "last": last, "on": kind == "on", "windows": windows, "note": note}
        for first, last, kind, windows, note in lines
    ]
    plain = {name: typed.get(name, "") for name in ("name", "name_zh", "zone", "country", "region")}
    return {**plain, "days": [typed.get(f"day_{day}", "") for day in range(7)], "exceptions": exceptions}
