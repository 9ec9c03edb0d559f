"""Looks closely at ticked tables, a short while a request, so that progress shows and no request takes long."""

from __future__ import annotations

import time
from dataclasses import dataclass

from models.wiring.draft import forget
from views.wiring.desk import Desk

STEP_SECONDS = 0.7


@dataclass(frozen=True)
class Progress:
    """How far the examination is."""

    done: int
    total: int

    @property
    def is_finished(self) -> bool:
        return self.done >= self.total


def step(desk: Desk, total: int, seconds: float = STEP_SECONDS) -> Progress:
    """Examine pending tables for about `seconds`; at least one, so that it always ends."""
    pending = list(desk.draft.pending)
    total = max(total, len(pending))
    deadline = time.monotonic() + seconds
    left = len(pending)
    for table in pending:
        if table in desk.known.facts.tables:
            desk.keep(desk.suggested(desk.suggestion(table)))
        else:
            forget(desk.connection, desk.author, [table])
        left -= 1
        if time.monotonic() > deadline:
            break
    return Progress(total - left, total)
