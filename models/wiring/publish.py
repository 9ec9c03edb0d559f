"""Publishing: suggestions joined to what is published already, checked, and kept as the next version."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
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
    names = names_over(current, {entity.table_name: entity.name for entity in added})
    entities = dict(current.entities)
    for entity in added:
        placed = renamed(entity, names, {e.table_name: e.name for e in added})
        entities[placed.name] = placed
    return Wiring(current.version, entities)


def names_over(current: Wiring, suggested: Mapping[str, str]) -> dict[str, str]:
    """The name of each table's entity: the published one, else the suggested one or the next that is free."""
    names = {entity.table_name: entity.name for entity in current.entities.values()}
    for table, name in suggested.items():
        if table not in names:
            names[table] = free_name(name, set(names.values()))
    return names


def renamed(entity: Entity, names: Mapping[str, str], suggested: Mapping[str, str]) -> Entity:
    """A suggested entity under its name over the published wiring; its relations lead to the others' names."""
    tables = {name: table for table, name in suggested.items()}
    relations = {
        key: replace(relation, target=names.get(tables.get(relation.target, ""), relation.target))
        for key, relation in entity.relations.items()
    }
    return replace(entity, name=names[entity.table_name], relations=relations)


def free_name(name: str, taken: Collection[str]) -> str:
    """`name`, or with the first number that is free: "order-2"."""
    candidate, number = name, 2
    while candidate in taken:
        candidate, number = f"{name}-{number}", number + 1
    return candidate
