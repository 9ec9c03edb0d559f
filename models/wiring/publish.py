"""Publishing: suggestions joined to what is published already, checked, and kept as the next version."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace

from sqlalchemy import Connection

from models.legacy.reflect import reflect
from models.legacy.samples import LegacySamples
from models.wiring import store
from models.wiring.dictionaries import read_dictionaries
from models.wiring.infer import Inference
from models.wiring.nouns import Entity, Field, Relation, Wiring
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
    facts, samples = reflect(connection, schema), LegacySamples(connection, schema)
    inference = Inference(facts, kind_of, read_dictionaries(facts, samples))
    wanted = [name for name in facts.tables if (tables is None or name in tables) and name not in known]
    added = [inference.suggest(name, samples).entity for name in wanted]
    joined = joined_wiring(current, added, inference.slugs)
    return store.save(connection, trimmed(joined, kind_of), current.version, author)


def joined_wiring(current: Wiring, added: Collection[Entity], suggested: Mapping[str, str]) -> Wiring:
    """`current` with further entities; a name that is taken gets a number, and relations follow it.

    `suggested` are the names of all tables as inference gave them.
    """
    names = names_over(current, suggested)
    entities = dict(current.entities)
    for entity in added:
        placed = renamed(entity, names, suggested)
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

    def led(relations: Mapping[str, Relation]) -> dict[str, Relation]:
        found = ((key, names.get(tables.get(r.target, ""), r.target)) for key, r in relations.items())
        return {key: replace(relations[key], target=target) for key, target in found}

    return replace(
        entity,
        name=names[entity.table_name],
        relations=led(entity.relations),
        dormant=led(entity.dormant),
    )


def free_name(name: str, taken: Collection[str]) -> str:
    """`name`, or with the first number that is free: "order-2"."""
    candidate, number = name, 2
    while candidate in taken:
        candidate, number = f"{name}-{number}", number + 1
    return candidate
