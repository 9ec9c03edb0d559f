"""Open tickets of the last hours: their deadlines come near within minutes, and can be added again later."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from demo.freshen import add_live_tickets
from demo.generate.live import REPLY_HOURS, SOLVE_HOURS, WINDOWS, live_tickets, working_back
from demo.write import write_sqlite
from tests.demo.conftest import NOW, Erp

MOMENTS = [
    NOW,
    datetime.fromisoformat("2026-11-22 03:10"),
    datetime.fromisoformat("2026-11-23 00:00"),
    datetime.fromisoformat("2026-11-23 12:30"),
]


def worked(start: datetime, end: datetime) -> int:
    """Working minutes between two moments, counted one by one."""
    minutes = (start + timedelta(minutes=n) for n in range(int((end - start).total_seconds() // 60)))
    return sum(1 for m in minutes if m.weekday() < 5 and any(a <= m.time() < b for a, b in WINDOWS))


@pytest.mark.parametrize("now", MOMENTS)
@pytest.mark.parametrize("minutes", [1, 59, 180, 240, 478, 1_500])
def test_working_minutes_are_counted_back_through_nights_and_weekends(now: datetime, minutes: int) -> None:
    start = working_back(now, minutes)
    assert worked(start, now) == minutes


@pytest.mark.parametrize("now", MOMENTS)
def test_deadlines_and_warnings_come_within_minutes_round_the_clock(now: datetime) -> None:
    for replied, hours in ((True, SOLVE_HOURS), (False, REPLY_HOURS)):
        open_minutes = {
            (t.priority, round((now - t.created).total_seconds() / 60))
            for t in live_tickets(now)
            if t.is_replied == replied
        }
        for priority in "12":
            target = hours[priority] * 60
            for due in (target, round(target * 0.8)):
                assert {(priority, due - 2), (priority, due - 4)} <= open_minutes


def test_in_working_hours_they_come_by_working_time_too() -> None:
    left = {
        (t.priority, SOLVE_HOURS[t.priority] * 60 - worked(t.created, NOW))
        for t in live_tickets(NOW)
        if t.is_replied
    }
    assert {("1", 2), ("1", 4), ("2", 2), ("2", 4)} <= left


@pytest.mark.parametrize("now", MOMENTS)
def test_some_have_only_just_come_in(now: datetime) -> None:
    fresh = [t for t in live_tickets(now) if now - t.created <= timedelta(minutes=15)]
    assert len(fresh) >= 4
    assert not any(t.is_replied for t in fresh)
    assert all(t.created <= now for t in live_tickets(now))


def test_they_are_open_in_the_demo_and_some_wait_for_a_first_reply(erp: Erp) -> None:
    since = f"{NOW - timedelta(hours=9):%Y-%m-%d %H:%M}"
    found = erp.rows(f"SELECT GDZT, SCHF FROM T_GDZB WHERE GBSJ IS NULL AND CJSJ >= '{since}'")
    assert len(found) > 30
    assert 5 < len([row for row in found if row[1] is None]) < len(found)


def test_fresh_tickets_can_be_added_to_a_demo_made_earlier(tmp_path: Path) -> None:
    path = tmp_path / "erp.sqlite"
    write_sqlite(path, 50, NOW)
    engine, later = create_engine("sqlite://"), NOW + timedelta(hours=30)
    with engine.begin() as connection:
        connection.execute(text(f"ATTACH '{path}' AS erp"))
        before = connection.execute(text("SELECT count(*) FROM erp.T_GDZB")).scalar_one()
        added = add_live_tickets(connection, "erp", later)
        sql = "SELECT count(*), count(DISTINCT GDH), max(ID), max(CJSJ) FROM erp.T_GDZB"
        count, codes, last, newest = connection.execute(text(sql)).one()
    engine.dispose()
    assert (count, codes, last) == (before + added,) * 3
    assert newest == f"{later - timedelta(minutes=1):%Y-%m-%d %H:%M:%S.000000}"
