"""What one author has prepared and not yet published: kept table by table in the overlay, so that nothing is lost."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from models.wiring.document import entity_from_plain, entity_to_plain
from models.wiring.nouns import Entity, Field, Wiring
from models.wiring.publish import free_name
from models.wiring.tables import draft_entities, drafts
from models.wiring.trim import trimmed


@dataclass(frozen=True)
class Draft:
    """Changes to the wiring with the version that they were made on."""

    author: str
    based_on: int = 0
    changed: Mapping[str, Entity] = field(default_factory=dict)
    """Entities as the author wants them, by table."""
    removed: frozenset[str] = frozenset()
    """Tables to be taken out."""
    pending: tuple[str, ...] = ()
    """Tables that were ticked and have not been looked at closely yet."""

    @property
    def is_empty(self) -> bool:
        return not (self.changed or self.removed or self.pending)

    def chosen(self, current: Wiring) -> set[str]:
        """Tables that would be published: those of `current`, plus and minus the changes."""
        published = {entity.table_name for entity in current.entities.values()}
        return (published | set(self.changed) | set(self.pending)) - self.removed

    def over(self, current: Wiring, kind_of: Callable[[Field], str]) -> Wiring:
        """The wiring that publishing would put in force."""
        entities = {e.name: self.changed.get(e.table_name, e) for e in current.entities.values()}
        entities = {name: e for name, e in entities.items() if e.table_name not in self.removed}
        published = {entity.table_name for entity in current.entities.values()}
        for table, entity in self.changed.items():
            if table not in published:
                entities[free_name(entity.name, entities)] = entity
        named = {name: _called(entity, name) for name, entity in entities.items()}
        return trimmed(Wiring(current.version, named), kind_of)


def _called(entity: Entity, name: str) -> Entity:
    if entity.name != name:
        entity = entity_from_plain(name, entity_to_plain(entity))
    return entity


def load_draft(connection: Connection, author: str, current_version: int) -> Draft:
    """The author's draft; an empty one on the version in force when there is none."""
    based_on = connection.execute(select(drafts.c.based_on).where(drafts.c.author == author)).scalar()
    rows = connection.execute(
        select(draft_entities.c.table_name, draft_entities.c.document)
        .where(draft_entities.c.author == author)
        .order_by(draft_entities.c.table_name)
    )
    documents = {table: json.loads(text) for table, text in rows}
    changed = {t: entity_from_plain(d["name"], d["entity"]) for t, d in documents.items() if "entity" in d}
    return Draft(
        author,
        current_version if based_on is None or not documents else based_on,
        changed,
        frozenset(table for table, document in documents.items() if document.get("removed")),
        tuple(table for table, document in documents.items() if document.get("pending")),
    )


def keep_entity(connection: Connection, draft: Draft, entity: Entity) -> None:
    """Keep an entity as the author wants it."""
    _keep(connection, draft, {entity.table_name: {"name": entity.name, "entity": entity_to_plain(entity)}})


def keep_choice(
    connection: Connection, draft: Draft, current: Wiring, ticked: Iterable[str], unticked: Iterable[str]
) -> None:
    """Ticked tables join the draft, unticked ones leave it, or are taken out when they are published."""
    published = {entity.table_name for entity in current.entities.values()}
    chosen = draft.chosen(current)
    gone = [table for table in unticked if table in chosen]
    back = [table for table in ticked if table in draft.removed]
    new = [table for table in ticked if table not in chosen and table not in draft.removed]
    forget(connection, draft.author, [*back, *(table for table in gone if table not in published)])
    removed = {table: {"removed": True} for table in gone if table in published}
    _keep(connection, draft, removed | {table: {"pending": True} for table in new})


def _keep(connection: Connection, draft: Draft, documents: Mapping[str, Mapping[str, Any]]) -> None:
    if not documents:
        return
    forget(connection, draft.author, documents)
    rows = [
        {"author": draft.author, "table_name": table, "document": json.dumps(document, ensure_ascii=False)}
        for table, document in documents.items()
    ]
    connection.execute(insert(draft_entities), rows)
    _touch(connection, draft.author, draft.based_on)


def hold(connection: Connection, author: str, current_version: int) -> None:
    """Let a second window of the same author wait until this transaction ends, so that it sees what was changed here."""
    moment = {"updated_at": datetime.now(UTC)}
    if not connection.execute(update(drafts).where(drafts.c.author == author).values(moment)).rowcount:
        connection.execute(insert(drafts).values(author=author, based_on=current_version, **moment))


def _touch(connection: Connection, author: str, based_on: int) -> None:
    values = {"based_on": based_on, "updated_at": datetime.now(UTC)}
    found = connection.execute(update(drafts).where(drafts.c.author == author).values(values)).rowcount
    if not found:
        connection.execute(insert(drafts).values(author=author, **values))


def forget(connection: Connection, author: str, tables: Iterable[str]) -> None:
    """Drop what was prepared for these tables."""
    names = list(tables)
    if names:
        mine = draft_entities.c.author == author
        connection.execute(delete(draft_entities).where(mine, draft_entities.c.table_name.in_(names)))


def discard(connection: Connection, author: str) -> None:
    """Drop the whole draft."""
    connection.execute(delete(draft_entities).where(draft_entities.c.author == author))
    connection.execute(delete(drafts).where(drafts.c.author == author))


def rebase(connection: Connection, draft: Draft, version: int) -> None:
    """Take the draft over to a newer version: its tables win, all others are as published there."""
    _touch(connection, draft.author, version)
