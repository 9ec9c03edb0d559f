"""Durations, states, kinds and audiences in the reader's language."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import format_datetime
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.theme.role_words import role_words

KINDS: dict[str, Any] = {
    "first_response": _l("First response"),
    "next_response": _l("Next response"),
    "resolution_first": _l("Resolution, first time"),
    "resolution_total": _l("Resolution, re-opening included"),
    "stage": _l("Time in a status"),
    "field_deadline": _l("Deadline in a field"),
    "inactivity": _l("Time without activity"),
    "node": _l("Approval step"),
}
STATES: dict[str, tuple[Any, str]] = {
    "running": (_l("Running"), "info"),
    "paused": (_l("Paused"), ""),
    "met": (_l("Met"), "good"),
    "breached-open": (_l("Overdue"), "bad"),
    "breached-met": (_l("Finished late"), "warn"),
    "cancelled": (_l("Cancelled"), ""),
}
"""(words, tone of the badge) by state."""
AUDIENCES: dict[str, Any] = {
    "owner": _l("The owner"),
    "superior": _l("The owner's superior"),
    "superior:2": _l("The superior's superior"),
    "administrators": _l("Administrators"),
}
CAUSES: dict[str, Any] = {
    "time": "",
    "priority_change": _l("by a change of priority"),
    "reopened": _l("by being opened again"),
}
WEEKDAYS = (
    _l("Monday"),
    _l("Tuesday"),
    _l("Wednesday"),
    _l("Thursday"),
    _l("Friday"),
    _l("Saturday"),
    _l("Sunday"),
)


def duration(seconds: float) -> str:
    """Hours and minutes; never rounded up to a time that has not come."""
    minutes = int(abs(seconds) // 60)
    hours, rest = divmod(minutes, 60)
    if hours and rest:
        return str(_("%(hours)s h %(minutes)s min", hours=hours, minutes=rest))
    return str(_("%(hours)s h", hours=hours) if hours else _("%(minutes)s min", minutes=rest))


def moment(instant: datetime | None) -> str:
    """Date and time in the zone in which all pages show them; empty for none."""
    return "" if instant is None else str(format_datetime(instant, "short"))


def state(name: str) -> dict[str, str]:
    """Words and tone of a clock's state."""
    words, tone = STATES.get(name, (name, ""))
    return {"text": str(words), "tone": tone}


def audience(name: str) -> str:
    """An audience of the ladder."""
    kind, _colon, rest = name.partition(":")
    return _("Role %(role)s", role=role_words(rest)) if kind == "role" else str(AUDIENCES.get(name, name))
