"""What must hold for every calendar and history, and that both agree with the minute-by-minute simulation."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.sla.calendar import Calendar, DatedException, Window
from rules.sla.clock import Metric, Reading, Step
from rules.sla.history import clocks_of
from rules.sla.worktime import due, worked
from tests.rules.sla import brute_force
from tests.rules.sla.times import HOUR, at

ZONES = ("Asia/Shanghai", "Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "Africa/Cairo", "UTC")
STARTS = ("2026-03-27 20:00", "2026-10-23 20:00", "2026-04-03 08:00", "2028-02-28 08:00", "2026-04-22 12:00")
FEW = settings(max_examples=25, deadline=None)
MANY = settings(max_examples=200, deadline=None)
quarters = st.integers(0, 95).map(lambda n: n * 15)
starts = st.sampled_from(STARTS).map(at)


@st.composite
def windows(draw, longest=600):
    start = draw(quarters)
    return Window(start, min(start + 15 * draw(st.integers(1, longest // 15)), start + 1440))


@st.composite
def calendars(draw):
    days = draw(st.lists(st.lists(windows(), max_size=2).map(tuple), min_size=7, max_size=7).map(tuple))
    week = (*days[:6], days[6] or (Window(540, 1080),))
    exceptions = draw(st.lists(exceptions_near(), max_size=3).map(tuple))
    return Calendar(draw(st.sampled_from(ZONES)), week, exceptions)


@st.composite
def exceptions_near(draw):
    first = at(draw(st.sampled_from(STARTS))).date() + timedelta(days=draw(st.integers(-1, 5)))
    own = draw(st.lists(windows(), max_size=1).map(tuple))
    return DatedException(first, first + timedelta(days=draw(st.integers(0, 2))), draw(st.booleans()), own)


@st.composite
def pauses_after(draw, start: datetime, allow_open=True):
    minutes = draw(st.lists(st.tuples(st.integers(-300, 4000), st.integers(1, 1500)), max_size=4))
    ends = [(start + timedelta(minutes=a), start + timedelta(minutes=a + b)) for a, b in minutes]
    return [*ends, (start + timedelta(minutes=5000), None)] if allow_open and draw(st.booleans()) else ends


@FEW
@given(calendars(), starts, st.integers(0, 9000), st.data())
def test_worked_equals_the_count_of_minutes(calendar, start, minutes, data):
    pauses, end = data.draw(pauses_after(start)), start + timedelta(minutes=minutes)
    assert worked(calendar, start, end, pauses) == brute_force.worked(calendar, start, end, pauses)


@FEW
@given(calendars(), starts, st.integers(1, 2000), st.data())
def test_due_equals_the_minute_on_which_it_is_used_up(calendar, start, minutes, data):
    pauses = data.draw(pauses_after(start))
    expected = brute_force.due(calendar, start, minutes * 60, pauses, timedelta(days=25))
    found = due(calendar, start, minutes * 60, pauses)
    assert found == expected or (expected is None and found > start + timedelta(days=25))


@MANY
@given(calendars(), starts, st.integers(1, 5000), st.integers(0, 5000), st.data())
def test_due_grows_with_the_target_and_with_pauses(calendar, start, minutes, more, data):
    pauses = data.draw(pauses_after(start, allow_open=False))
    extra = data.draw(pauses_after(start, allow_open=False))
    first = due(calendar, start, minutes * 60, pauses)
    assert worked(calendar, start, first, pauses) == minutes * 60
    assert first <= due(calendar, start, (minutes + more) * 60, pauses)
    assert first <= due(calendar, start, minutes * 60, pauses + extra)


@MANY
@given(calendars(), starts, st.integers(0, 9_000_000), st.integers(0, 9_000_000), st.data())
def test_worked_is_additive_over_a_split(calendar, start, first, second, data):
    pauses = data.draw(pauses_after(start))
    middle = start + timedelta(milliseconds=first * 97)
    end = middle + timedelta(milliseconds=second * 89)
    parts = worked(calendar, start, middle, pauses) + worked(calendar, middle, end, pauses)
    assert worked(calendar, start, end, pauses) == pytest.approx(parts, abs=1e-6)


@st.composite
def histories(draw, start):
    """Readings on whole minutes; the first one starts the clock."""
    offsets = sorted(draw(st.sets(st.integers(1, 6000), max_size=7)))
    flags = st.sampled_from(["", "", "pauses", "stops", "cancels"])
    later = [
        Reading(
            start + timedelta(minutes=offset),
            0,
            target_s=draw(hours) * HOUR,
            **dict.fromkeys(_on(draw(flags)), True),
        )
        for offset in offsets
    ]
    return [Reading(start, 0, target_s=draw(hours) * HOUR), *later]


hours = st.sampled_from([1, 4, 8, 16])


def _on(flag):
    return [flag] if flag else []


@settings(max_examples=60, deadline=None)
@given(calendars(), starts, st.sampled_from(["ignore", "resume", "resume_counting_gap"]), st.data())
def test_a_random_history_equals_the_simulation(calendar, start, reopen, data):
    readings, now = data.draw(histories(start)), start + timedelta(minutes=7000)
    (clock,) = clocks_of(Metric(calendar, reopen), readings, now)
    lived = brute_force.Simulation(calendar, reopen, readings, now).run()
    assert (clock.state if clock.state != "paused" else "running") == lived.state
    assert (clock.breach.at if clock.breach else None) == lived.breached_at
    assert clock.stopped_at == lived.stopped_at
    if clock.state in {"running", "paused", "breached-open"}:
        assert clock.worked_s(calendar, now) == lived.done * 60


@MANY
@given(calendars(), starts, st.sampled_from(["ignore", "resume", "new_cycle"]), st.data(), st.randoms())
def test_any_order_of_delivery_ends_in_the_same_clock(calendar, start, reopen, data, shuffler: random.Random):
    metric = Metric(calendar, reopen, (Step("warning", amount=80), Step("late", "working", 30, 60, 3)))
    readings, now = data.draw(histories(start)), start + timedelta(minutes=7000)
    mixed = list(readings)
    shuffler.shuffle(mixed)
    assert clocks_of(metric, mixed, now) == clocks_of(metric, readings, now)


@MANY
@given(calendars(), starts, st.data())
def test_looking_often_tells_no_more_and_no_less_than_looking_once(calendar, start, data):
    """A runner that looks every hour keeps the ledger that one look at the end would make."""
    metric = Metric(calendar, "resume", (Step("warning", amount=80), Step("late", "working", 30, 60, 3)))
    readings = data.draw(histories(start))
    told = set()
    for hour in range(1, 117, 5):
        for clock in clocks_of(metric, readings, start + timedelta(hours=hour)):
            told |= {(clock.cycle, event.step, event.due) for event in clock.events}
    at_the_end = clocks_of(metric, readings, start + timedelta(hours=116))
    assert told == {(clock.cycle, event.step, event.due) for clock in at_the_end for event in clock.events}


def test_a_leap_day_is_a_day():
    calendar = Calendar("Asia/Shanghai", ((Window(540, 1020),),) * 7)
    assert due(calendar, at("2028-02-28 16:00"), 2 * HOUR).date() == date(2028, 2, 29)
