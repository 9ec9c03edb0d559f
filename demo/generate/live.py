"""Tickets that are open right now and whose deadline falls due in the next minutes, so that alerts can be watched."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from itertools import product
from typing import NamedTuple

WINDOWS = ((time(9), time(12)), (time(13), time(18)))
"""The demo's working hours from Monday to Friday."""

SOLVE_HOURS = {"1": 4, "2": 8, "3": 24, "4": 40}
REPLY_HOURS = {"1": 1, "2": 2, "3": 4, "4": 8}
"""The demo's targets by priority, in working hours: time to close, time to the first reply."""

WARNING_SHARE = 0.8
SOON_MINUTES = (2, 4, 7, 12, 25)


class LiveTicket(NamedTuple):
    """An open ticket: priority, creation, and whether somebody has replied."""

    priority: str
    created: datetime
    is_replied: bool


def live_tickets(now: datetime) -> list[LiveTicket]:
    """Open tickets by creation. For the two highest priorities some reach their warning or their deadline within
    minutes, counted in working hours and counted round the clock; some have only just come in.
    """
    found = {*_due_soon(now, SOLVE_HOURS, True), *_due_soon(now, REPLY_HOURS, False)}
    fresh = {
        LiveTicket("1234"[minutes % 4], now - timedelta(minutes=minutes), False)
        for minutes in (1, 3, 6, 10, 15, 40)
    }
    return sorted(found | fresh, key=lambda ticket: (ticket.created, ticket.priority))


def _due_soon(now: datetime, hours: dict[str, int], is_replied: bool) -> Iterator[LiveTicket]:
    soon = SOON_MINUTES if is_replied else SOON_MINUTES[:2]
    for priority, share, minutes in product("12", (WARNING_SHARE, 1.0), soon):
        back = round(hours[priority] * 60 * share) - minutes
        yield LiveTicket(priority, now - timedelta(minutes=back), is_replied)
        yield LiveTicket(priority, working_back(now, back), is_replied)


def working_back(now: datetime, minutes: int) -> datetime:
    """The moment so many working minutes before now."""
    left, day = timedelta(minutes=minutes), now.date()
    while True:
        for opens, closes in reversed(WINDOWS if day.weekday() < 5 else ()):
            start, end = datetime.combine(day, opens), min(now, datetime.combine(day, closes))
            if end - start >= left:
                return end - left
            left -= max(end - start, timedelta(0))
        day -= timedelta(days=1)
