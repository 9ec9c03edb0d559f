"""Stretches of whole months and their buckets, as days and as people name them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from babel.dates import format_skeleton
from flask_babel import get_locale


@dataclass(frozen=True)
class Period:
    """The days from `start` up to but not including `end`."""

    start: date
    end: date

    @property
    def last(self) -> date:
        """The last day that belongs to it."""
        return self.end - timedelta(days=1)


def last_months(today: date, months: int) -> Period:
    """So many calendar months, the one under way included."""
    return Period(shifted(today.replace(day=1), 1 - months), shifted(today.replace(day=1), 1))


def this_month(today: date) -> Period:
    """From the first of the month to today."""
    return Period(today.replace(day=1), today + timedelta(days=1))


def same_days_before(period: Period) -> Period:
    """As many days of the month before: the fair comparison for a month under way."""
    start = shifted(period.start, -1)
    days = (period.end - period.start).days
    return Period(start, min(start + timedelta(days=days), period.start))


def months_of(period: Period) -> list[Period]:
    """The calendar months of a period of whole months."""
    found, start = [], period.start
    while start < period.end:
        found.append(Period(start, shifted(start, 1)))
        start = shifted(start, 1)
    return found


def shifted(day: date, months: int) -> date:
    """The first of the month that lies so many months away from `day`'s."""
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def month_number(day: date) -> int:
    """202603 for any day of March 2026."""
    return day.year * 100 + day.month


def month_name(day: date) -> str:
    """The month with its year in the reader's language: "Mar 2026", "2026年3月"."""
    return str(format_skeleton("yMMM", day, locale=get_locale() or "en"))


def month_tick(day: date, *, is_first: bool) -> str:
    """A short name for an axis: the year stands under each January, and under the first month where there is room."""
    locale = get_locale() or "en"
    short = str(format_skeleton("MMM", day, locale=locale))
    return f"{short}<br>{day.year}" if day.month == 1 or (is_first and day.month < 12) else short
