"""The records before and after one in the order of its key: two seeks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, bindparam, select

from models.branches import by_branches
from models.guard import RecordSession
from models.prepared import Prepared
from models.rowtoken import key_of, token_for
from models.wiring.nouns import Entity


def beside(session: RecordSession, entity: Entity, token: str) -> tuple[str, str]:
    """Tokens of the records with the next lower and the next higher key, where that is one column; "" = there is none."""
    (name,) = entity.key
    key = entity.attribute(name)
    at = bindparam("at", type_=key.type)
    below = select(key).where(key < at).order_by(key.desc()).limit(1)
    above = select(key).where(key > at).order_by(key).limit(1)
    if session.policy.branches(entity, session.action):
        asked = {"below": by_branches(below, entity), "above": by_branches(above, entity)}
    else:
        asked = {"both": _at_once(below, above)}
    values = {"at": key_of(entity, token)[name]}
    found = [
        value for way, one in asked.items() for value in _first(session, (entity.name, way), one, values)
    ]
    lower, higher = (token_for(entity, {name: one}) if one is not None else "" for one in found)
    return lower, higher


def _first(
    session: RecordSession, key: tuple[str, str], statement: Select[Any], values: dict[str, Any]
) -> Sequence[Any]:
    """The values of its one row; a single None where there is none."""
    ready = session.prepared(("beside", *key), lambda: Prepared(statement))
    return session.run(ready, values).first() or (None,)


def _at_once(below: Select[Any], above: Select[Any]) -> Select[Any]:
    """Both in one statement."""
    both = select(below.scalar_subquery(), above.scalar_subquery())
    # The outer select is of the ORM too, so that the guard reads and extends it like any other.
    both._propagate_attrs = below._propagate_attrs  # noqa: SLF001
    return both
