"""A clock as a fold over a record's history: the same readings in any order of arrival end in the same clock.

At each reading: attach, cancel, stop, pause or resume, recompute due, events. Between two readings time passes:
steps fire and due is reached. A stop at the very instant of due is in time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from rules.sla.clock import Breach, Clock, Event, Metric, Reading, State, instants_of


def clocks_of(
    metric: Metric, readings: Iterable[Reading], now: datetime, known: Mapping[int, Breach] | None = None
) -> list[Clock]:
    """All cycles up to `now`, oldest first; empty while nothing has started.

    `known` holds breaches on record, by cycle: only a stop at or before them takes them back.
    Raises Invalid when the calendar never opens.
    """
    fold = _Fold(metric)
    past = [reading for reading in readings if reading.at <= now]
    for reading in sorted(past, key=lambda reading: (reading.at, reading.sequence)):
        fold.read(reading)
    fold.finish(now)
    for clock in fold.clocks:
        if known and clock.cycle in known:
            _keep_breach(clock, known[clock.cycle], metric)
    return fold.clocks


class _Fold:
    def __init__(self, metric: Metric) -> None:
        self.metric, self.calendar = metric, metric.calendar
        self.clocks: list[Clock] = []

    def read(self, reading: Reading) -> None:
        clock = self.clocks[-1] if self.clocks else None
        if clock is None:
            self._attach(reading)
        elif clock.is_open:
            self._pass_time(clock, reading.at)
            self._change(clock, reading)
        elif reading.begins:
            self._reopen(clock, reading)

    def finish(self, now: datetime) -> None:
        if not self.clocks or not self.clocks[-1].is_open:
            return
        clock = self.clocks[-1]
        self._pass_time(clock, now, inclusive=True)
        clock.due_at = self._due(clock)
        clock.next_event_at = min((at for _, at in self._ahead(clock)), default=None)

    def _attach(self, reading: Reading) -> None:
        if not reading.begins or not reading.target_s:
            return
        start = self._start(reading)
        clock = Clock(len(self.clocks) + 1, start, reading.target_s, passed=start)
        clock.ladder_s = clock.target_s
        self.clocks.append(clock)
        _note(clock, "started", start)
        self._pass_time(clock, reading.at)
        self._change(clock, reading)

    def _start(self, reading: Reading) -> datetime:
        """The true start; a later cycle begins when it is seen to, unless its own start lies behind the last end."""
        ended = self.clocks[-1].stopped_at if self.clocks else None
        return reading.since if reading.since and (ended is None or reading.since > ended) else reading.at

    def _change(self, clock: Clock, reading: Reading) -> None:
        if reading.cancel_cause:
            self._close(clock, reading.at, "cancelled", reading.cancel_cause)
        elif reading.stops:
            self._close(clock, reading.at, "breached-met" if clock.breach else "met")
        else:
            self._pause(clock, reading)
            self._retarget(clock, reading)
            self._breach_if_past(clock, reading.at)

    def _close(self, clock: Clock, at: datetime, state: State, cause: str = "") -> None:
        if clock.is_paused:
            clock.pauses[-1] = clock.pauses[-1][0], at
        clock.due_at = self._due(clock)
        clock.stopped_at, clock.state, clock.next_event_at = at, state, None
        _note(clock, "cancelled" if state == "cancelled" else "stopped", at, cause)

    def _pause(self, clock: Clock, reading: Reading) -> None:
        if reading.pauses and not clock.is_paused:
            clock.pauses.append((reading.at, None))
            clock.reasons.append(reading.reason)
            _note(clock, "paused", reading.at, reading.reason)
        elif clock.is_paused and not reading.pauses:
            clock.pauses[-1] = clock.pauses[-1][0], reading.at
            _note(clock, "resumed", reading.at)
        if not clock.breach:
            clock.state = "paused" if clock.is_paused else "running"

    def _retarget(self, clock: Clock, reading: Reading) -> None:
        if not reading.target_s or reading.target_s == clock.target_s:
            return
        clock.is_cut = reading.target_s < clock.target_s
        clock.target_s = reading.target_s
        _note(clock, "retargeted", reading.at, "priority_change")
        if clock.breach:
            return
        clock.ladder_s = clock.target_s
        past = {name for name, at in self._rungs(clock) if at <= reading.at}
        clock.fired &= past

    def _breach_if_past(self, clock: Clock, at: datetime, cause: str = "") -> None:
        """A change that put due into the past breaches at the moment of the change."""
        due = None if clock.breach or clock.is_paused else self._due(clock)
        if due is None:
            return
        cause = cause or ("priority_change" if clock.is_cut else "time")
        clock.is_cut = False
        if due > at or (due == at and cause != "time"):
            return
        if cause == "time":
            _breach(clock, due, due, cause)
            return
        clock.fired |= {name for name, instant in self._rungs(clock) if instant < due}
        _breach(clock, at, due, cause)

    def _reopen(self, clock: Clock, reading: Reading) -> None:
        mode = self.metric.reopen
        if mode == "new_cycle":
            self._attach(reading)
        elif mode != "ignore" and clock.state != "cancelled":
            self._resume(clock, reading, counts_gap=mode == "resume_counting_gap")

    def _resume(self, clock: Clock, reading: Reading, *, counts_gap: bool) -> None:
        stopped = clock.stopped_at or reading.at
        if not counts_gap:
            clock.pauses.append((stopped, reading.at))
            clock.reasons.append("closed")
        clock.stopped_at, clock.passed = None, reading.at
        clock.state = "breached-open" if clock.breach else "running"
        _note(clock, "reopened", reading.at)
        self._pause(clock, reading)
        self._retarget(clock, reading)
        self._breach_if_past(clock, reading.at, "" if clock.is_cut or not counts_gap else "reopened")

    def _pass_time(self, clock: Clock, until: datetime, *, inclusive: bool = False) -> None:
        """Fire what lies ahead up to `until`; due itself before anything of the same instant."""
        for name, at in sorted(self._ahead(clock), key=lambda rung: (rung[1], rung[0] != "")):
            if at > until or (at == until and not inclusive):
                break
            if name:
                clock.fired.add(name)
                moment = max(at, clock.passed or at)
                clock.events.append(Event("step", moment, name, self._due(clock)))
            else:
                _breach(clock, at, at, "time")
        clock.passed = max(until, clock.passed or until)

    def _ahead(self, clock: Clock) -> list[tuple[str, datetime]]:
        """(step, instant) not fired yet; the step of a breach is ""."""
        rungs = [(name, at) for name, at in self._rungs(clock) if name not in clock.fired]
        due = None if clock.breach or clock.is_paused else self._due(clock)
        return [*rungs, ("", due)] if due else rungs

    def _rungs(self, clock: Clock) -> list[tuple[str, datetime]]:
        return [rung for step in self.metric.steps for rung in instants_of(step, clock, self.calendar)]

    def _due(self, clock: Clock) -> datetime | None:
        if clock.breach:
            return clock.breach.due
        return None if clock.is_paused else clock.due_after(self.calendar, clock.target_s)


def _note(clock: Clock, type_: str, at: datetime, cause: str = "") -> None:
    clock.events.append(Event(type_, at, f"{type_}@{at.isoformat()}", None, cause))


def _breach(clock: Clock, at: datetime, due: datetime, cause: str) -> None:
    clock.breach = Breach(at, due, cause)
    clock.state = "breached-open"
    clock.events.append(Event("breached", at, "breach", due, cause))


def _keep_breach(clock: Clock, known: Breach, metric: Metric) -> None:
    """A breach on record stays, and is not told again, unless the stop came in time."""
    warnings = {step.name for step in metric.steps if step.is_warning}
    clock.events = [event for event in clock.events if not _is_overtaken(event, known, warnings)]
    if clock.state != "cancelled" and clock.stopped_at and clock.stopped_at <= known.at:
        clock.breach, clock.state = None, "met"
        clock.events.append(Event("withdrawn", clock.stopped_at, "withdrawn", known.due, known.cause))
        return
    clock.breach, clock.due_at = known, known.due
    if clock.state != "cancelled":
        clock.state = "breached-open" if clock.is_open else "breached-met"


def _is_overtaken(event: Event, known: Breach, warnings: set[str]) -> bool:
    if event.type == "breached":
        return True
    return event.type == "step" and event.at > known.at and event.step.partition("#")[0] in warnings
