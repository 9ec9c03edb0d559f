"""Statements built once: what the pages of one person ask again and again is put together and checked a single time.

A prepared statement belongs to one policy and one action. The guard looks at it when it first runs and keeps what it made of
it beside it; that is used for the very same statement under the very same policy alone, and everything else is looked at anew.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any

from models.keyset import Order
from models.policy import Policy

MOST = 600
"""Statements that are kept for all people of a process."""


@dataclass(eq=False)
class Prepared:
    """A select, or what `records.write` writes with. `order` cuts rows into pages, where it is that of a list."""

    statement: Any
    order: Sequence[Order] = ()
    within: Prepared | None = field(default=None, repr=False)
    """The same held to a stretch of the key, where the list is one that gains by it."""
    guarded: Any = field(default=None, repr=False)
    """(policy, action, the statement with the policy's rows): the guard's own, written by nobody else."""


_kept: dict[tuple[int, str, Hashable], tuple[Policy, Prepared]] = {}
_lock = threading.Lock()


def kept(policy: Policy, action: str, key: Hashable, build: Callable[[], Prepared]) -> Prepared:
    """The statement under this key for this very policy, built when it is not there."""
    full = (id(policy), action, key)
    held = _kept.get(full)
    if held is not None and held[0] is policy:
        return held[1]
    made = build()
    with _lock:
        if len(_kept) >= MOST:
            _kept.clear()
        _kept[full] = (policy, made)
    return made


def forget() -> None:
    """Drop all: a new catalogue has new classes, and whatever knows the old ones keeps them alive."""
    with _lock:
        _kept.clear()
