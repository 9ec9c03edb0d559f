"""A record with those before and after it in the order of its key: two seeks beside its own, in one statement."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, bindparam, select

from models.audit import reads
from models.branches import by_branches
from models.guard import RecordSession
from models.prepared import Prepared
from models.records.read import Record, get, not_there, record_of, require
from models.records.rows import KEY, row_at_key, with_identity
from models.rowtoken import key_of, token_for
from models.wiring.nouns import Entity

Beside = tuple[str, str]
"""Tokens of the records with the next lower and the next higher key; "" = there is none."""


def among_others(session: RecordSession, entity: Entity, token: str) -> tuple[Record, Beside]:
    """The record with all that may be seen, and its neighbours where the key is one column. Raises NotVisible."""
    if len(entity.key) != 1:
        return get(session, entity, token), ("", "")
    if session.policy.branches(entity, session.action):
        return get(session, entity, token), _by_branches(session, entity, token)
    require(session, entity, "see")
    names = with_identity(entity, session.policy.visible(entity))
    row = row_at_key(session, entity, token, names, _both)
    if row is None:
        raise not_there()
    *_values, lower, higher, raw_hash = row
    record = record_of(session, entity, names, row, raw_hash)
    reads.opened(session.policy.actor, entity, record.token)
    return record, _tokens(entity, (lower, higher))


def _tokens(entity: Entity, keys: Sequence[Any]) -> Beside:
    lower, higher = (token_for(entity, {entity.key[0]: key}) if key is not None else "" for key in keys)
    return lower, higher


def _seeks(entity: Entity) -> list[Select[Any]]:
    key = entity.attribute(entity.key[0])
    at = bindparam(KEY.format(0), type_=key.type)
    below = select(key).where(key < at).order_by(key.desc()).limit(1)
    return [below, select(key).where(key > at).order_by(key).limit(1)]


def _both(entity: Entity) -> list[Any]:
    return [seek.correlate(None).scalar_subquery() for seek in _seeks(entity)]


def _by_branches(session: RecordSession, entity: Entity, token: str) -> Beside:
    """Where several rules give rows by several columns, each is sought by its own index."""
    values = {KEY.format(0): key_of(entity, token)[entity.key[0]]}

    def first(place: int) -> Any:
        ready = session.prepared(
            ("beside", entity.name, place), lambda: Prepared(by_branches(_seeks(entity)[place], entity))
        )
        return session.run(ready, values).scalar()

    return _tokens(entity, (first(0), first(1)))
