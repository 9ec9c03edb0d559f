"""Looks for rows that another program has changed, where a table says when: only records that the audit knows are compared.

Each entity has a place up to which its column of changes was followed; it begins where the table ends at the first look, so that
nobody walks over years of history. What nobody notices here is noticed when somebody opens the record.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from app.clock import now
from models.catalogue import Catalogue
from models.inside import walks
from models.records import outside
from models.wiring.nouns import Entity
from rules.sla import status

log = logging.getLogger("veneer.outside")
FOLLOWED = 500
MOST_STRETCHES = 10


def look(engine: Engine, catalogue: Callable[[], Catalogue]) -> int:
    """One look at every entity that can be followed; returns how many entries were written."""
    found = 0
    for entity in catalogue().entities.values():
        if walks.updated_names(entity) is not None and outside.can_be_watched(entity):
            try:
                found += _follow(engine, entity)
            except DBAPIError as error:
                log.warning(
                    "changes of %s are looked for another time: %s", entity.name, type(error).__name__
                )
    return found


def _follow(engine: Engine, entity: Entity) -> int:
    """Stretch by stretch until its end, within bounds: an ERP's nightly job is followed over several looks."""
    found = 0
    for _turn in range(MOST_STRETCHES):
        tokens = _next(engine, entity)
        with engine.connect() as connection:
            known = outside.watched(connection, entity, tokens)
        found += sum(outside.notice(engine, entity, token) is not None for token in known)
        if len(tokens) < FOLLOWED:
            break
    return found


def _next(engine: Engine, entity: Entity) -> list[str]:
    """Rows that changed since the last look, and the place noted behind them."""
    name, field, names = f"outside.{entity.name}", entity.key[0], walks.updated_names(entity) or ()
    with engine.begin() as connection:
        before = place = status.cursor(connection, name)
        if before is None:
            place, tokens = walks.last_place(connection, entity, field, names), []
        else:
            stretch = walks.follow(connection, entity, field, names, place=place, size=FOLLOWED)
            place, tokens = stretch.place or place, list(stretch.texts)
        if place != before:
            status.keep_cursor(connection, name, place, now(connection))
    return tokens
