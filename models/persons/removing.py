"""Deleting a person's rows where the wiring allows it: one row at a time, never one that others point to, and for good."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, and_, column, delete, literal, not_, select, table

from app.errors import Invalid, StillUsed
from app.extensions import services
from models.audit.redaction import GONE
from models.catalogue import Catalogue
from models.change import Note, add_change
from models.guard import RecordSession
from models.persons.search import is_quick
from models.persons.writing import retried
from models.policy import Policy
from models.records import cascades, read, whole, write
from models.records.transaction import Once, Saved, first_answer, run
from models.rowtoken import key_of
from models.wiring.nouns import Entity, Relation

ALLOWED = "delete"
"""What the wiring says of an entity whose rows may go."""
ACTION = "purge"
"""In the audit: it holds nothing of the row, so nothing can take it back."""


class Unsure(Invalid):
    """Nobody can tell in bounded time whether other records point to it."""


def refusal(policy: Policy, entity: Entity) -> str:
    """Why rows of the entity are not deleted for a person: a code; "" = they can be."""
    if entity.on_request != ALLOWED or entity.kept:
        return "wiring"
    if entity.read_only:
        return "read-only"
    if entity.delete_flag:
        return "flag"
    return "" if policy.may(entity, "delete") else "right"


def children_first(catalogue: Catalogue, names: Iterable[str]) -> list[str]:
    """The order in which entities lose rows: those that point to others before these."""
    left, found = sorted(set(names)), list[str]()
    while left:
        free = [name for name in left if not _pointing_within(catalogue, name, left)]
        found += free or left[:1]
        left = [name for name in left if name not in found]
    return found


def pointing(catalogue: Catalogue, entity: Entity) -> list[tuple[Entity, Relation]]:
    """What keeps a row from going while it points there; lists of keys cannot be looked through."""
    return [(other, one) for other, one in catalogue.pointing_at(entity) if not one.separator]


def remove(
    session: RecordSession, entity: Entity, token: str, remember: Callable[[read.Record], None], once: Once
) -> Saved:
    """Delete exactly one row that nobody points to. `remember` is told it before. Raises Problems, StillUsed and Unsure among them."""
    read.require(session, entity, "delete")
    return first_answer(
        session, once, lambda: retried(session, lambda _turn: _remove(session, entity, token, remember, once))
    )


def _remove(
    session: RecordSession, entity: Entity, token: str, remember: Callable[[read.Record], None], once: Once
) -> Saved:
    current = write.current_row(session, entity, token, "", "delete")
    remember(current)

    def work(connection: Connection) -> Saved:
        held = whole.row(connection, entity, key_of(entity, current.token))
        if held is not None:
            cascades.refuse(connection, session.policy.catalogue, entity, held)
            _refuse_pointed(connection, session.policy.catalogue, entity, held)
        where = write.one_row(session, entity, current.token, current.raw_hash, "delete")
        write.hit_one(
            session, entity, current.token, connection.execute(delete(entity.table).where(*where)).rowcount
        )
        told = Note(entity.name, current.token, GONE, ACTION, None, None, "", once.request_id)
        return Saved(current.token, add_change(connection, session.policy.actor, told))

    return run(session, once, work)


def _refuse_pointed(
    connection: Connection, catalogue: Catalogue, entity: Entity, held: Mapping[str, Any]
) -> None:
    """Old schemas declare few foreign keys: the wiring's relations count as much, in reach of the person or not."""
    for other, relation in pointing(catalogue, entity):
        if any(held.get(name) is None for name in relation.target_columns):
            continue
        if not is_quick(other, relation.columns, services().config.big_table_rows):
            raise Unsure(other.name)
        if _has_rows(connection, entity, other, relation, held):
            raise StillUsed(other.name)


def _has_rows(
    connection: Connection, entity: Entity, other: Entity, relation: Relation, held: Mapping[str, Any]
) -> bool:
    """Does anything point here, the row itself apart?"""
    pairs = zip(relation.columns, relation.target_columns, strict=True)
    where = [column(ours) == held[theirs] for ours, theirs in pairs]
    where += [column(name) == value for name, value in relation.when.items()]
    if other is entity:
        where.append(not_(and_(*(column(name) == held[name] for name in entity.key))))
    source = table(other.table_name, schema=other.table.schema)
    return (
        connection.execute(select(literal(1)).select_from(source).where(*where).limit(1)).first() is not None
    )


def _pointing_within(catalogue: Catalogue, name: str, names: Iterable[str]) -> bool:
    entity = catalogue.get(name)
    if entity is None:
        return False
    return any(other.name in names and other.name != name for other, _one in pointing(catalogue, entity))
