"""Days on which a clock lies, exceptions, public holidays, and calendars that are refused."""

from __future__ import annotations

from datetime import date

import pytest

from app.errors import Invalid
from rules.sla.calendar import Calendar, Window
from rules.sla.definition import calendar_from, definition_of, refuse_unusable, windows_from
from rules.sla.holidaybook import countries, has_make_up_days
from rules.sla.worktime import due, worked
from tests.rules.sla.times import BERLIN, HOUR, OFFICE, around_the_clock, at, off, office, on

EVERY_DAY = lambda *windows: (windows,) * 7  # noqa: E731


def hours_of(calendar: Calendar, day: str) -> float:
    start = at(f"{day} 00:00", BERLIN)
    return worked(calendar, start, at(f"{day} 23:59:59.999999", BERLIN)) / HOUR


def test_a_window_that_ends_in_the_doubled_hour_ends_at_its_last_occurrence():
    night = Calendar("Europe/Berlin", EVERY_DAY(Window(60, 150)))
    assert hours_of(night, "2026-10-25") == 2.5, "01:00 summer time to 02:30 winter time"


def test_a_window_that_begins_in_the_doubled_hour_begins_at_its_first_occurrence():
    night = Calendar("Europe/Berlin", EVERY_DAY(Window(150, 240)))
    assert hours_of(night, "2026-10-25") == 2.5


def test_a_time_that_does_not_exist_is_the_first_instant_after_the_gap():
    night = Calendar("Europe/Berlin", EVERY_DAY(Window(60, 150)))
    assert hours_of(night, "2026-03-29") == 1.0, "01:00 to the gap at 02:00"
    assert due(night, at("2026-03-29 00:00", BERLIN), HOUR) == at("2026-03-29 03:00+02:00")
    assert hours_of(Calendar("Europe/Berlin", EVERY_DAY(Window(120, 180))), "2026-03-29") == 0.0


def test_a_whole_day_that_was_skipped_has_no_working_time():
    apia = around_the_clock("Pacific/Apia")
    assert due(apia, at("2011-12-29 23:00-10:00"), 2 * HOUR) == at("2011-12-31 01:00+14:00")


def test_a_window_over_midnight_belongs_to_the_date_it_begins_on():
    nights = Calendar(
        "Asia/Shanghai", ((Window(22 * 60, 30 * 60),),) * 5 + ((), ()), (off("2026-03-04", "2026-03-04"),)
    )
    assert worked(nights, at("2026-03-04 00:00"), at("2026-03-05 00:00")) == 6 * HOUR, (
        "Tuesday's night goes on"
    )
    assert worked(nights, at("2026-03-05 00:00"), at("2026-03-06 00:00")) == 2 * HOUR
    assert worked(nights, at("2026-03-07 00:00"), at("2026-03-08 00:00")) == 6 * HOUR, "Friday's night"


def test_overlapping_windows_count_once():
    calendar = Calendar("UTC", EVERY_DAY(Window(540, 720), Window(660, 780)))
    assert worked(calendar, at("2026-03-02T00:00Z"), at("2026-03-03T00:00Z")) == 4 * HOUR


@pytest.mark.parametrize(
    ("exceptions", "hours"),
    [
        ((off("2026-10-10", "2026-10-10"), on("2026-10-10")), 8),
        ((on("2026-10-10", Window(540, 600)),), 1),
        ((on("2026-10-10", Window(540, 600)), on("2026-10-10", Window(660, 720))), 2),
        ((off("2026-10-05", "2026-10-11"),), 0),
    ],
)
def test_exceptions_beat_holidays_and_on_beats_off(exceptions, hours):
    calendar = office(*exceptions, country="CN")
    assert worked(calendar, at("2026-10-10 00:00"), at("2026-10-11 00:00")) == hours * HOUR


def test_make_up_days_of_2026_in_china_are_worked():
    calendar = office(country="CN")
    made_up = [day for day in (3, 4, 10, 11) if calendar.windows_on(date(2026, 1, day))]
    assert made_up == [4]
    assert calendar.windows_on(date(2026, 10, 10)) == OFFICE
    assert calendar.windows_on(date(2026, 10, 1)) == ()


def test_make_up_days_that_are_not_announced_yet_are_known_to_be_missing():
    assert has_make_up_days("CN", 2026)
    assert not has_make_up_days("CN", 2040)
    assert has_make_up_days("DE", 2040)
    assert {"CN", "DE", "US"} <= set(countries())


def test_regions_have_their_own_holidays():
    monday = {"zone": "Europe/Berlin", "country": "DE", "week": [["09:00-17:00"]] * 7}
    epiphany = date(2026, 1, 6)
    assert calendar_from(monday).windows_on(epiphany)
    assert not calendar_from({**monday, "region": "BY"}).windows_on(epiphany)


def test_a_definition_comes_back_as_it_was():
    calendar = office(off("2026-10-01", "2026-10-08"), on("2026-10-10", Window(1320, 1800)), country="CN")
    assert calendar_from(definition_of(calendar)) == calendar
    assert windows_from("09:00-12:00，13：00－18:00".replace("－", "-")) == OFFICE
    assert windows_from("00:00-24:00") == (Window(0, 1440),)
    assert windows_from(" ") == ()


WEEK = {"zone": "Asia/Shanghai", "week": [["09:00-18:00"]] * 5 + [[], []]}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"zone": "Mars/Olympus"}, "There is no time zone called Mars/Olympus."),
        ({"zone": "../etc"}, "There is no time zone"),
        ({"zone": ""}, "There is no time zone"),
        ({"country": "XX"}, "No public holidays are known for XX."),
        ({"week": [["9-18"]] * 7}, '"9-18" is not a working time.'),
        ({"week": [["09:00-09:00"]] * 7}, "For a whole day write 00:00-24:00."),
        ({"week": [["09:00-25:00"]] * 7}, "a time that no clock shows"),
        ({"week": [["09:75-12:00"]] * 7}, "a time that no clock shows"),
        ({"week": [[]] * 6}, "A week has seven days."),
        ({"exceptions": [{"from": "2026-13-01"}]}, "An exception needs a date"),
        ({"exceptions": [{"from": "2026-10-08", "to": "2026-10-01"}]}, "ends before it begins"),
        ({"week": [[]] * 7}, "no working time within 400 days"),
        (
            {
                "week": [["02:00-02:30"], *[[]] * 6],
                "exceptions": [{"from": "2026-01-01", "to": "2028-12-31"}],
            },
            "no working",
        ),
    ],
)
def test_a_calendar_that_cannot_be_used_is_refused_with_a_sentence(changes, sentence):
    with pytest.raises(Invalid, match=sentence.replace("(", r"\(").replace(".", r"\.")):
        refuse_unusable(calendar_from({**WEEK, **changes}), at("2026-03-02 09:00"))


def test_three_years_are_summed_day_by_day_and_not_by_the_minute(benchmark):
    calendar = office(country="CN")
    assert benchmark(worked, calendar, at("2023-01-02 09:00"), at("2026-01-05 09:00")) > 5000 * HOUR
