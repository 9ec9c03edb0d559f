"""Pages by position, for tables whose rows nothing tells apart. They end where reading on would take long."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select
from sqlalchemy.orm import Session

from models import cursor as cursors
from models.keyset import MAX_SIZE, MIN_SIZE, Order, Page, fingerprint

DEEPEST = 100_000


def page(session: Session, statement: Select[Any], order: Sequence[Order], cursor: str, size: int) -> Page:
    """One page of `statement` in `order` ([] = as the table gives them). Raises Invalid for a damaged cursor."""
    size = max(MIN_SIZE, min(size, MAX_SIZE))
    start = _start(cursor, order)
    by = [part.attribute.desc() if part.descending else part.attribute.asc() for part in order]
    rows = list(session.execute(statement.order_by(None).order_by(*by).limit(size + 1).offset(start)))
    following = start + size
    has_next = len(rows) > size and following < DEEPEST
    return Page(
        rows[:size],
        cursors.write([fingerprint(order), following]) if has_next else "",
        cursors.write([fingerprint(order), max(0, start - size)]) if start else "",
    )


def _start(cursor: str, order: Sequence[Order]) -> int:
    if not cursor:
        return 0
    found = cursors.read(cursor)
    if len(found) != 2 or found[0] != fingerprint(order) or not isinstance(found[1], int):
        raise cursors.unreadable()
    return max(0, min(found[1], DEEPEST))
