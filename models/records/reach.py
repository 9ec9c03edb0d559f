"""Which of many records somebody can reach, and which of them may be called by their title, in few statements.

Jobs work as the system and note titles in clocks and messages; whoever reads them later may see less.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import or_, select, true

from app.errors import NotVisible
from models.guard import RecordSession
from models.records.read import Query, Record, at_key, page
from models.records.rows import by_key
from models.rowtoken import key_of, token_for
from models.wiring.nouns import Entity

Place = tuple[str, str]
"""(entity, token) of a record."""


def in_reach(session: RecordSession, entity: Entity, tokens: Iterable[str]) -> set[str]:
    """Those of the records that are in reach; one statement under the guard."""
    keys = [key for token in dict.fromkeys(tokens) if (key := _key(entity, token))]
    if not keys or not session.policy.may(entity, "see"):
        return set()
    where = or_(*(by_key(entity, key) for key in keys))
    if len(entity.key) == 1:
        where = entity.attribute(entity.key[0]).in_([key[entity.key[0]] for key in keys])
    found = session.execute(select(*(entity.attribute(name) for name in entity.key)).where(where))
    return {token_for(entity, dict(zip(entity.key, row, strict=True))) for row in found}


def is_unbounded(session: RecordSession, entity: Entity, action: str, written: Iterable[str] = ()) -> bool:
    """Whether every row is in reach for the action, with the same right on each for all fields `written`: nothing to look up."""
    cells = session.policy.cells(entity, action)
    return session.policy.rows(entity, action) is true() and not any(map(cells.varies, written))


def has(session: RecordSession, entity: Entity, token: str, action: str) -> bool:
    """May the person do this with the record, which is there? No statement where they may do it with none or with all."""
    if not session.policy.may(entity, action):
        return False
    if is_unbounded(session, entity, action):
        return True
    with session.for_action(action):
        return bool(in_reach(session, entity, [token]))


def values_in_reach(
    session: RecordSession, entity: Entity, column: str, values: Iterable[object]
) -> set[object]:
    """Which of `values` a row in reach has in `column`; one statement under the guard."""
    wanted = list(values)
    if not wanted or not session.policy.may(entity, "see"):
        return set()
    attribute = entity.attribute(column)
    return set(session.execute(select(attribute).where(attribute.in_(wanted)).distinct()).scalars())


def nameable(session: RecordSession, places: Iterable[Place]) -> set[Place]:
    """Those of the records whose title this person may know."""
    by_entity: dict[str, list[str]] = {}
    for name, token in places:
        by_entity.setdefault(name, []).append(token)
    entities = [(session.policy.catalogue.get(name), tokens) for name, tokens in by_entity.items()]
    return {
        (entity.name, token)
        for entity, tokens in entities
        if entity is not None and shows_title(session, entity)
        for token in in_reach(session, entity, tokens)
    }


def known_records(session: RecordSession, places: Iterable[Place]) -> dict[Place, Record]:
    """Those of the records whose title and values this person may know, with the right on each field; for the audit.

    One statement for an entity whose key is one open column; a composite key takes one for each record.
    """
    found: dict[Place, Record] = {}
    by_entity: dict[str, set[str]] = {}
    for name, token in nameable(session, places):
        by_entity.setdefault(name, set()).add(token)
    for name, tokens in by_entity.items():
        entity = session.policy.catalogue.entities[name]
        found |= {(name, record.token): record for record in _read(session, entity, tokens)}
    return found


def _read(session: RecordSession, entity: Entity, tokens: Collection[str]) -> list[Record]:
    visible = tuple(session.policy.visible(entity))
    if len(entity.key) == 1 and session.policy.is_open(entity, entity.key[0]):
        keys = [key_of(entity, token)[entity.key[0]] for token in tokens]
        condition = {"field": entity.key[0], "op": "in", "value": keys}
        return page(session, entity, Query(visible, condition, size=len(keys))).records
    read = (at_key(session, entity, token, visible) for token in tokens)
    return [record for record in read if record is not None]


def shows_title(session: RecordSession, entity: Entity) -> bool:
    """May the person know what records of the entity are called? Not when a part of the name is hidden or masked."""
    return all(session.policy.is_open(entity, name) for name in (entity.title, entity.code) if name)


def _key(entity: Entity, token: str) -> dict[str, object]:
    """Empty for a token of another time, when the entity had another key."""
    try:
        return key_of(entity, token)
    except NotVisible:
        return {}
