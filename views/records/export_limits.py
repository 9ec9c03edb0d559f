"""What an export may hold: the roles' rows for a file and a day, the reason, and the approval of a second person beyond that."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import format_decimal
from flask_babel import gettext as _

from app.errors import Invalid, NotAllowed
from app.extensions import services
from models import access, quota
from models.allowances import DAY, FILE, REASON, UNLIMITED, most
from models.export_requests import Request
from models.wiring.nouns import Entity

SLACK = 1000
"""Rows that may be added between the count and the reading."""
SHORTEST_REASON = 3


@dataclass(frozen=True)
class Asked:
    """What comes along with an export: why, the filter as it was typed (JSON), and the request that was approved."""

    reason: str = ""
    filter: str = ""
    request: Request | None = None
    run_id: str = ""
    """The download that the request was taken for."""


class ReasonNeeded(Invalid):
    """So many rows are taken for a reason that is written down."""


class ApprovalNeeded(NotAllowed):
    """More rows than the person takes in a day alone."""


def granted(
    entity: Entity, file_rows: int, expected: int | None, asked: Asked, *, is_exact: bool
) -> tuple[int, quota.Claim | None]:
    """(the most rows of this file, what was claimed of the day's quota for them). Raises ReasonNeeded, ApprovalNeeded.

    What was approved is neither counted nor limited by the day; its own bound was approved with it.
    """
    if asked.request is not None:
        return min(file_rows, asked.request.wanted.most), None
    if needs_reason(entity, expected) and len(asked.reason.strip()) < SHORTEST_REASON:
        raise ReasonNeeded(_("Say what this export is for: the reason is kept with it."))
    day = most(access.policy(), entity, DAY)
    if day == UNLIMITED:
        return file_rows, None
    wanted = min(file_rows, expected + SLACK) if is_exact and expected is not None else file_rows
    actor, engine = access.actor(), services().engine
    claim = quota.claim_up_to(engine, actor.user_id or 0, DAY, wanted, day)
    if claim.count < min(wanted, 1 if expected is None else expected):
        quota.give_back(engine, claim, claim.count)
        raise ApprovalNeeded(beyond(day))
    return claim.count, claim


def needs_reason(entity: Entity, expected: int | None) -> bool:
    """From some number of rows on; where nobody knows how many there are, there may be as many as a file holds."""
    rows = most(access.policy(), entity, FILE) if expected is None else expected
    return rows >= most(access.policy(), entity, REASON)


def left_today(entity: Entity) -> int:
    """How many rows the person may still take today without asking."""
    day = most(access.policy(), entity, DAY)
    return (
        day
        if day == UNLIMITED
        else max(0, day - quota.used(access.overlay(), access.actor().user_id or 0, DAY))
    )


def beyond(day: int) -> str:
    """Why somebody has to be asked."""
    sentence = _("You may export %(rows)s rows in a day without asking, and this goes beyond them. Ask for approval.", rows=format_decimal(day))  # fmt: skip
    return str(sentence)
