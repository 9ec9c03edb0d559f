"""The specification read aloud, minute by minute: slow, and written without a look at the product's arithmetic."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


@lru_cache(maxsize=4096)
def readings_of(zone: str, day: date) -> list[tuple[datetime, datetime]]:
    """(what the clock on the wall shows, UTC) for every minute from a day before to two days after."""
    begin = datetime(day.year, day.month, day.day, tzinfo=UTC) - DAY
    minutes = [begin + n * MINUTE for n in range(4 * 1440)]
    return [(minute.astimezone(ZoneInfo(zone)).replace(tzinfo=None), minute) for minute in minutes]


def instant(zone: str, day: date, minute: int, *, last: bool) -> datetime:
    wanted = datetime.combine(day, time()) + minute * MINUTE
    shown = [utc for wall, utc in readings_of(zone, day) if wall == wanted]
    if not shown:
        return min(utc for wall, utc in readings_of(zone, day) if wall > wanted)
    return max(shown) if last else min(shown)


def windows_of(calendar, day: date):
    dated = [item for item in calendar.exceptions if item.first <= day <= item.last]
    usual = calendar.week[day.weekday()]
    if any(item.on for item in dated):
        own = [window for item in dated if item.on for window in item.windows]
        return own or usual or next((windows for windows in calendar.week if windows), ())
    return () if dated else usual


def open_minutes(calendar, begin: datetime, end: datetime) -> set[datetime]:
    found: set[datetime] = set()
    day = begin.date() - 3 * DAY
    while day <= end.date() + 2 * DAY:
        for window in windows_of(calendar, day):
            minute = instant(calendar.zone, day, window.start, last=False)
            until = instant(calendar.zone, day, window.end, last=True)
            while minute < until:
                found.add(minute)
                minute += MINUTE
        day += DAY
    return {minute for minute in found if begin <= minute < end}


def is_paused(minute: datetime, pauses) -> bool:
    return any(start <= minute and (end is None or minute < end) for start, end in pauses)


def worked(calendar, begin, end, pauses=()) -> int:
    minutes = open_minutes(calendar, begin, end)
    return 60 * sum(not is_paused(minute, pauses) for minute in minutes)


def due(calendar, begin, target_s: int, pauses, horizon: timedelta):
    left = target_s // 60
    for minute in sorted(open_minutes(calendar, begin, begin + horizon)):
        left -= not is_paused(minute, pauses)
        if left == 0:
            return minute + MINUTE
    return None


class Simulation:
    """One clock without new cycles, lived through minute by minute."""

    def __init__(self, calendar, reopen: str, readings, now) -> None:
        self.reopen, self.begin, self.now = reopen, min(r.at for r in readings), now
        self.by_minute = {reading.at: reading for reading in readings}
        self.open = open_minutes(calendar, self.begin, now)
        self.state, self.done, self.target = "none", 0, 0
        self.breached_at = self.stopped_at = None
        self.is_paused = self.cut = self.gap_counts = self.counted_gap = False
        self.reached: dict[int, datetime] = {}

    def run(self) -> Simulation:
        minute = self.begin
        while minute <= self.now:
            self.reached.setdefault(self.done, minute)
            if minute in self.by_minute:
                self.apply(self.by_minute[minute], minute)
            self.breach(minute)
            counts = self.is_running or (self.is_stopped and self.gap_counts)
            if counts and minute in self.open and minute < self.now:
                self.done += 1
            minute += MINUTE
        return self

    @property
    def is_open(self) -> bool:
        return self.state in {"running", "breached-open"}

    @property
    def is_stopped(self) -> bool:
        return self.state in {"met", "breached-met"}

    @property
    def is_running(self) -> bool:
        return self.is_open and not self.is_paused

    def apply(self, reading, minute) -> None:
        ends = reading.stops or reading.cancels
        if self.state == "none" and not ends:
            self.state, self.target = "running", reading.target_s
        elif self.is_stopped and not ends and self.reopen != "ignore":
            self.state = "breached-open" if self.breached_at else "running"
            self.counted_gap, self.stopped_at = self.gap_counts, None
        if self.is_open:
            self.change(reading, minute)

    def change(self, reading, minute) -> None:
        if reading.cancels:
            self.state, self.stopped_at = "cancelled", minute
        elif reading.stops:
            self.state, self.stopped_at = ("breached-met" if self.breached_at else "met"), minute
            self.gap_counts, self.is_paused = self.reopen == "resume_counting_gap", False
        else:
            self.is_paused = reading.pauses
            self.cut = reading.target_s < self.target or (self.cut and reading.target_s == self.target)
            self.target = reading.target_s

    def breach(self, minute) -> None:
        if not self.is_running or self.breached_at:
            return
        if self.done * 60 < self.target:
            self.cut = False
            return
        due = self.reached[self.target // 60]
        reopened_late = self.counted_gap and minute in self.by_minute
        self.breached_at = minute if (self.cut or reopened_late) and due < minute else due
        self.state = "breached-open"
