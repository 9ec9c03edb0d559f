"""The catalogue binds a wiring to SQLAlchemy: one Table and one mapped class for each entity.

It is built from the wiring alone (no reflection at start) and never changed afterwards: a new wiring version gets a
new catalogue beside the old one, and requests under way keep the one they began with. Entities that are as before keep
their Table and class, so that publishing costs what has changed and not what is published.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from sqlalchemy import Column, MetaData, Table
from sqlalchemy.orm import registry
from sqlalchemy.types import TypeEngine

from models.wiring.nouns import Entity, Field, Wiring, attribute_name

ColumnTyper = Callable[[Field], TypeEngine[Any]]
NOTHING: Mapping[str, Entity] = MappingProxyType({})


class Catalogue:
    """All published entities, bound to `schema`. `type_of` gives a field's exact column type.

    `before` is the catalogue that this one takes the place of. `gone` are published entities whose table is not there any
    more, and `generation` says which state of the legacy schema was taken into account.
    """

    def __init__(
        self,
        wiring: Wiring,
        schema: str,
        type_of: ColumnTyper,
        before: Catalogue | None = None,
        *,
        gone: Mapping[str, Entity] = NOTHING,
        generation: int = 0,
    ) -> None:
        self.version, self.generation = wiring.version, generation
        self.schema = schema
        self.entities: dict[str, Entity] = dict(wiring.entities)
        self.gone = gone
        self._registries: list[registry] = []
        held = before.entities if before is not None and before.schema == schema else NOTHING
        for entity in self.entities.values():
            old = held.get(entity.name)
            if old is not None and _is_bound_alike(old, entity):
                entity.table, entity.model = old.table, old.model
            else:
                self._bind(entity, type_of)
        self.by_table: dict[str, Entity] = {e.table_name: e for e in self.entities.values()}
        self.by_model: dict[type, Entity] = {e.model: e for e in self.entities.values()}
        self.cascades: dict[str, tuple[Any, ...]] = {}
        """By table: foreign keys that reach into other tables on deletion, filled in when first asked for."""

    def _bind(self, entity: Entity, type_of: ColumnTyper) -> None:
        """A registry of its own for each entity: it lives and dies with it, whatever catalogues share it."""
        mapping = registry(metadata=MetaData(schema=self.schema))
        self._registries.append(mapping)
        columns = [Column(f.name, type_of(f), nullable=f.nullable) for f in entity.fields.values()]
        entity.table = Table(entity.table_name, mapping.metadata, *columns)
        entity.model = type("Row_" + entity.name, (), {})
        # A table without a key is only ever read column by column; the mapper still wants an identity.
        identity = entity.key or tuple(entity.fields)
        mapping.map_imperatively(
            entity.model,
            entity.table,
            primary_key=[entity.table.c[name] for name in identity],
            properties={attribute_name(name): entity.table.c[name] for name in entity.fields},
        )

    def get(self, name: str) -> Entity | None:
        """The entity called `name`."""
        return self.entities.get(name)

    def by_role(self, role: str) -> list[Entity]:
        """Entities of one role ("customer", "ticket"…), in menu order."""
        return [e for e in self.entities.values() if e.role == role]

    def pointing_at(self, entity: Entity) -> list[tuple[Entity, Any]]:
        """(entity, relation) pairs whose relation leads to `entity`: its related lists."""
        return [
            (other, relation)
            for other in self.entities.values()
            for relation in other.relations.values()
            if relation.target == entity.name
        ]

    def dispose(self) -> None:
        """Free the mapped classes of a catalogue that was only tried out; those it shares with another one stay."""
        for mapping in self._registries:
            mapping.dispose()


def _is_bound_alike(old: Entity, new: Entity) -> bool:
    return (old.table_name, old.key, old.fields) == (new.table_name, new.key, new.fields)
