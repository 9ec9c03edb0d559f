"""Answers kept for a minute (longer when they were dear), and a gate that lets few of them be worked out at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from flask_babel import gettext as _

from app.errors import Unavailable

T = TypeVar("T")
KEEP_SECONDS = 60.0
FRESH_SECONDS = 5.0
"""Asking for a new answer gets the one there is when it is no older."""
DEAR = 30
"""An answer is kept at least so many times as long as it took."""
AT_ONCE = 2
WAIT_SECONDS = 15.0
MOST = 2000


@dataclass(frozen=True)
class Kept(Generic[T]):
    """An answer, when it was worked out (seconds since 1970) and until when it serves."""

    value: T
    at: float
    until: float


class AnswerCache(Generic[T]):
    """Safe for many threads. The key must hold everything that an answer depends on, the policy's fingerprint too."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._kept: dict[Any, Kept[T]] = {}
        self._lock = threading.Lock()
        self._gate = threading.BoundedSemaphore(AT_ONCE)

    def get(self, key: Any, work_out: Callable[[], T], *, fresh: bool = False) -> Kept[T]:
        """The answer for `key`; `fresh` works it out anew. Raises Unavailable when too many are under way."""
        found = self._found(key, fresh=fresh)
        if found is not None:
            return found
        with self._turn():
            found = self._found(key, fresh=fresh)
            return found if found is not None else self._keep(key, work_out)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._kept.clear()

    def _found(self, key: Any, *, fresh: bool) -> Kept[T] | None:
        found = self._kept.get(key)
        if found is None or (fresh and self._clock() > found.at + FRESH_SECONDS):
            return None
        return found if self._clock() < found.until else None

    def _keep(self, key: Any, work_out: Callable[[], T]) -> Kept[T]:
        began = self._clock()
        value = work_out()
        now = self._clock()
        kept = Kept(value, now, now + max(KEEP_SECONDS, DEAR * (now - began)))
        with self._lock:
            if len(self._kept) >= MOST:
                self._kept = {k: v for k, v in self._kept.items() if now < v.until}
            if len(self._kept) < MOST:
                self._kept[key] = kept
        return kept

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """One of the few places; whoever waits too long is told so instead of piling up."""
        if not self._gate.acquire(timeout=WAIT_SECONDS):
            raise Unavailable(_("Many charts are being drawn at this moment. Try again in a few seconds."))
        try:
            yield
        finally:
            self._gate.release()
