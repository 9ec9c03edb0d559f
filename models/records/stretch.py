"""The stretch of the key in which a page lies: where rows are given by many values, the last look tells how far to look now.

A list of owners, or two columns, have no index that serves an order as well: a server walks the key and hopes to meet their rows
soon, or reads all of them and sorts. Held to a stretch of the key it reads their few rows there, each from its own place in
the index. The page is the same: what was found is only taken when the page is full, else the stretch is made wider.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, func, select

from models import keyset
from models.branches import BY_BRANCHES
from models.guard import RecordSession
from models.keyset import Order
from models.legacy.sql_type import parse_sql_type
from models.policy import Policy
from models.prepared import Prepared
from models.wiring.nouns import Entity

EDGE = "edge_of_stretch"
"""The parameter that holds the last key of the stretch."""
WIDER = 16
FIRST_PAGES = 4
"""Of a list that nobody has looked at: so many pages' keys, if every row were in reach."""
MOST_HELD = 100


@dataclass
class Stretch:
    """Where one list of a person lay when it was last read: the first page's keys, and how many keys a page takes."""

    start: int | None = None
    edge: int | None = None
    span: int = 0
    is_short: bool = False
    """All of it is less than a page."""

    def learn(self, found: Sequence[Any], size: int, *, is_first: bool) -> None:
        """From the rows of a page; their key is the last column."""
        is_full = len(found) > size
        if is_full:
            self.span = abs(found[0][-1] - found[-1][-1]) + 1
        if is_first:
            self.is_short = not is_full
            self.start, self.edge = (found[0][-1], found[-1][-1]) if is_full else (None, None)


@dataclass(frozen=True)
class Look:
    """One page that is asked for: behind `begin` (None = the first one), downwards or upwards by the key."""

    order: Order
    begin: int | None
    is_down: bool
    size: int


def rows(
    session: RecordSession,
    entity: Entity,
    ready: Prepared,
    page: tuple[Any, str, int],
    options: Mapping[str, Any],
) -> list[Any]:
    """What `ready` gives, read from a stretch of the key where that spares rows. `page` = condition, cursor and size."""
    condition, cursor, size = page
    if not (_is_by_number(session, entity, ready.order) and is_scattered(session, entity)):
        return list(session.run(ready, options=options))
    backward, values = keyset.read_cursor(cursor, ready.order)
    order, begin = ready.order[0], values[0] if values else None
    look = Look(order, begin, order.descending != backward, size)
    held = _held(session.policy, (entity.name, session.action, repr(condition), order.descending, size))
    found = _within(session, entity, ready, held, look, options)
    if found is None:
        found = list(session.run(ready, options=options))
    held.learn(found, size, is_first=begin is None)
    return found


def is_scattered(session: RecordSession, entity: Entity) -> bool:
    """Whether the person's rows are given by several values, each with a place of its own in an index."""
    policy = session.policy
    return bool(policy.branches(entity, session.action)) or policy.lists_values(entity, session.action)


def _is_by_number(session: RecordSession, entity: Entity, order: Sequence[Order]) -> bool:
    """Whether the rows are in the order of a key that is one whole number."""
    if len(entity.key) != 1 or len(order) != 1 or session.get_bind().dialect.name == "sqlite":
        return False
    field = entity.fields[entity.key[0]]
    is_key = order[0].attribute.key == entity.attribute(field.name).key
    return is_key and not field.nullable and parse_sql_type(field.sql_type).family == "integer"


def _within(  # noqa: PLR0917 - the parts of one look
    session: RecordSession,
    entity: Entity,
    ready: Prepared,
    held: Stretch,
    look: Look,
    options: Mapping[str, Any],
) -> list[Any] | None:
    """The page from the first stretch that holds it whole; None where none does."""
    if ready.within is None:
        ready.within = _bounded(ready, look)
    for edge in _edges(session, entity, held, look):
        found = list(session.run(ready.within, {EDGE: edge}, options))
        if len(found) > look.size:
            return found
    return None


def _bounded(ready: Prepared, look: Look) -> Prepared:
    key = look.order.attribute
    edge = bindparam(EDGE, type_=key.type)
    bounded = ready.statement.where(key >= edge if look.is_down else key <= edge)
    return Prepared(bounded.execution_options(**{BY_BRANCHES: None}), ready.order)


def _edges(session: RecordSession, entity: Entity, held: Stretch, look: Look) -> Iterator[int]:
    """Where to look to, nearest first."""
    if held.is_short:
        return
    if look.begin is None and held.edge is not None:
        yield held.edge
    start, way = (held.start if look.begin is None else look.begin), -1 if look.is_down else 1
    if held.span and start is not None:
        width = held.span * 3 // 2
        yield from (start + way * width, start + way * width * WIDER)
    elif not session.policy.branches(entity, session.action):
        yield from _wider_and_wider(session, entity, look, start, way)


def _wider_and_wider(
    session: RecordSession, entity: Entity, look: Look, start: int | None, way: int
) -> Iterator[int]:
    """For the first look of all: up to the end of the table."""
    key = entity.table.c[entity.key[0]]
    ends = session.connection().execute(select(func.min(key), func.max(key))).one()
    if ends[0] is None:
        return
    near, far = (ends[1], ends[0]) if look.is_down else ends
    begin, width = near if start is None else start, FIRST_PAGES * look.size
    while width < abs(far - begin):
        yield begin + way * width
        width *= WIDER
    yield far


def _held(policy: Policy, key: Any) -> Stretch:
    """What is known of this list; forgotten with the policy, and when there are too many."""
    known: dict[Any, Stretch] = policy.learnt
    if key not in known and len(known) >= MOST_HELD:
        known.clear()
    return known.setdefault(key, Stretch())
