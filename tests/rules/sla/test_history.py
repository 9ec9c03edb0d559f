"""States of a clock: pauses, stops in time and late, re-opening, priorities, the ladder, breaches on record."""

from __future__ import annotations

import pytest

from rules.sla.clock import Breach, Metric, Reading, Step
from rules.sla.history import clocks_of
from tests.rules.sla.times import HOUR, at, office

NINE = at("2026-03-02 09:00")
DUE = at("2026-03-02 14:00")  # four working hours
LADDER = (
    Step("warning", amount=80),
    Step("late", "working", 60, 60, 2),
    Step("late by the wall", "wall", 90),
)


def reading(clock: str, sequence: int = 0, *, hours: float | None = 4, **flags) -> Reading:
    return Reading(at(f"2026-03-0{clock}"), sequence, target_s=hours and int(hours * HOUR), **flags)


def run(*readings, now="2 18:00", reopen="ignore", steps=(), known=None):
    return clocks_of(Metric(office(), reopen, steps), readings, at(f"2026-03-0{now}"), known)


def told(clock):
    return [event.step for event in clock.events if event.type in {"step", "breached"}]


def test_nothing_runs_before_the_start_condition_holds():
    assert run(reading("2 09:00", starts=False)) == []
    assert run(reading("2 09:00", hours=None)) == []
    assert run(reading("2 09:00", stops=True)) == []
    (clock,) = run(reading("2 09:00", starts=False), reading("2 10:00"), reading("2 11:00", starts=False))
    assert (clock.started_at, clock.state) == (at("2026-03-02 10:00"), "breached-open")


def test_the_true_start_comes_from_the_record():
    (clock,) = run(reading("2 17:00", since=NINE))
    assert (clock.started_at, clock.due_at, clock.breach) == (NINE, DUE, Breach(DUE, DUE))


@pytest.mark.parametrize(
    ("stop", "state"), [("2 13:59", "met"), ("2 14:00", "met"), ("2 14:01", "breached-met")]
)
def test_a_stop_at_the_instant_of_due_is_in_time(stop, state):
    (clock,) = run(reading("2 09:00"), reading(stop, stops=True))
    assert clock.state == state
    assert clock.due_at == DUE


def test_due_is_breached_at_its_own_instant():
    assert run(reading("2 09:00"), now="2 13:59")[0].state == "running"
    assert run(reading("2 09:00"), now="2 14:00")[0].breach == Breach(DUE, DUE)


def test_while_a_pause_is_open_nothing_is_due():
    (clock,) = run(
        reading("2 09:00"), reading("2 11:00", pauses=True, reason="waits"), now="6 12:00", steps=LADDER
    )
    assert (clock.state, clock.due_at, clock.next_event_at) == ("paused", None, None)
    assert clock.remaining_s(office(), at("2026-03-06 12:00")) == 2 * HOUR
    assert clock.paused_s(office(), at("2026-03-03 10:00")) == {"waits": 7 * HOUR}


def test_a_pause_that_begins_at_due_is_breached_when_it_ends():
    readings = reading("2 09:00"), reading("2 14:00", pauses=True)
    assert run(*readings)[0].state == "paused"
    assert run(*readings, reading("2 16:00"))[0].breach == Breach(DUE, DUE)


def test_outside_working_hours_it_runs_without_accruing():
    (clock,) = run(reading("2 09:00", hours=9), now="2 20:00")
    assert clock.state == "running"
    assert clock.worked_s(office(), at("2026-03-02 20:00")) == 8 * HOUR


def test_order_at_one_moment_is_cancel_stop_pause():
    (clock,) = run(reading("2 09:00"), reading("2 10:00", cancels=True, stops=True, pauses=True))
    assert clock.state == "cancelled"
    (clock,) = run(reading("2 09:00"), reading("2 10:00", stops=True, pauses=True))
    assert (clock.state, clock.pauses) == ("met", [])


@pytest.mark.parametrize(
    ("flags", "cause"),
    [({"cancels": True}, "cancelled"), ({"matches": False}, "no_match"), ({"hours": None}, "no_target")],
)
def test_what_ends_a_clock_without_a_result_is_recorded(flags, cause):
    (clock,) = run(reading("2 09:00"), reading("2 10:00", **flags))
    assert (clock.state, clock.events[-1].cause, clock.breach) == ("cancelled", cause, None)


REOPENED = (reading("2 09:00"), reading("2 11:00", stops=True), reading("2 16:00"))


def test_reopening_is_ignored():
    (clock,) = run(*REOPENED)
    assert (clock.state, clock.stopped_at) == ("met", at("2026-03-02 11:00"))


def test_reopening_resumes_and_the_gap_is_a_pause():
    (clock,) = run(*REOPENED, reopen="resume", now="2 17:00")
    assert (clock.state, clock.due_at) == ("running", at("2026-03-02 18:00"))
    assert clock.worked_s(office(), at("2026-03-02 17:00")) == 3 * HOUR


def test_reopening_that_counts_the_gap_is_breached_at_the_moment_it_is_reopened():
    (clock,) = run(*REOPENED, reopen="resume_counting_gap")
    assert clock.breach == Breach(at("2026-03-02 16:00"), DUE, "reopened")


def test_reopening_begins_a_new_cycle():
    first, second = run(*REOPENED, reopen="new_cycle")
    assert (first.cycle, first.state) == (1, "met")
    assert (second.cycle, second.started_at, second.state) == (2, at("2026-03-02 16:00"), "running")


def test_a_later_cycle_starts_at_its_own_start_and_not_at_the_creation():
    since = {"since": NINE}
    readings = reading("2 09:00", **since), reading("2 11:00", stops=True), reading("2 16:00", **since)
    assert run(*readings, reopen="new_cycle")[1].started_at == at("2026-03-02 16:00")
    message = at("2026-03-02 15:30")
    assert run(*readings[:2], reading("2 16:00", since=message), reopen="new_cycle")[1].started_at == message


def test_reopening_a_breached_clock_leaves_the_breach():
    (clock,) = run(reading("2 09:00"), reading("2 15:00", stops=True), reading("2 16:00"), reopen="resume")
    assert (clock.state, clock.breach, told(clock)) == ("breached-open", Breach(DUE, DUE), ["breach"])


def test_a_longer_target_moves_due_and_never_unbreaches():
    (clock,) = run(reading("2 09:00"), reading("2 13:30", hours=8))
    assert (clock.state, clock.due_at) == ("breached-open", at("2026-03-02 18:00"))
    (clock,) = run(reading("2 09:00"), reading("2 15:00", hours=8))
    assert (clock.breach, clock.due_at) == (Breach(DUE, DUE), DUE)


def test_a_target_cut_while_paused_breaches_when_it_resumes():
    readings = (
        reading("2 09:00", hours=8),
        reading("2 14:00", pauses=True),
        reading("2 15:00", hours=2, pauses=True),
    )
    assert run(*readings)[0].breach is None
    (clock,) = run(*readings, reading("2 16:00", hours=2))
    assert clock.breach == Breach(at("2026-03-02 16:00"), at("2026-03-02 11:00"), "priority_change")


def test_the_ladder_in_order_and_on_after_due_until_it_stops():
    (clock,) = run(reading("2 09:00"), steps=LADDER, now="3 09:00")
    assert told(clock) == ["warning", "breach", "late", "late by the wall", "late#2"]
    assert [event.at for event in clock.events if event.step == "warning"] == [at("2026-03-02 13:12")]
    (clock,) = run(reading("2 09:00"), reading("2 15:10", stops=True), steps=LADDER, now="3 09:00")
    assert told(clock) == ["warning", "breach", "late"]


def test_the_next_event_is_the_first_that_lies_ahead():
    times = {
        "2 09:00": "13:12",
        "2 13:12": "14:00",
        "2 14:00": "15:00",
        "2 15:00": "15:30",
        "2 15:30": "16:00",
    }
    for now, following in times.items():
        (clock,) = run(reading("2 09:00"), now=now, steps=LADDER)
        assert clock.next_event_at == at(f"2026-03-02 {following}")
    assert run(reading("2 09:00"), now="2 16:00", steps=LADDER)[0].next_event_at is None


def test_a_warning_is_told_again_only_for_a_later_due():
    longer = run(reading("2 09:00"), reading("2 13:30", hours=8), steps=LADDER, now="2 17:59")[0]
    assert [(event.step, event.due) for event in longer.events if event.type == "step"] == [
        ("warning", DUE),
        ("warning", at("2026-03-02 18:00")),
    ]
    paused = (reading("2 09:00"), reading("2 13:30", pauses=True), reading("2 16:00"))
    assert told(run(*paused, steps=LADDER, now="2 16:10")[0]) == ["warning"]


def test_a_breach_on_record_outlives_a_pause_that_is_heard_of_later():
    known = {1: Breach(DUE, DUE)}
    late_news = reading("2 09:00"), reading("2 10:00", 1, pauses=True), reading("2 12:00", 2)
    (clock,) = run(*late_news, now="2 15:00", known=known, steps=LADDER)
    assert (clock.state, clock.breach, told(clock)) == (
        "breached-open",
        Breach(DUE, DUE),
        ["late by the wall"][:0],
    )


def test_a_stop_that_was_in_time_takes_the_breach_back_even_when_it_is_seen_later():
    (clock,) = run(reading("2 09:00"), reading("2 13:00", stops=True), known={1: Breach(DUE, DUE)})
    assert (clock.state, clock.breach, clock.events[-1].type) == ("met", None, "withdrawn")
    (clock,) = run(reading("2 09:00"), reading("2 14:30", stops=True), known={1: Breach(DUE, DUE)})
    assert clock.state == "breached-met"


def test_lateness_by_the_wall():
    (clock,) = run(reading("2 09:00"), reading("3 09:00", stops=True), now="4 09:00")
    assert clock.late_wall_s(at("2026-03-04 09:00")) == 19 * HOUR
    assert -clock.remaining_s(office(), at("2026-03-04 09:00")) == 4 * HOUR
