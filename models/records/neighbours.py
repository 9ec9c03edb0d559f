"""The records before and after one in the order of its key: two seeks."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from models.branches import by_branches
from models.guard import RecordSession
from models.rowtoken import key_of, token_for
from models.wiring.nouns import Entity


def beside(session: RecordSession, entity: Entity, token: str) -> tuple[str, str]:
    """Tokens of the records with the next lower and the next higher key, where that is one column; "" = there is none."""
    (name,) = entity.key
    key, value = entity.attribute(name), key_of(entity, token)[name]
    below = select(key).where(key < value).order_by(key.desc()).limit(1)
    above = select(key).where(key > value).order_by(key).limit(1)
    if session.policy.branches(entity, session.action):
        found = tuple(session.execute(by_branches(one, entity)).scalar() for one in (below, above))
    else:
        found = _at_once(session, below, above)
    lower, higher = (token_for(entity, {name: one}) if one is not None else "" for one in found)
    return lower, higher


def _at_once(session: RecordSession, below: Any, above: Any) -> tuple[Any, ...]:
    """Both in one statement."""
    both = select(below.scalar_subquery(), above.scalar_subquery())
    # The outer select is of the ORM too, so that the guard reads and extends it like any other.
    both._propagate_attrs = below._propagate_attrs  # noqa: SLF001
    return tuple(session.execute(both).one())
