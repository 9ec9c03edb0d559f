"""Requests of persons that were approved, worked off on the runner's clock as the person who made them."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import closing

from sqlalchemy import Engine

from app.actor import acting_as
from models import access
from models.catalogue import Catalogue
from models.guard import RecordSession
from models.persons import REQUEST, VIEW, job, requests, work
from rules.makers import maker

log = logging.getLogger("veneer.persons")


def run_due(engine: Engine, runner: str, catalogue: Callable[[], Catalogue]) -> None:
    """Every approved request, one after the other; what nobody decided about in time is forgotten."""
    requests.expire(engine)
    while row := work.claim(engine, runner):
        actor = maker(engine, row["made_by"], (REQUEST, VIEW), f"request {row['id']}")
        if actor is None:
            work.give_up(engine, row["id"])
            continue
        with engine.connect() as connection:
            policy = access.policy_of(connection, actor, catalogue())
        with acting_as(actor), closing(RecordSession(engine, policy, "see", access.seal())) as session:
            try:
                work.run(work.job_of(engine, runner, row, session))
            except job.Lost:
                log.warning("request of a person %s is worked off by another process", row["id"])
