"""Hand-overs that somebody asked for, worked off on the runner's clock as that person, a few seconds each in turn."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime

from sqlalchemy import Connection, Engine

from app.actor import acting_as
from app.errors import Unavailable
from models import access
from models.catalogue import Catalogue
from models.guard import RecordSession
from models.hand_over import lease, steps
from models.hand_over.tables import TAKEN_BACK, Run
from models.organisation import names_of
from rules import inbox
from rules.makers import maker
from rules.messages import Message
from rules.people import Staff

log = logging.getLogger("veneer.hand_over")
SLICE_SECONDS = 5.0
RIGHT = ("can_link", "People")
"""Whoever may keep the organisation may hand over."""
CODES = {TAKEN_BACK: "handover.taken-back"}


def run_due(
    engine: Engine,
    runner: str,
    catalogue: Callable[[], Catalogue],
    goes_on: Callable[[], bool] = lambda: True,
) -> None:
    """Every hand-over until there is nothing to do, the database has no time for it, or the process is about to end."""

    def ended(connection: Connection, run: Run) -> None:
        _tell(connection, catalogue(), run)

    while goes_on() and (held := lease.claim(engine, runner, ended)):
        try:
            _slice(held, catalogue(), goes_on)
        except lease.Lost:
            log.info("hand-over %s goes another way or is at another process", held.run.id)
        except Unavailable as error:
            log.info("hand-over %s waits: %s", held.run.id, type(error).__name__)
            return
        finally:
            lease.release(held)


def _slice(held: lease.Held, catalogue: Catalogue, goes_on: Callable[[], bool]) -> None:
    actor = maker(held.engine, held.run.acts_id, RIGHT, f"hand-over {held.run.id}")
    if actor is None:
        lease.halt(held, "account")
        return
    with held.engine.connect() as connection:
        policy = access.policy_of(connection, actor, catalogue)
    until = time.monotonic() + SLICE_SECONDS
    with acting_as(actor), closing(RecordSession(held.engine, policy, "see", access.seal())) as session:
        try:
            while held.run.is_going and goes_on() and time.monotonic() < until:
                steps.step(session, held)
        except steps.NoRight:
            lease.halt(held, "right")


def _tell(connection: Connection, catalogue: Catalogue, run: Run) -> None:
    """The inbox of whoever asked for it, and of the administrators where it stopped by itself."""
    code = CODES.get(run.state, "handover.stopped" if run.is_stopped else "handover.done")
    users = [run.acts_id]
    if run.is_stopped:
        users += [user for user in Staff().users_in_role(connection, "Admin") if user != run.acts_id]
    entity = catalogue.get(run.entity)
    params = {
        "title": names_of(connection, [run.giver]).get(run.giver, run.giver),
        "label": (entity.label.text("en") if entity else "") or run.entity,
        "label_zh": (entity.label.text("zh") if entity else "") or run.entity,
        "handed": run.handed,
        "returned": run.returned,
        "refused": run.refused,
    }
    inbox.tell(connection, users, Message(code, params, f"/hand-over/run/{run.id}"), datetime.now(UTC))
