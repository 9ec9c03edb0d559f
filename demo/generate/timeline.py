"""Days and times of the demo's history as ready-made strings, because millions of rows share few days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

YEARS_BEFORE = 5
"""Customers were registered for this many years before the three years of orders and tickets."""

SEASON = (0.85, 0.6, 1.05, 1.0, 1.0, 1.05, 0.95, 0.95, 1.1, 0.9, 1.2, 1.2)
WEEKDAY = (1.0, 1.05, 1.0, 1.0, 0.95, 0.35, 0.2)
MORNING, EVENING = 8 * 3600 + 1800, 18 * 3600


class Timeline:
    """Days count from 0; `window` is the first day of the three years, `last` is today.

    `second` is the second of the day at which today stands. A moment's text has the form that SQLAlchemy writes
    to SQLite (with microseconds), so that comparisons by text hold there; MariaDB reads it as well.
    """

    def __init__(self, now: datetime, time_zone: str) -> None:
        self.now = now
        self.second = max(1, now.hour * 3600 + now.minute * 60 + now.second)
        self.first_date = _years_before(now.date(), 3 + YEARS_BEFORE)
        self.window = (_years_before(now.date(), 3) - self.first_date).days
        self.last = (now.date() - self.first_date).days
        dates = [self.first_date + timedelta(days=day) for day in range(self.last + 4000)]
        self.text = [day.isoformat() for day in dates]
        self.number = [day.year * 10_000 + day.month * 100 + day.day for day in dates]
        self.year = [day.year for day in dates]
        self.clock = [f" {s // 3600:02d}:{s // 60 % 60:02d}:{s % 60:02d}.000000" for s in range(86_400)]
        midnight = datetime.combine(self.first_date, datetime.min.time(), ZoneInfo(time_zone))
        self.epoch = int(midnight.timestamp())

    def at(self, day: int, second: int) -> str:
        """The text of a moment, never later than now."""
        if day >= self.last:
            return self.text[self.last] + self.clock[min(second, self.second)]
        return self.text[day] + self.clock[second]

    def moment_text(self, moment: datetime) -> str:
        return moment.strftime("%Y-%m-%d %H:%M:%S.000000")

    def office_second(self, day: int, share: float) -> int:
        """A second within office hours; today one before now, spread over the hours that have passed."""
        if day < self.last:
            return MORNING + int(share * (EVENING - MORNING))
        opens = MORNING if self.second > MORNING else 0
        return opens + int(share * (min(self.second, EVENING) - opens))

    def spread(self, total: int, least_today: int) -> Iterator[tuple[int, int]]:
        """Days of the three years with the number of events on each: growing, with weekends and seasons.

        The numbers add up to `total`, and today has at least `least_today` of them, so that no month is empty.
        """
        days = range(self.window, self.last + 1)
        sums = list(accumulate(self._weight(day) for day in days))
        least_today = min(least_today, total)
        steps = [0, *(round((total - least_today) * value / sums[-1]) for value in sums)]
        for place, day in enumerate(days):
            extra = least_today if day == self.last else 0
            yield day, steps[place + 1] - steps[place] + extra

    def _weight(self, day: int) -> float:
        at = self.first_date + timedelta(days=day)
        growth = 1 + 0.6 * (day - self.window) / (self.last - self.window)
        passed = 0.0 if day == self.last else 1.0
        return growth * SEASON[at.month - 1] * WEEKDAY[at.weekday()] * passed


def _years_before(day: date, years: int) -> date:
    """The same day some years earlier; the 28th where that year has no 29 February."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)
