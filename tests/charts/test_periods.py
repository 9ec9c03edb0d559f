"""Months, their names and the numbers on an axis."""

from datetime import date
from decimal import Decimal

import pytest
from flask import Flask
from flask_babel import Babel, force_locale

from charts import numbers
from charts.periods import (
    Period,
    last_months,
    month_name,
    month_tick,
    months_of,
    same_days_before,
    shifted,
    this_month,
)


@pytest.fixture
def app() -> Flask:
    app = Flask(__name__)
    Babel(app)
    return app


def test_the_month_under_way_is_the_last_one() -> None:
    period = last_months(date(2026, 3, 31), 12)
    assert period == Period(date(2025, 4, 1), date(2026, 4, 1))
    assert [month.start for month in months_of(period)][:2] == [date(2025, 4, 1), date(2025, 5, 1)]
    assert len(months_of(period)) == 12
    assert period.last == date(2026, 3, 31)


@pytest.mark.parametrize(
    ("today", "before"),
    [
        (date(2026, 3, 31), Period(date(2026, 2, 1), date(2026, 3, 1))),
        (date(2026, 3, 10), Period(date(2026, 2, 1), date(2026, 2, 11))),
        (date(2026, 1, 1), Period(date(2025, 12, 1), date(2025, 12, 2))),
    ],
)
def test_a_month_under_way_is_compared_with_as_many_days(today: date, before: Period) -> None:
    assert same_days_before(this_month(today)) == before


@pytest.mark.parametrize(
    ("months", "expected"), [(-14, date(2024, 11, 1)), (0, date(2026, 1, 1)), (12, date(2027, 1, 1))]
)
def test_months_are_counted_over_the_years(months: int, expected: date) -> None:
    assert shifted(date(2026, 1, 31), months) == expected


def test_months_have_names_in_both_languages(app: Flask) -> None:
    with app.test_request_context():
        with force_locale("en"):
            assert month_name(date(2026, 3, 1)) == "Mar 2026"
            assert month_tick(date(2026, 1, 1), is_first=False) == "Jan<br>2026"
            assert month_tick(date(2026, 3, 1), is_first=False) == "Mar"
        with force_locale("zh"):
            assert month_name(date(2026, 3, 1)) == "2026年3月"
            assert month_tick(date(2025, 4, 1), is_first=True) == "4月<br>2025"


@pytest.mark.parametrize(
    ("value", "english", "chinese"),
    [
        (0, "0", "0"),
        (999, "999", "999"),
        (Decimal("12.34"), "12.3", "12.3"),
        (1234, "1,234", "1,234"),
        (12_345, "12.3K", "1.2万"),
        (3_460_000, "3.5M", "346万"),
        (345_600_000, "346M", "3.5亿"),
        (-12_345, "-12.3K", "-1.2万"),
    ],
)
def test_large_numbers_have_words(app: Flask, value: int, english: str, chinese: str) -> None:
    with app.test_request_context():
        with force_locale("en"):
            assert numbers.short(value) == english
        with force_locale("zh"):
            assert numbers.short(value) == chinese


@pytest.mark.parametrize(
    ("now", "before", "said"),
    [(5, 0, ""), (5, 5, "±0%"), (150, 100, "+50%"), (99, 100, "−1.0%"), (5000, 1, "")],
)
def test_a_change_has_its_sign(app: Flask, now: int, before: int, said: str) -> None:
    with app.test_request_context(), force_locale("en"):
        assert numbers.change(now, before) == said


@pytest.mark.parametrize(
    ("highest", "last"), [(0, 1), (1, 1), (3, 3), (7, 8), (99, 100), (1234, 1250), (Decimal("0.7"), 0.8)]
)
def test_axes_have_round_numbers(highest: int, last: float) -> None:
    found = numbers.ticks(highest)
    assert found[0] == 0
    assert found[-1] == pytest.approx(last)
    assert len(found) <= 7
