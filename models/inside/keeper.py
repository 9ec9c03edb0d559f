"""Keeps the search index: builds it in stretches that can be taken up again, then follows what changes.

Veneer's own changes and new rows are followed at each look, changed rows where the table says when; a slow walk over the
whole table finds what nothing else tells. Each stretch is one short transaction with the place where the next begins.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.exc import DBAPIError

from app.errors import Busy
from models.catalogue import Catalogue
from models.change import change_table
from models.inside import documents, spaces, walks
from models.inside.spaces import BUILDING, FAILED, LEAVING, READY, Space
from models.inside.tables import document_table
from models.wiring.nouns import Entity

log = logging.getLogger("veneer.search")
STRETCH = 2000
"""Rows of one transaction."""
FOLLOWED = 500
LEAVES = 20_000
BUILD_SECONDS = 3.0
DIRTY = 0.1
"""A tenth of the documents lead nowhere: time to sweep their n-grams out."""

Step = Callable[[Connection, Entity, Space], Space]


class Keeper:
    """The search index of one installation, tended by the elected runner."""

    def __init__(self, engine: Engine, catalogue: Callable[[], Catalogue]) -> None:
        self._engine, self._catalogue = engine, catalogue

    def run(self) -> None:
        """Look once at every space; what fails for one does not stop the others."""
        catalogue = self._catalogue()
        with self._engine.begin() as connection:
            found = spaces.arrange(connection, catalogue.entities.values())
        for space in found:
            try:
                self._tend(catalogue.get(space.entity), space)
            except Busy:
                log.info("search index of %s.%s waits: the database is busy", space.entity, space.field)
            except (DBAPIError, ValueError) as error:
                log.warning("search index of %s.%s: %s", space.entity, space.field, type(error).__name__)
                with self._engine.begin() as connection:
                    spaces.keep(connection, space.id, error=type(error).__name__)

    def _tend(self, entity: Entity | None, space: Space) -> None:
        if entity is None or space.state == LEAVING:
            self._take_leave(space)
        elif space.state == BUILDING:
            self._build(entity, space)
        elif space.state == READY:
            for step in (follow_changes, follow_updates, follow_newcomers, walk_on, prune, sweep):
                self._step(step, entity, space.id)

    def _build(self, entity: Entity, space: Space) -> None:
        if not walks.can_be_indexed(entity.fields[space.field]):
            with self._engine.begin() as connection:
                spaces.keep(connection, space.id, state=FAILED, error="kind")
            return
        if "change" not in space.places:
            self._step(begin, entity, space.id)
        deadline = time.monotonic() + BUILD_SECONDS
        while space.state == BUILDING and time.monotonic() < deadline:
            space = self._step(walk_on, entity, space.id)

    def _take_leave(self, space: Space) -> None:
        with self._engine.begin() as connection:
            if not documents.clear(connection, space, LEAVES):
                spaces.drop(connection, space.id)

    def _step(self, step: Step, entity: Entity, number: int) -> Space:
        with self._engine.begin() as connection:
            return step(connection, entity, spaces.locked(connection, number))


def begin(connection: Connection, entity: Entity, space: Space) -> Space:
    """Note where changes stand now: what happens from here on is followed, what was before is built."""
    change = connection.execute(select(func.max(change_table.c.id))).scalar() or 0
    places = {"change": change}
    for kind, names in _ends(entity).items():
        places[kind] = walks.last_place(connection, entity, space.field, names)
    return _saved(connection, space, places=places, pass_began=datetime.now(UTC))


def walk_on(connection: Connection, entity: Entity, space: Space) -> Space:
    """The next stretch of the walk over the whole table; at its end the index is ready, and the walk begins anew."""
    place = space.places.get("walk", "")
    found = walks.follow(connection, entity, space.field, (), place=place, size=STRETCH)
    space = _put(connection, entity, space, found.texts)
    if len(found.texts) == STRETCH:
        return _saved(connection, space, places={"walk": found.place}, rows_done=space.rows_done + STRETCH)
    rows = space.rows_done + len(found.texts)
    done = {"state": READY, "rows_done": 0, "expected": rows, "looked_from": space.pass_began}
    return _saved(connection, space, places={"walk": ""}, pass_began=datetime.now(UTC), **done)


def follow_changes(connection: Connection, entity: Entity, space: Space) -> Space:
    """Records that people changed in Veneer."""
    table = change_table.c
    found = select(table.id, table.entity, table.record).where(table.id > space.places.get("change", 0))
    rows = connection.execute(found.order_by(table.id).limit(FOLLOWED)).all()
    tokens = list(dict.fromkeys(row.record for row in rows if row.entity == entity.name and row.record))
    space = _put(connection, entity, space, walks.at_keys(connection, entity, space.field, tokens))
    return _saved(connection, space, places={"change": rows[-1].id}) if rows else space


def follow_updates(connection: Connection, entity: Entity, space: Space) -> Space:
    """Rows that any program changed, where the table says when."""
    return _follow(connection, entity, space, "updated")


def follow_newcomers(connection: Connection, entity: Entity, space: Space) -> Space:
    """Rows that any program added."""
    return _follow(connection, entity, space, "newest")


def prune(connection: Connection, entity: Entity, space: Space) -> Space:
    """Documents of rows that are gone: the next stretch of them."""
    columns = document_table.c
    found = select(columns.id, columns.record).where(
        columns.space == space.id, columns.id > space.places.get("document", 0)
    )
    rows = connection.execute(found.order_by(columns.id).limit(FOLLOWED)).all()
    texts = walks.at_keys(connection, entity, space.field, [row.record for row in rows])
    gone = [row.id for row in rows if texts[row.record] is None]
    documents.forget(connection, space, gone)
    last = rows[-1].id if len(rows) == FOLLOWED else 0
    return _saved(connection, space, places={"document": last}, garbage=space.garbage + len(gone))


def sweep(connection: Connection, entity: Entity, space: Space) -> Space:
    """N-grams of documents that lead nowhere, once there are many."""
    after: Sequence[int] = space.places.get("gram", [])
    if not after and space.garbage < max(STRETCH, DIRTY * space.expected):
        return space
    end = documents.sweep_grams(connection, space, after or [0, 0], STRETCH)
    return _saved(connection, space, places={"gram": end}, garbage=space.garbage if end else 0)


def _follow(connection: Connection, entity: Entity, space: Space, kind: str) -> Space:
    names = _ends(entity).get(kind)
    if names is None:
        return space
    place = space.places.get(kind, "")
    found = walks.follow(connection, entity, space.field, names, place=place, size=FOLLOWED)
    if not found.texts:
        return space
    return _saved(connection, _put(connection, entity, space, found.texts), places={kind: found.place})


def _ends(entity: Entity) -> dict[str, Sequence[str]]:
    """Orders in which what is new stands at the end."""
    ends = {"updated": walks.updated_names(entity), "newest": walks.newest_names(entity)}
    return {kind: names for kind, names in ends.items() if names is not None}


def _put(connection: Connection, entity: Entity, space: Space, texts: walks.Texts) -> Space:
    if any(len(token) > documents.LONGEST_TOKEN for token in texts):
        raise ValueError("a key is too long for the search index")
    done = documents.put(connection, space, entity.fields[space.field], texts)
    if (done.next_document, done.garbage) == (space.next_document, 0):
        return space
    garbage = space.garbage + done.garbage
    return _saved(connection, space, next_document=done.next_document, garbage=garbage)


def _saved(
    connection: Connection, space: Space, places: dict[str, Any] | None = None, **values: Any
) -> Space:
    """The space with these values, written down."""
    if places is not None:
        values["places"] = {**space.places, **places}
    spaces.keep(connection, space.id, **values)
    return spaces.locked(connection, space.id)
