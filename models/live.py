"""The catalogue in force. A newly published wiring is built beside the old one and swapped in, in every worker.

Each worker looks at the version, and at the state of the legacy schema, at most once a second (one look-up of two keys). A
build that fails leaves the old catalogue serving and keeps the reason for the administrator.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.exc import SQLAlchemyError

from models import prepared
from models.catalogue import Catalogue, ColumnTyper
from models.drift import store as drift
from models.drift.adapt import KindOf, adapted
from models.drift.tables import ROW, watch
from models.wiring import store
from models.wiring.tables import versions

log = logging.getLogger("veneer.wiring")
LOOK_SECONDS = 1.0
State = tuple[int, int]
"""(wiring version, generation of the legacy schema)"""


class LiveCatalogue:
    """Gives the catalogue of the version in force; safe for many threads."""

    def __init__(
        self,
        engine: Engine,
        schema: str,
        type_of: ColumnTyper,
        kind_of: KindOf,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._engine = engine
        self.after_swap: list[Callable[[], object]] = [engine.clear_compiled_cache, prepared.forget]
        """What else holds on to catalogues: a compiled statement or a policy would keep hundreds of old ones alive."""
        self.after_failure: list[Callable[[State], object]] = []
        """Who is told of a build that failed, once in this process, while it holds no connection."""
        self._untold: State | None = None
        self._schema = schema
        self._type_of, self._kind_of = type_of, kind_of
        self._clock = clock
        self._lock = threading.Lock()
        self._looked = -LOOK_SECONDS
        self._current: Catalogue | None = None
        self.failure = ""
        """Why the newest version could not be built; empty when it is in force."""
        self._failed: State = (0, 0)

    def current(self) -> Catalogue:
        """The newest catalogue that could be built."""
        held = self._current
        if held is None:
            return self.refresh()
        if self._clock() - self._looked < LOOK_SECONDS or not self._lock.acquire(blocking=False):
            return held  # looked at a moment ago, or another thread is looking: the old one still serves
        try:
            return self._look()
        finally:
            self._lock.release()

    def refresh(self) -> Catalogue:
        """Look at once, after whoever is looking: for the first request, and for the person who has just published."""
        with self._lock:
            return self._look()

    def _look(self) -> Catalogue:
        with self._engine.connect() as connection:
            newest = state_of(connection)
            if self._current is None:
                self._current = self._built(connection, newest)
            elif newest not in {(self._current.version, self._current.generation), self._failed}:
                self._swap(connection, newest)
        self._looked = self._clock()
        self._tell()
        return self._current

    def _tell(self) -> None:
        """Whatever happens to the message: the old catalogue serves."""
        failed, self._untold = self._untold, None
        for tell in self.after_failure if failed else ():
            try:
                tell(failed)  # type: ignore[arg-type]
            except SQLAlchemyError:
                log.exception("nobody could be told that version %s cannot be built", failed)

    def _swap(self, connection: Connection, newest: State) -> None:
        try:
            self._current = self._built(connection, newest)
            self.failure, self._failed = "", (0, 0)
            for forget in self.after_swap:
                forget()
        except Exception as error:
            log.exception("wiring version %s cannot be built", newest[0])
            self.failure, self._failed = f"{type(error).__name__}: {error}", newest
            self._untold = newest

    def _built(self, connection: Connection, state: State) -> Catalogue:
        version, generation = state
        whole = store.load(connection, version)
        left = adapted(whole, drift.overrides(connection) if generation else {}, self._kind_of)
        return Catalogue(
            left.wiring, self._schema, self._type_of, self._current, gone=left.gone, generation=generation
        )


def state_of(connection: Connection) -> State:
    """What is published, and over which state of the legacy schema: one statement that touches two keys."""
    newest = select(func.max(versions.c.version)).scalar_subquery()
    generation = select(watch.c.generation).where(watch.c.id == ROW).scalar_subquery()
    row = connection.execute(select(newest, generation)).one()
    return int(row[0] or 0), int(row[1] or 0)
