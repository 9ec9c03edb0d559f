"""Requests of persons that were approved, worked off on the runner's clock as the person who made them."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace

from flask import current_app
from sqlalchemy import Engine, RowMapping

from app.actor import Actor, acting_as
from models import access
from models.catalogue import Catalogue
from models.guard import RecordSession
from models.organisation import place_of
from models.persons import REQUEST, VIEW, job, requests, work

log = logging.getLogger("veneer.persons")


def run_due(engine: Engine, runner: str, catalogue: Callable[[], Catalogue]) -> None:
    """Every approved request, one after the other; what nobody decided about in time is forgotten."""
    requests.expire(engine)
    while row := work.claim(engine, runner):
        actor = maker(engine, row)
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


def maker(engine: Engine, row: RowMapping) -> Actor | None:
    """Whoever made it, as an actor of today; None when that account is closed or has lost the right."""
    manager = current_app.appbuilder.sm  # type: ignore[attr-defined]
    user = manager.get_user_by_id(row["made_by"])
    if user is None or not user.is_active:
        return None
    if not (manager.is_administrator(user) or (REQUEST, VIEW) in manager.pairs_of(user)):
        return None
    with engine.connect() as connection:
        found = access.actor_at(user, place_of(connection, user.id))
    return replace(found, cause=f"request {row['id']}")
