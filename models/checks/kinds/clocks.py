"""Clocks: deadlines come from the database's clock, days from TIME_ZONE; both must mean the same moment as here."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from models.checks.finding import Finding
from models.checks.ground import Ground

IDS = ("V161", "V162")
NOTICED_SECONDS, GRAVE_SECONDS = 2, 60
SHIFT_SECONDS = 60


def look(ground: Ground) -> Iterator[Finding]:
    """A clock that runs apart, and a zone that is set differently."""
    if not ground.is_server:
        return
    apart = _seconds_apart(ground)
    if abs(apart) >= NOTICED_SECONDS:
        yield Finding(
            "V161",
            "error" if abs(apart) >= GRAVE_SECONDS else "warning",
            _(
                "The database's clock and this machine's are %(seconds)s seconds apart.",
                seconds=round(abs(apart), 1),
            ),
            _(
                "Let both set their clocks by the network (NTP); alerts come too early or too late until then."
            ),
        )
    yield from _zone(ground)


def _seconds_apart(ground: Ground) -> float:
    """How far the database is ahead; half of the way there and back is taken off."""
    sent = datetime.now(UTC)
    theirs: datetime = ground.value("SELECT UTC_TIMESTAMP(6)")
    back = datetime.now(UTC)
    return (theirs.replace(tzinfo=UTC) - (sent + (back - sent) / 2)).total_seconds()


def _zone(ground: Ground) -> Iterator[Finding]:
    theirs = int(ground.value("SELECT TIMESTAMPDIFF(SECOND, UTC_TIMESTAMP(), NOW())"))
    ours = datetime.now(ZoneInfo(ground.config.time_zone)).utcoffset() or timedelta()
    if abs(theirs - ours.total_seconds()) >= SHIFT_SECONDS:
        yield Finding(
            "V162",
            "warning",
            _(
                "The server works at UTC%(server)s, TIME_ZONE says %(zone)s (UTC%(ours)s).",
                server=offset(theirs),
                zone=ground.config.time_zone,
                ours=offset(int(ours.total_seconds())),
            ),
            _(
                "Set TIME_ZONE to the zone in which the ERP writes its times; for China that is Asia/Shanghai."
            ),
        )


def offset(seconds: int) -> str:
    """28800 → "+08:00"."""
    sign = "-" if seconds < 0 else "+"
    hours, minutes = divmod(round(abs(seconds) / 60), 60)
    return f"{sign}{hours:02}:{minutes:02}"
