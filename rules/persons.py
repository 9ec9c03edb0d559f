"""Requests of persons that were approved, worked off on the runner's clock as the person who made them."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import closing

from sqlalchemy import Engine, RowMapping

from app.actor import Actor, acting_as
from models import access
from models.catalogue import Catalogue
from models.guard import RecordSession
from models.persons import DELETE, REQUEST, VIEW, job, plan, requests, work
from rules.makers import maker

log = logging.getLogger("veneer.persons")


def run_due(engine: Engine, runner: str, catalogue: Callable[[], Catalogue]) -> None:
    """Every approved request, one after the other; what nobody decided about in time is forgotten."""
    requests.expire(engine)
    while row := work.claim(engine, runner):
        actor = _maker(engine, row)
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


def _maker(engine: Engine, row: RowMapping) -> Actor | None:
    """Whoever asked, with all the rights of then that a request of this kind needs."""
    needed = (REQUEST, DELETE) if row["kind"] == plan.DELETE else (REQUEST,)
    found = [maker(engine, row["made_by"], (right, VIEW), f"request {row['id']}") for right in needed]
    return found[-1] if all(found) else None
