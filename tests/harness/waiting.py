"""Waiting for what another thread or process is about to do."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")


def until(ask: Callable[[], Found], seconds: float = 20) -> Found:
    """What is asked for, as soon as it is true. Fails when it does not come to that in time (seconds)."""
    deadline = time.monotonic() + seconds
    while not (found := ask()):
        assert time.monotonic() < deadline, "it never came to that"
        time.sleep(0.05)
    return found
