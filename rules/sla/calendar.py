"""A working calendar: weekly windows in a time zone, public holidays, and dated exceptions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from rules.sla.holidaybook import days_of
from rules.sla.localtime import first_instant, last_instant, zone_named

DAY = timedelta(days=1)
Span = tuple[datetime, datetime]
"""A half-open stretch of time between two UTC instants."""


@dataclass(frozen=True, order=True)
class Window:
    """Working time of one day, in minutes after local midnight; `end` above 1440 lies on the next day."""

    start: int
    end: int


@dataclass(frozen=True)
class DatedException:
    """Dates that differ from the weekly plan. `windows` are those of an `on` day; none = a usual day's."""

    first: date
    last: date
    on: bool = False
    windows: tuple[Window, ...] = ()
    note: str = ""

    def covers(self, day: date) -> bool:
        """Whether `day` is one of its dates."""
        return self.first <= day <= self.last


@dataclass(frozen=True)
class Calendar:
    """When work is done. Exceptions beat public holidays, those beat the week; `on` beats `off`."""

    zone: str
    week: tuple[tuple[Window, ...], ...]
    """Seven tuples, Monday first."""
    exceptions: tuple[DatedException, ...] = ()
    country: str = ""
    """ISO code whose public holidays are off and whose make-up days are on; "" = none."""
    region: str = ""
    name: str = ""
    version: int = 1
    name_zh: str = ""
    """Its name for people who read Chinese; empty = `name`."""
    _days: dict[date, tuple[Span, ...]] = field(default_factory=dict, compare=False, repr=False)

    def name_in(self, language: str) -> str:
        """The name for readers of "en" or "zh"."""
        return (self.name_zh if language == "zh" else "") or self.name

    def windows_on(self, day: date) -> tuple[Window, ...]:
        """The windows that begin on `day`, as written in the plan."""
        covering = [item for item in self.exceptions if item.covers(day)]
        if on := [item for item in covering if item.on]:
            own = tuple(window for item in on for window in item.windows)
            return own or self._usual(day)
        if covering:
            return ()
        return self._without_exception(day)

    def spans_on(self, day: date) -> tuple[Span, ...]:
        """The same as instants, in order; kept, because long clocks ask for the same days again and again."""
        if day not in self._days:
            self._days[day] = tuple(self._spans(day))
        return self._days[day]

    def open_spans(self, since: datetime, until: datetime) -> Iterator[Span]:
        """Working time in [since, until) as disjoint spans in order."""
        last = self.local_date(until)
        for day, spans in self.open_days(since):
            if day > last:
                return
            for start, end in spans:
                if start < until:
                    yield start, min(end, until)

    def open_days(self, since: datetime) -> Iterator[tuple[date, list[Span]]]:
        """Each date with its working time after `since`, without end; a window over midnight stays with its date."""
        day, reached = self.local_date(since) - DAY, since
        while True:
            spans = [(max(start, reached), end) for start, end in self.spans_on(day) if end > reached]
            yield day, spans
            reached = spans[-1][1] if spans else reached
            day += DAY

    def local_date(self, instant: datetime) -> date:
        """The date that the calendar's clocks show at `instant`."""
        return instant.astimezone(self._zone).date()

    @cached_property
    def _zone(self) -> ZoneInfo:
        return zone_named(self.zone)

    def _usual(self, day: date) -> tuple[Window, ...]:
        """Windows of a make-up day: the weekday's own, else those of the first working day of the week."""
        return self.week[day.weekday()] or next((windows for windows in self.week if windows), ())

    def _without_exception(self, day: date) -> tuple[Window, ...]:
        if self.country:
            off, worked = days_of(self.country, self.region, day.year)
            if day in worked:
                return self._usual(day)
            if day in off:
                return ()
        return self.week[day.weekday()]

    def _spans(self, day: date) -> Iterator[Span]:
        reached = datetime.min.replace(tzinfo=UTC)
        for window in sorted(self.windows_on(day)):
            start = max(reached, first_instant(day, window.start, self._zone))
            end = last_instant(day, window.end, self._zone)
            if start < end:
                reached = end
                yield start, end
