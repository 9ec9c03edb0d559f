"""The eight worked examples of the specification: worked(start, due) = target."""

from __future__ import annotations

import pytest

from rules.sla.clock import Metric, Reading, Step
from rules.sla.history import clocks_of
from rules.sla.worktime import due, worked
from tests.rules.sla.times import BERLIN, HOUR, around_the_clock, at, off, office, on

GOLDEN_WEEK = off("2026-10-01", "2026-10-08")

EXAMPLES = {
    "1 spring": (
        around_the_clock("Europe/Berlin"), at("2026-03-28 22:00", BERLIN), 8, (), at("2026-03-29 07:00+02:00"),
    ),
    "2 autumn": (
        around_the_clock("Europe/Berlin"), at("2026-10-24 22:00", BERLIN), 8, (), at("2026-10-25 05:00+01:00"),
    ),
    "3 lunch": (office(), at("2026-03-02 11:30"), 1, (), at("2026-03-02 13:30")),
    "4 golden week": (office(GOLDEN_WEEK), at("2026-09-30 17:00"), 4, (), at("2026-10-09 12:00")),
    "5 make-up day": (office(on("2026-10-10")), at("2026-10-09 16:00"), 8, (), at("2026-10-10 16:00")),
    "5 no make-up day": (office(), at("2026-10-09 16:00"), 8, (), at("2026-10-12 16:00")),
    "6 paused a day": (
        office(), at("2026-03-02 09:00"), 4, [(at("2026-03-02 10:00"), at("2026-03-03 10:00"))], at("2026-03-03 14:00"),
    ),
    "7 paused at night": (
        office(), at("2026-03-02 09:00"), 8, [(at("2026-03-02 18:00"), at("2026-03-03 09:00"))], at("2026-03-02 18:00"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("example", EXAMPLES)
def test_example(example):
    calendar, start, hours, pauses, expected = EXAMPLES[example]
    found = due(calendar, start, hours * HOUR, pauses)
    assert found == expected
    assert worked(calendar, start, found, pauses) == hours * HOUR


def test_example_6_counts_three_hours_by_one_o_clock():
    pauses = [(at("2026-03-02 10:00"), at("2026-03-03 10:00"))]
    assert worked(office(), at("2026-03-02 09:00"), at("2026-03-03 13:00"), pauses) == 3 * HOUR


def test_example_8_a_shorter_target_breaches_when_it_is_cut():
    readings = [
        Reading(at("2026-03-02 09:00"), target_s=8 * HOUR),
        Reading(at("2026-03-02 14:00"), target_s=2 * HOUR),
    ]
    metric = Metric(office(), steps=(Step("warning", amount=80),))
    (clock,) = clocks_of(metric, readings, at("2026-03-02 15:00"))
    assert clock.due_at == at("2026-03-02 11:00")
    assert clock.breach.at == at("2026-03-02 14:00")
    assert clock.breach.cause == "priority_change"
    told = [event.type for event in clock.events if event.type in {"step", "breached"}]
    assert told == ["breached"], "one breach, lower warnings dropped"


def test_the_examples_of_golden_week_by_the_public_holidays_alone():
    calendar = office(country="CN")
    assert due(calendar, at("2026-09-30 17:00"), 4 * HOUR) == at("2026-10-08 12:00")
    assert due(calendar, at("2026-10-09 16:00"), 8 * HOUR) == at("2026-10-10 16:00")
