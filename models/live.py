"""The catalogue in force. A newly published wiring is built beside the old one and swapped in, in every worker.

Each worker looks at the version at most once a second (one key look-up). A build that fails leaves the old catalogue
serving and keeps the reason for the administrator.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from sqlalchemy import Engine

from models.catalogue import Catalogue, ColumnTyper
from models.wiring import store
from models.wiring.nouns import Wiring

log = logging.getLogger("veneer.wiring")
LOOK_SECONDS = 1.0


class LiveCatalogue:
    """Gives the catalogue of the version in force; safe for many threads."""

    def __init__(
        self, engine: Engine, schema: str, type_of: ColumnTyper, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._engine = engine
        self._schema = schema
        self._type_of = type_of
        self._clock = clock
        self._lock = threading.Lock()
        self._looked = -LOOK_SECONDS
        self._current: Catalogue | None = None
        self.failure = ""
        """Why the newest version could not be built; empty when it is in force."""
        self._failed_version = 0

    def current(self) -> Catalogue:
        """The newest catalogue that could be built."""
        if self._current is not None and self._clock() - self._looked < LOOK_SECONDS:
            return self._current
        if self._current is not None and not self._lock.acquire(blocking=False):
            return self._current  # another thread is looking; the old one still serves
        try:
            return self._look() if self._current is not None else self._first()
        finally:
            if self._lock.locked():
                self._lock.release()

    def refresh(self) -> Catalogue:
        """Look at once: for the person who has just published."""
        self._looked = -LOOK_SECONDS
        return self.current()

    def _first(self) -> Catalogue:
        with self._engine.connect() as connection:
            self._current = Catalogue(store.load(connection), self._schema, self._type_of)
        self._looked = self._clock()
        return self._current

    def _look(self) -> Catalogue:
        if self._current is None:
            return self._first()
        with self._engine.connect() as connection:
            newest = store.current_version(connection)
            if newest not in {self._current.version, self._failed_version}:
                self._swap(store.load(connection))
        self._looked = self._clock()
        return self._current

    def _swap(self, wiring: Wiring) -> None:
        try:
            self._current = Catalogue(wiring, self._schema, self._type_of)
            self.failure = ""
        except Exception as error:
            log.exception("wiring version %s cannot be built", wiring.version)
            self.failure, self._failed_version = f"{type(error).__name__}: {error}", wiring.version
