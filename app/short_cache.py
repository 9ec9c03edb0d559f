"""What may be a second old: values that every request asks for and that change seldom."""

from __future__ import annotations

import threading
import time
from typing import Any, Generic, TypeVar

CACHE_SECONDS = 1.0
"""A changed role or rule is in force everywhere within this time."""
MOST = 5000
T = TypeVar("T")


class ShortCache(Generic[T]):
    """Values that may be so many seconds old, `CACHE_SECONDS` unless it is said otherwise."""

    def __init__(self, seconds: float = CACHE_SECONDS) -> None:
        self._seconds = seconds
        self._held: dict[Any, tuple[float, T]] = {}
        self._lock = threading.Lock()

    def get(self, key: Any) -> T | None:
        """The value when it is fresh."""
        found = self._held.get(key)
        return found[1] if found and time.monotonic() - found[0] < self._seconds else None

    def last(self, key: Any) -> T | None:
        """The value however old it is: to go on with it when it turns out to be the same still."""
        found = self._held.get(key)
        return found[1] if found else None

    def put(self, key: Any, value: T) -> T:
        """Keep a value; the whole cache is dropped when it grows large."""
        with self._lock:
            if len(self._held) > MOST:
                self._held.clear()
            self._held[key] = (time.monotonic(), value)
        return value

    def forget(self, key: Any) -> None:
        """Drop a value that is known to have changed."""
        with self._lock:
            self._held.pop(key, None)

    def clear(self) -> None:
        """Drop all values."""
        with self._lock:
            self._held.clear()
