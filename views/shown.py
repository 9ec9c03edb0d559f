"""Rows that pages show: counted by person and day, so that paging through everything is noticed, and ends somewhere.

Each worker counts in memory and tells the overlay in portions, so that a page costs no statement for it. The sum of a day may therefore
lag behind by a portion for each worker, and a worker that ends forgets less than one.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from threading import Lock
from urllib.parse import urlencode

from flask_babel import format_decimal
from flask_babel import gettext as _
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from app.actor import Actor
from app.clock import today
from app.errors import TooMany
from app.extensions import services
from models import access, audit, quota, viewing
from models.audit import reads
from rules import inbox
from rules.messages import Message
from views.approvals import holders
from views.audit.access import PERMISSION, VIEW

log = logging.getLogger("veneer.shown")
NAME = "rows_shown"
ACTION = "many-shown"
PARTS = 40
"""A portion is this part of what auditors are told of, or of what a day holds."""


@dataclass
class Tally:
    """What this worker has shown: what the overlay does not know yet, and how much it knew when it was told last."""

    lock: Lock = field(default_factory=Lock)
    day: date | None = None
    untold: dict[int, int] = field(default_factory=dict)
    told: dict[int, int] = field(default_factory=dict)

    def add(self, user_id: int, rows: int, portion: int) -> int:
        """Count; the rows that the overlay is to be told of now, 0 while there are few."""
        with self.lock:
            if self.day != today():
                self.day, self.untold, self.told = today(), {}, {}
            waiting = self.untold.get(user_id, 0) + rows
            self.untold[user_id] = 0 if waiting >= portion else waiting
        return waiting if waiting >= portion else 0

    def known(self, user_id: int) -> int:
        """How many rows of today, as far as this worker knows."""
        return self.told.get(user_id, 0) + self.untold.get(user_id, 0) if self.day == today() else 0


def count(rows: int) -> None:
    """Count rows that a page is about to show. Raises TooMany when the person has been shown a day's rows already."""
    if not rows or viewing.is_on():
        return
    tally: Tally = services().rooms.setdefault("rows_shown", Tally())
    actor, config = access.actor(), services().config
    user = actor.user_id or 0
    most = config.list_rows_a_day
    if tally.known(user) >= most and not actor.is_administrator:
        raise TooMany(_("You were shown %(rows)s rows on pages today, and that is a day's measure. Go on tomorrow, take a list as an export, or ask an administrator.", rows=format_decimal(most)))  # fmt: skip
    portion = max(1, min(most, config.list_rows_told or most) // PARTS)
    told = tally.add(user, rows, portion)
    if told:
        _tell(tally, actor, told)


def _tell(tally: Tally, actor: Actor, rows: int) -> None:
    """The overlay's count, and the auditors once, when it passes what they want to know of. A page never fails for it."""
    user, engine, limit = actor.user_id or 0, services().engine, services().config.list_rows_told
    try:
        known = quota.count(engine, user, NAME, rows)
        if limit and known - rows < limit <= known:
            with engine.begin() as connection:
                _warn(connection, actor, limit)
    except SQLAlchemyError:
        log.warning("the rows shown to account %s could not be written down", user, exc_info=True)
        return
    tally.told[user] = known


def _warn(connection: Connection, actor: Actor, rows: int) -> None:
    audit.note(
        connection,
        actor,
        reads.SUBJECT,
        ACTION,
        record=str(actor.user_id or 0),
        title=actor.username,
        after={"rows": rows},
    )
    link = f"/audit/?{urlencode({'who': actor.username})}"
    params = {"who": actor.username, "rows": rows, "title": ""}
    told = [user for user in holders(connection, PERMISSION, VIEW) if user != actor.user_id]
    inbox.tell(connection, told, Message("lists.many", params, link), datetime.now(UTC))
