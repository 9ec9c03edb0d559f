"""Wall-clock times to instants, on the two days a year when a clock lies.

A local time that does not exist (spring) is the first instant after the gap. One that exists twice (autumn)
is the first occurrence for the start of a window and the last one for its end.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from flask_babel import lazy_gettext as _l

from app.errors import Invalid

MICROSECOND = timedelta(microseconds=1)


@lru_cache(maxsize=64)
def zone_named(name: str) -> ZoneInfo:
    """The IANA zone; Invalid when the tz database does not know it."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        sentence = _l("There is no time zone called %(zone)s. Choose one such as Asia/Shanghai.", zone=name)
        raise Invalid(sentence) from None


def first_instant(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """The UTC instant at which `minute` minutes after local midnight of `day` is first read off a clock."""
    return _instant(_naive(day, minute), zone, fold=0)


def last_instant(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """The same, at its last reading."""
    return _instant(_naive(day, minute), zone, fold=1)


def _naive(day: date, minute: int) -> datetime:
    return datetime.combine(day, time()) + timedelta(minutes=minute)


def _instant(naive: datetime, zone: ZoneInfo, fold: int) -> datetime:
    instant = naive.replace(tzinfo=zone, fold=fold).astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == naive:
        return instant
    return _end_of_gap(naive, zone)


def _end_of_gap(naive: datetime, zone: ZoneInfo) -> datetime:
    """The change of offset that skipped `naive`, found by halving between its two readings."""
    before = naive.replace(tzinfo=zone, fold=1).astimezone(UTC)
    after = naive.replace(tzinfo=zone, fold=0).astimezone(UTC)
    old = before.astimezone(zone).utcoffset()
    while after - before > MICROSECOND:
        middle = before + (after - before) / 2
        if middle.astimezone(zone).utcoffset() == old:
            before = middle
        else:
            after = middle
    return after
