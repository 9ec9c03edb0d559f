"""Times relative to today, for filters that stay right tomorrow: "this month", "last 7 days", "overdue"."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l

from app.errors import Invalid
from fields.texts import text as _

Ends = tuple[date | None, date | None]
"""The first day and the day after the last; None = open."""

DAYS = re.compile(r"(last|next)_(\d{1,4})_days")
ONE = timedelta(days=1)
LABELS: dict[str, Any] = {
    "today": _l("today"),
    "yesterday": _l("yesterday"),
    "tomorrow": _l("tomorrow"),
    "this_week": _l("this week"),
    "last_week": _l("last week"),
    "next_week": _l("next week"),
    "this_month": _l("this month"),
    "last_month": _l("last month"),
    "next_month": _l("next month"),
    "this_quarter": _l("this quarter"),
    "last_quarter": _l("last quarter"),
    "this_year": _l("this year"),
    "last_year": _l("last year"),
    "overdue": _l("before today"),
}
OFFERED_DAYS = ("last_7_days", "last_30_days", "last_90_days", "next_7_days", "next_30_days")


def ends_of(period: str, today: date) -> Ends:
    """The days of a period; raises Invalid for an unknown one. Weeks begin on Monday."""
    counted = DAYS.fullmatch(period)
    if counted:
        days = timedelta(days=int(counted[2]))
        return (today - days + ONE, today + ONE) if counted[1] == "last" else (today, today + days)
    if period == "overdue":
        return None, today
    if period in {"yesterday", "today", "tomorrow"}:
        day = today + ONE * (("yesterday", "today", "tomorrow").index(period) - 1)
        return day, day + ONE
    which, _line, unit = period.partition("_")
    if which not in STEPS or unit not in UNITS:
        raise Invalid(_("“%(period)s” is not a known time. Choose one from the list.", period=period[:40]))
    return UNITS[unit](today, STEPS[which])


def label_of(period: str) -> str:
    """What a period is called."""
    counted = DAYS.fullmatch(period)
    if counted and counted[1] == "last":
        return _("the last %(days)s days", days=int(counted[2]))
    if counted:
        return _("the next %(days)s days", days=int(counted[2]))
    return str(LABELS.get(period, period))


def choices() -> list[tuple[str, str]]:
    """(period, label) pairs for a filter's menu."""
    return [(one, label_of(one)) for one in (*LABELS, *OFFERED_DAYS)]


def _week(today: date, step: int) -> Ends:
    monday = today - ONE * today.weekday() + timedelta(weeks=step)
    return monday, monday + timedelta(weeks=1)


def _months(count: int) -> Callable[[date, int], Ends]:
    def ends(today: date, step: int) -> Ends:
        first = (today.year * 12 + today.month - 1) // count + step
        return _month_day(first * count), _month_day((first + 1) * count)

    return ends


def _month_day(month: int) -> date:
    return date(month // 12, month % 12 + 1, 1)


STEPS = {"last": -1, "this": 0, "next": 1}
UNITS: dict[str, Callable[[date, int], Ends]] = {
    "week": _week,
    "month": _months(1),
    "quarter": _months(3),
    "year": _months(12),
}
