"""The two sums on which every clock stands: time worked between two instants, and the instant it is used up.

`worked(a, b)` is the length of [a, b) within working windows, less the pauses. `due` is the first instant t with
`worked(start, t) >= target`. Instants are UTC; pauses are half-open, and one without an end is still open.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

from flask_babel import gettext as _

from app.errors import Invalid
from rules.sla.calendar import Calendar, Span

Pause = tuple[datetime, datetime | None]
FAR = datetime.max.replace(tzinfo=UTC)
SECOND = timedelta(seconds=1)
GIVE_UP = timedelta(days=400)
"""A calendar without an open window for so long is taken for one that never opens again."""


def worked(calendar: Calendar, since: datetime, until: datetime, pauses: Iterable[Pause] = ()) -> float:
    """Seconds of working time in [since, until) outside the pauses; 0 when `until` is not after `since`."""
    spans = without_pauses(calendar.open_spans(since, until), merged(pauses))
    return sum((end - start for start, end in spans), timedelta()) / SECOND


def due(
    calendar: Calendar, start: datetime, target_s: float, pauses: Iterable[Pause] = ()
) -> datetime | None:
    """The first instant at which `target_s` seconds are worked; None while an open pause keeps it away.

    Raises Invalid when the calendar has no working time for 400 days.
    """
    if target_s <= 0:
        return start
    left, gaps = timedelta(seconds=target_s), merged(pauses)
    for begin, end in without_pauses(_opening(calendar, start, gaps), gaps):
        if end - begin >= left:
            return begin + left
        left -= end - begin
    return None


def merged(pauses: Iterable[Pause]) -> list[Span]:
    """Pauses in order, overlapping and touching ones made one; an open one lasts for ever."""
    result: list[Span] = []
    for start, end in sorted((start, end or FAR) for start, end in pauses):
        if result and start <= result[-1][1]:
            result[-1] = result[-1][0], max(result[-1][1], end)
        elif start < end:
            result.append((start, end))
    return result


def without_pauses(spans: Iterable[Span], gaps: Sequence[Span]) -> Iterator[Span]:
    """What the gaps leave of the spans; both in order, the gaps merged."""
    passed = 0
    for start, end in spans:
        while passed < len(gaps) and gaps[passed][1] <= start:
            passed += 1
        yield from _cut(start, end, gaps, passed)


def _cut(start: datetime, end: datetime, gaps: Sequence[Span], index: int) -> Iterator[Span]:
    """One span without the gaps from `index` on."""
    cursor = start
    while index < len(gaps) and gaps[index][0] < end:
        if cursor < gaps[index][0]:
            yield cursor, gaps[index][0]
        cursor = gaps[index][1]
        index += 1
    if cursor < end:
        yield cursor, end


def _opening(calendar: Calendar, start: datetime, gaps: Sequence[Span]) -> Iterator[Span]:
    """Working time after `start`, up to an open pause, for as long as there is some every 400 days."""
    until = gaps[-1][0] if gaps and gaps[-1][1] == FAR else FAR
    last_open = calendar.local_date(start)
    for day, spans in calendar.open_days(start):
        for begin, end in spans:
            if begin >= until:
                return
            yield begin, end
        if spans:
            last_open = day
        elif day - last_open > GIVE_UP:
            raise Invalid(never_opens(calendar))


def never_opens(calendar: Calendar) -> str:
    """The sentence for a calendar in which no work is ever done."""
    name = calendar.name or calendar.zone
    return str(
        _(
            "The calendar %(name)s has no working time within 400 days. "
            "Add a window to its week or a date on which work is done.",
            name=name,
        )
    )
