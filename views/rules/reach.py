"""Clocks of records that the person may see: the overlay knows the clocks, the guard knows the rows."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import RowMapping

from models import access
from models.records.reach import in_reach
from rules.sla import board
from rules.sla.board import Place

BATCH = 100
MOST_BATCHES = 8
"""Somebody who may see one record in a thousand gets a short page rather than a slow one."""


def visible_clocks(
    shown: str, owner: str, after: Place | None, size: int
) -> tuple[list[RowMapping], Place | None]:
    """A page of open clocks in reach, and where the next one begins; None = this was the last."""
    found: list[RowMapping] = []
    for _batch in range(MOST_BATCHES):
        rows = board.page(access.overlay(), shown, owner=owner, after=after, size=BATCH)
        found += _in_reach(rows)
        if len(found) > size:
            return found[:size], _place_of(found[size - 1])
        if len(rows) < BATCH:
            return found, None
        after = _place_of(rows[-1])
    return found, after


def _place_of(row: RowMapping) -> Place:
    return Place(row["due_at"], row["id"])


def _in_reach(rows: Sequence[RowMapping]) -> list[RowMapping]:
    tokens: dict[str, set[str]] = {}
    for name in {row["entity"] for row in rows}:
        entity = access.catalogue().get(name)
        wanted = [row["record"] for row in rows if row["entity"] == name]
        tokens[name] = in_reach(access.records(), entity, wanted) if entity is not None else set()
    return [row for row in rows if row["record"] in tokens[row["entity"]]]
