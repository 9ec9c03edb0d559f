"""Pages by key: the rows after (or before) a known row in a total order, at the same cost at any depth.

The order is the sort columns and then the key. A page is sought by `a <= :a AND (a < :a OR …)`, which an index serves as
a range; row values are not used, because MariaDB does not. NULL stands before all values, as MariaDB and SQLite have it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, false, or_
from sqlalchemy.orm import Session

from models import cursor as cursors

MIN_SIZE = 10
MAX_SIZE = 200


@dataclass(frozen=True)
class Order:
    """One column of the total order. `nullable` adds what NULL needs to the predicate."""

    attribute: Any
    descending: bool = False
    nullable: bool = False
    members: tuple[str, ...] = ()
    """A server's ENUM sorts by the place in its list: the list, so that the seek does the same."""


@dataclass(frozen=True)
class Page:
    """Rows in order, and the cursors of the pages around ("" = there is none)."""

    rows: list[Row[Any]] = field(default_factory=list)
    next_cursor: str = ""
    previous_cursor: str = ""


def page(  # noqa: PLR0917 - the two cursor words come last in every call
    session: Session, statement: Select[Any], order: Sequence[Any], key: Sequence[Any], cursor: str, size: int
) -> Page:
    """One page of `statement` (a select of columns). `order` holds Order or (attribute, descending, nullable).

    Rows carry the order's values behind the columns asked for. `size` is held between 10 and 200. Raises Invalid for
    a cursor that is damaged or belongs to another order.
    """
    return batch(session, statement, order, key, cursor, held_size(size))


def held_size(size: int) -> int:
    """Rows of a page for people."""
    return max(MIN_SIZE, min(size, MAX_SIZE))


def batch(  # noqa: PLR0917 - as for a page
    session: Session, statement: Select[Any], order: Sequence[Any], key: Sequence[Any], cursor: str, size: int
) -> Page:
    """The same for a program that reads on and on: as many rows as it asks for."""
    total = total_order(order, key)
    rows = session.execute(sought(statement, total, cursor, size))
    return cut(list(rows), total, cursor, size)


def sought(statement: Select[Any], order: Sequence[Order], cursor: str, size: int) -> Select[Any]:
    """The select of one page in a total order, and of one row more."""
    backward, values = read_cursor(cursor, order)
    ways = [_reversed(part) for part in order] if backward else order
    if values:
        statement = statement.where(after(ways, values))
    columns = [part.attribute.label(f"order_{number}") for number, part in enumerate(ways)]
    by = [part.attribute.desc() if part.descending else part.attribute.asc() for part in ways]
    return statement.add_columns(*columns).order_by(None).order_by(*by).limit(size + 1)


def total_order(order: Sequence[Any], key: Sequence[Any]) -> list[Order]:
    """The sort columns and then the key columns, these in the direction of the last sort column so that one index serves."""
    parts = [part if isinstance(part, Order) else Order(*part) for part in order]
    named = {part.attribute.key for part in parts}
    descending = parts[-1].descending if parts else False
    return [*parts, *(Order(column, descending) for column in key if column.key not in named)]


def after(order: Sequence[Order], values: Sequence[Any]) -> ColumnElement[bool]:
    """The rows strictly behind the row with these values."""
    (part, *rest), (value, *others) = order, values
    beyond = _beyond(part, value)
    if not rest:
        return beyond
    behind = after(rest, others)
    if value is None:
        here = part.attribute.is_(None)
        return or_(beyond, and_(here, behind)) if part.descending else or_(beyond, behind)
    if part.members:
        return or_(beyond, and_(part.attribute == value, behind))
    return and_(_from(part, value), or_(beyond, behind))


def _beyond(part: Order, value: Any) -> ColumnElement[bool]:
    """Strictly behind in this column."""
    column = part.attribute
    if value is None:
        return false() if part.descending else column.is_not(None)
    if part.members:
        further = _members_beyond(part, value)
    else:
        bound = bindparam(None, value, type_=column.type)
        further = column < bound if part.descending else column > bound
    return or_(further, column.is_(None)) if part.descending and part.nullable else further


def _from(part: Order, value: Any) -> ColumnElement[bool]:
    """Not before in this column: the range that the index reads."""
    bound = bindparam(None, value, type_=part.attribute.type)
    if not part.descending:
        return part.attribute >= bound  # type: ignore[no-any-return]
    return (
        or_(part.attribute <= bound, part.attribute.is_(None)) if part.nullable else part.attribute <= bound
    )


def _members_beyond(part: Order, value: Any) -> ColumnElement[bool]:
    place = part.members.index(value) if value in part.members else -1
    further = part.members[: max(place, 0)] if part.descending else part.members[place + 1 :]
    if part.descending and value:
        further = ("", *further)  # the place of values that are not in the list
    return part.attribute.in_(further) if further else false()


def _reversed(part: Order) -> Order:
    return Order(part.attribute, not part.descending, part.nullable, part.members)


def cut(rows: list[Row[Any]], order: Sequence[Order], cursor: str, size: int) -> Page:
    """The page out of one row more than it holds: that one only tells that there is more."""
    backward, inside = read_cursor(cursor, order)[0], bool(cursor)
    more = len(rows) > size
    rows = rows[:size]
    if backward:
        rows.reverse()
    has_next, has_previous = (inside, more) if backward else (more, inside)
    return Page(
        rows,
        _cursor(order, rows[-1], backward=False) if rows and has_next else "",
        _cursor(order, rows[0], backward=True) if rows and has_previous else "",
    )


def _cursor(order: Sequence[Order], row: Row[Any], *, backward: bool) -> str:
    return cursors.write([fingerprint(order), int(backward), *row[-len(order) :]])


def read_cursor(cursor: str, order: Sequence[Order]) -> tuple[bool, list[Any]]:
    """Whether it leads backward, and the order's values of the row that it stands at; () for the first page. Raises Invalid."""
    if not cursor:
        return False, []
    found = cursors.read(cursor)
    if len(found) != len(order) + 2 or found[0] != fingerprint(order) or not isinstance(found[1], int):
        raise cursors.unreadable()
    return bool(found[1]), found[2:]


def fingerprint(order: Sequence[Order]) -> str:
    """Of the order itself: a cursor of another sort would skip rows."""
    names = [[str(part.attribute.key), part.descending] for part in order]
    return hashlib.sha256(json.dumps(names).encode()).hexdigest()[:8]
