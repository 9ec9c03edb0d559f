"""What an SLA clock is made of: the readings it is folded from, its steps, its events and its sums."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from rules.sla.calendar import Calendar
from rules.sla.worktime import Pause, due, worked

State = Literal["running", "paused", "met", "breached-open", "breached-met", "cancelled"]
Reopen = Literal["ignore", "resume", "resume_counting_gap", "new_cycle"]
Measure = Literal["percent", "working", "wall"]

REOPEN_BY_KIND: dict[str, Reopen] = {
    "first_response": "ignore",
    "next_response": "new_cycle",
    "resolution_first": "ignore",
    "resolution_total": "resume",
    "stage": "new_cycle",
    "field_deadline": "resume",
    "inactivity": "new_cycle",
    "node": "new_cycle",
}
"""What re-opening does when a metric does not say."""


@dataclass(frozen=True)
class Reading:
    """How a record stood from `at` on. `sequence` orders readings of one instant."""

    at: datetime
    sequence: int = 0
    matches: bool = True
    starts: bool = True
    cancels: bool = False
    stops: bool = False
    pauses: bool = False
    target_s: int | None = None
    """None: the policy has no target for the record's priority, so no clock runs."""
    since: datetime | None = None
    """The true start, when a field of the record holds it."""
    reason: str = ""
    """Why it is paused, as a code."""

    @property
    def cancel_cause(self) -> str:
        """Why the clock ends without a result; "" when it does not."""
        if self.cancels:
            return "cancelled"
        if not self.matches:
            return "no_match"
        return "" if self.target_s else "no_target"

    @property
    def begins(self) -> bool:
        """Whether a clock starts here."""
        return self.has_begun and not self.stops

    @property
    def has_begun(self) -> bool:
        """Whether a clock has started here, though it may have stopped already."""
        return self.starts and not self.cancel_cause


@dataclass(frozen=True)
class Step:
    """A rung of the ladder: when somebody is told, before or after due."""

    name: str
    measure: Measure = "percent"
    amount: float = 100
    """Per cent of the target, or minutes after due (negative: before it), working or wall-clock."""
    every: float = 0
    """Minutes between repetitions, in working time unless `measure` is wall."""
    times: int = 1

    @property
    def is_warning(self) -> bool:
        """Whether it comes before due."""
        return self.amount < (100 if self.measure == "percent" else 0)


@dataclass(frozen=True)
class Metric:
    """What one clock measures by."""

    calendar: Calendar
    reopen: Reopen = "ignore"
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True)
class Event:
    """Something that happened to a clock; (clock, cycle, step, due) happens once."""

    type: str
    at: datetime
    step: str
    due: datetime | None = None
    cause: str = ""


@dataclass(frozen=True)
class Breach:
    """A breach on record: nothing but a stop that came in time takes it back."""

    at: datetime
    due: datetime
    cause: str = "time"


@dataclass
class Clock:
    """One cycle of a metric for one record."""

    cycle: int
    started_at: datetime
    target_s: int
    state: State = "running"
    due_at: datetime | None = None
    stopped_at: datetime | None = None
    breach: Breach | None = None
    next_event_at: datetime | None = None
    pauses: list[Pause] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    """Why, for each pause."""
    events: list[Event] = field(default_factory=list)
    fired: set[str] = field(default_factory=set)
    passed: datetime | None = None
    """Time is accounted for up to here."""
    is_cut: bool = False
    """A shorter target may have moved due into the past, perhaps while paused."""
    ladder_s: int = 0
    """The target that the ladder stands on: the current one, after a breach the one that was missed."""

    @property
    def is_open(self) -> bool:
        """Whether it can still warn or be breached."""
        return self.state in {"running", "paused", "breached-open"}

    @property
    def is_paused(self) -> bool:
        """Whether a pause is open, breached or not."""
        return bool(self.pauses) and self.pauses[-1][1] is None

    def worked_s(self, calendar: Calendar, now: datetime) -> float:
        """Working seconds used until it stopped, or until now."""
        return worked(calendar, self.started_at, self.stopped_at or now, self.pauses)

    def remaining_s(self, calendar: Calendar, now: datetime) -> float:
        """Working seconds left; below 0 when late."""
        return self.target_s - self.worked_s(calendar, now)

    def late_wall_s(self, now: datetime) -> float:
        """Seconds after due by the wall clock; 0 when in time. Never to be added to working seconds."""
        if not self.breach:
            return 0.0
        return max(0.0, ((self.stopped_at or now) - self.breach.due).total_seconds())

    def paused_s(self, calendar: Calendar, now: datetime) -> dict[str, float]:
        """Working seconds paused, by reason."""
        sums: dict[str, float] = {}
        for (start, end), reason in zip(self.pauses, self.reasons, strict=True):
            until = end or self.stopped_at or now
            sums[reason] = sums.get(reason, 0.0) + worked(calendar, start, until)
        return sums

    def due_after(self, calendar: Calendar, target_s: float) -> datetime | None:
        """When `target_s` working seconds are used up; None while an open pause keeps that away."""
        return due(calendar, self.started_at, target_s, self.pauses)


def instants_of(step: Step, clock: Clock, calendar: Calendar) -> list[tuple[str, datetime]]:
    """(name, instant) of a step and its repetitions; those that an open pause keeps away are left out."""
    names = [step.name, *(f"{step.name}#{number}" for number in range(2, step.times + 1))]
    found = [(name, _instant(step, clock, calendar, index * step.every)) for index, name in enumerate(names)]
    return [(name, at) for name, at in found if at]


def _instant(step: Step, clock: Clock, calendar: Calendar, later: float) -> datetime | None:
    """`later` minutes after the step's own instant."""
    if step.measure == "wall":
        at = clock.due_after(calendar, clock.ladder_s)
        return at + timedelta(minutes=step.amount + later) if at else None
    if step.measure == "percent":
        return clock.due_after(calendar, clock.ladder_s * step.amount / 100 + later * 60)
    return clock.due_after(calendar, clock.ladder_s + (step.amount + later) * 60)
