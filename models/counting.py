"""How many rows a statement finds, without ever counting a big table.

A capped count first, ended after a fraction of a second; then the estimate of the table or of the server's plan.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypeGuard

from sqlalchemy import Select, func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.short_cache import ShortCache
from models.dberrors import is_stopped
from models.limits import Estimate, asking, within

CAP = 10_000
SECONDS = 0.2

KEPT_SECONDS = 30.0
"""An estimate and "more than" change slowly: paging on through a large list asks for them once."""

Kind = Literal["exact", "about", "over", "unknown"]


@dataclass(frozen=True)
class Total:
    """`number` rows exactly, about that many, more than that many; or unknown, when finding out would cost too much."""

    kind: Kind
    number: int = 0


def total(
    session: Session, statement: Select[Any], estimate: int | None = None, *, may_ask_plan: bool = True
) -> Total:
    """The total of `statement`. `estimate` is the table's, given when nothing narrows the statement down.

    may_ask_plan: whether the server's plan may answer. It counts what an index finds, whoever may see it.
    """
    if is_enough(estimate):
        return about(estimate)
    counted = _capped(session, statement)
    if counted is not None and counted <= CAP:
        return Total("exact", counted)
    expected = _expected(session, statement) if may_ask_plan else None
    if expected is not None and expected > CAP:
        return about(expected)
    return Total("unknown") if counted is None else Total("over", CAP)


def is_enough(estimate: int | None) -> TypeGuard[int]:
    """Whether the table's estimate is all that need be said."""
    return estimate is not None and estimate > CAP * 2


def about(number: int) -> Total:
    """An estimate."""
    return Total("about", rounded(number))


def kept_total(
    session: Session, statement: Select[Any], estimate: int | None, *, may_ask_plan: bool, whose: str
) -> Total:
    """The same; what was no exact count is kept for a while, also that finding out would cost too much. `whose` is the fingerprint of all that narrows rows down."""
    key = (whose, may_ask_plan, _key_of(statement))
    held = _kept.get(key)
    if held is None:
        held = total(session, statement, estimate, may_ask_plan=may_ask_plan)
        if held.kind != "exact":
            _kept.put(key, held)
    return held


def _key_of(statement: Select[Any]) -> Any:
    """Equal for statements of one shape with the same values."""
    key = statement._generate_cache_key()  # noqa: SLF001 the key under which SQLAlchemy keeps compiled statements
    return (key.key, tuple(repr(bound.value) for bound in key.bindparams)) if key else object()


_kept: ShortCache[Total] = ShortCache(KEPT_SECONDS)


def rounded(number: int) -> int:
    """Two leading digits: an estimate must not look like a count."""
    step: int = 10 ** max(len(str(number)) - 2, 0)
    return round(number / step) * step


def _capped(session: Session, statement: Select[Any]) -> int | None:
    """Up to CAP + 1 rows counted; None when the time was up."""
    capped = statement.order_by(None).limit(CAP + 1)
    try:
        return _count(session, capped, within(SECONDS))
    except DBAPIError as error:
        if not is_stopped(error):
            raise
        return None


def _expected(session: Session, statement: Select[Any]) -> int | None:
    """The plan's number of rows where an index narrows them down; None where the plan says nothing."""
    estimate = Estimate()
    _count(session, statement.order_by(None), asking(estimate))
    return estimate.rows if estimate.by_index else None


def _count(session: Session, statement: Select[Any], options: dict[str, Any]) -> int:
    options = {**statement.get_execution_options(), **options}
    inner = statement.subquery()
    counted = select(func.count(inner.c[0])).select_from(inner)
    # The outer select is of the ORM too, so that the guard reads and extends it like any other.
    counted._propagate_attrs = statement._propagate_attrs  # noqa: SLF001
    found: int | None = session.scalar(counted, execution_options=options)
    return found or 0
