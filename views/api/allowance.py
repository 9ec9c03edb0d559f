"""Rows that a person reads by the API in a day: counted in the overlay, a stretch at a time, so that a page of rows costs no write.

A worker takes some rows of the day's quota and gives them out; what is left of a stretch when it ends counts as read. So the sum
over all workers and all tokens of a person never goes beyond the quota.
"""

from __future__ import annotations

from datetime import date
from threading import Lock

from flask_babel import format_decimal
from flask_babel import gettext as _

from app.clock import today
from app.errors import TooMany
from app.extensions import services
from models import access, quota, viewing
from models.allowances import API, UNLIMITED, most
from models.wiring.nouns import Entity

LARGEST = 1000
PARTS = 100
"""A stretch is no more than this part of the quota."""


class Stretches:
    """What this worker has taken and not given out yet, by account."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.day: date | None = None
        self.left: dict[int, int] = {}

    def spend(self, user_id: int, rows: int, allowed: int) -> bool:
        """Give out so many rows; False when the day's quota does not hold them."""
        with self.lock:
            self._begin_day()
            held = self.left.get(user_id, 0)
            if held < rows:
                held += self._taken(user_id, rows - held, allowed)
            is_enough = held >= rows
            self.left[user_id] = held - rows if is_enough else held
        return is_enough

    def _taken(self, user_id: int, lacking: int, allowed: int) -> int:
        wanted = max(lacking, min(LARGEST, allowed // PARTS))
        return quota.claim_up_to(services().engine, user_id, API, wanted, allowed).count

    def _begin_day(self) -> None:
        if self.day != today():
            self.day, self.left = today(), {}


def spend(entity: Entity, rows: int) -> None:
    """Count rows that are about to leave. Raises TooMany when the day's quota is used up."""
    allowed = most(access.policy(), entity, API)
    if allowed == UNLIMITED or not rows or viewing.is_on():
        return
    stretches: Stretches = services().rooms.setdefault("api_stretches", Stretches())
    if not stretches.spend(access.actor().user_id or 0, rows, allowed):
        raise TooMany(_("You may read %(rows)s rows by the API in a day, and these are read. Go on tomorrow, or ask an administrator.", rows=format_decimal(allowed)))  # fmt: skip
