"""Publishing: suggestions joined to what is published already, checked, and kept as the next version."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace

from sqlalchemy import Connection

from models.legacy.reflect import reflect
from models.legacy.samples import LegacySamples
from models.wiring import store
from models.wiring.infer import infer
from models.wiring.nouns import Entity, Field, Wiring
from models.wiring.trim import trimmed

KindOf = Callable[[Field], str]


def publish_tables(
    connection: Connection,
    schema: str,
    kind_of: KindOf,
    tables: Collection[str] | None = None,
    author: str = "",
) -> Wiring:
    """Publish the suggestions for `tables` (None = all) beside what is published; those stay as they are."""
    current = store.load(connection)
    known = {entity.table_name for entity in current.entities.values()}
    facts = reflect(connection, schema)
    wanted = [name for name in facts.tables if (tables is None or name in tables) and name not in known]
    suggestions = infer(facts, kind_of, LegacySamples(connection, schema), wanted)
    joined = joined_wiring(current, [suggestion.entity for suggestion in suggestions.values()])
    return store.save(connection, trimmed(joined, kind_of), current.version, author)


def joined_wiring(current: Wiring, added: Collection[Entity]) -> Wiring:
    """`current` with further entities; a name that is taken gets a number, and relations follow it."""
    entities = dict(current.entities)
    by_table = {entity.table_name: entity.name for entity in entities.values()}
    renamed: dict[str, str] = {}
    for entity in added:
        renamed[entity.name] = by_table.get(entity.table_name) or _free_name(
            entity.name, entities, renamed.values()
        )
    for entity in added:
        name = renamed[entity.name]
        relations = {
            key: replace(r, target=renamed.get(r.target, r.target)) for key, r in entity.relations.items()
        }
        entities[name] = replace(entity, name=name, relations=relations)
    return Wiring(current.version, entities)


def _free_name(name: str, taken: Collection[str], also: Collection[str]) -> str:
    candidate, number = name, 2
    while candidate in taken or candidate in also:
        candidate, number = f"{name}-{number}", number + 1
    return candidate
