"""Asking the search index: the records whose field may contain what was typed. The row's own comparison decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, func, literal, select, union_all
from sqlalchemy.exc import DBAPIError

from models.dberrors import is_stopped
from models.inside import spaces
from models.inside.grams import CUT, grams
from models.inside.spaces import Space
from models.inside.tables import document_table, gram_table
from models.limits import within
from models.wiring.nouns import Entity

MOST = 900
"""Records that a list can be narrowed to; of a word that more hold, a page fills soon without an index."""
COUNTED = 2000
WALKED = 100_000
ASKED, JOINED = 8, 4
SECONDS = 1.0


@dataclass(frozen=True)
class Found:
    """`tokens` of records that may contain it, when `state` is "found".

    Else "common" (more than MOST), "short" (nothing to look up), or the space's own state, "none" before it has begun.
    """

    state: str
    tokens: Sequence[str] = field(default_factory=list)
    space: Space | None = None


def look(connection: Connection, entity: Entity, name: str, typed: str) -> Found:
    """Which records may contain `typed` in the field, at a bounded cost."""
    space = spaces.of_field(connection, entity, name)
    if space is None or space.state != spaces.READY:
        return Found(space.state if space else "none", [], space)
    wanted = sorted(grams(entity.fields[name], typed) - {CUT})
    if not wanted or len(typed) > 1000:
        return Found("short", [], space)
    try:
        tokens = _tokens(connection, space, wanted)
    except DBAPIError as error:
        if not is_stopped(error):
            raise
        return Found("common", [], space)
    return Found("common", [], space) if tokens is None else Found("found", tokens, space)


def _tokens(connection: Connection, space: Space, wanted: Sequence[int]) -> list[str] | None:
    """None when there are too many."""
    by_number = sorted(_counts(connection, space, wanted[:ASKED]).items(), key=lambda pair: pair[1])
    rarest = [gram for gram, _count in by_number]
    cut = _cut(connection, space)
    if by_number[0][1] == 0:
        return cut
    if by_number[0][1] > COUNTED and _is_endless(connection, space, rarest[0]):
        return None
    found = list(
        connection.execute(_joined(space, rarest[:JOINED]), execution_options=within(SECONDS)).scalars()
    )
    tokens = list(dict.fromkeys([*found, *cut]))
    return tokens if len(tokens) <= MOST else None


def _is_endless(connection: Connection, space: Space, gram: int) -> bool:
    """Whether even the rarest n-gram stands in more documents than are walked along."""
    count = select(func.count()).select_from(_some(space, gram, WALKED + 1))
    return int(connection.execute(count, execution_options=within(SECONDS)).scalar_one()) > WALKED


def _counts(connection: Connection, space: Space, wanted: Sequence[int]) -> dict[int, int]:
    """How many documents have each of them, counted a little way; one statement."""
    parts = [
        select(literal(gram), func.count()).select_from(_some(space, gram, COUNTED + 1)) for gram in wanted
    ]
    return {int(gram): int(count) for gram, count in connection.execute(union_all(*parts))}


def _some(space: Space, gram: int, most: int) -> Any:
    """Up to so many documents that have the n-gram."""
    mine = (gram_table.c.space == space.id) & (gram_table.c.gram == gram)
    return select(gram_table.c.document).where(mine).limit(most).subquery()


def _joined(space: Space, rarest: Sequence[int]) -> Any:
    """Records of the documents that have all of them, walking along the rarest."""
    walk = _some(space, rarest[0], WALKED)
    found = select(document_table.c.record).select_from(walk)
    for gram in rarest[1:]:
        other = gram_table.alias()
        mine = (other.c.space == space.id) & (other.c.gram == gram) & (other.c.document == walk.c.document)
        found = found.join(other, mine)
    mine = (document_table.c.space == space.id) & (document_table.c.id == walk.c.document)
    return found.join(document_table, mine).limit(MOST + 1)


def _cut(connection: Connection, space: Space) -> list[str]:
    """Records whose text is longer than what was indexed: they may contain anything."""
    first = gram_table.c
    mine = (document_table.c.space == first.space) & (document_table.c.id == first.document)
    found = select(document_table.c.record).join(gram_table, mine)
    found = found.where(first.space == space.id, first.gram == CUT).limit(MOST + 1)
    return list(connection.execute(found).scalars())
