"""The author's desk: one transaction over the overlay and the legacy schema, with the draft and what it rests on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import Connection

from app.extensions import services
from fields import best_kind
from models import access
from models.legacy.samples import LegacySamples
from models.wiring import draft as drafts
from models.wiring import store
from models.wiring.nouns import Entity, Wiring
from models.wiring.publish import names_over, renamed
from models.wiring.suggestion import Suggestion
from views.wiring.schema import Known, cache


@dataclass
class Desk:
    """What every page of the wizard works with."""

    connection: Connection
    author: str

    @cached_property
    def current(self) -> Wiring:
        """The wiring in force."""
        return store.load(self.connection)

    @cached_property
    def draft(self) -> drafts.Draft:
        """What the author has prepared."""
        return drafts.load_draft(self.connection, self.author, self.current.version)

    @cached_property
    def known(self) -> Known:
        """The legacy schema."""
        return cache().known(self.connection)

    @cached_property
    def wanted(self) -> Wiring:
        """The wiring that publishing would put in force."""
        return self.draft.over(self.current, best_kind)

    @cached_property
    def samples(self) -> LegacySamples:
        return LegacySamples(self.connection, services().schema)

    @cached_property
    def names(self) -> dict[str, str]:
        """Entity names by table."""
        return names_over(self.current, self.known.inference.slugs)

    def suggestion(self, table: str) -> Suggestion:
        """The suggestion for a table from its names, comments and values. KeyError when there is no such table."""
        return self.known.inference.suggest(table, self.samples)

    def suggested(self, suggestion: Suggestion) -> Entity:
        """The suggested entity under the name that it would have."""
        return renamed(suggestion.entity, self.names, self.known.inference.slugs)

    def entity(self, table: str) -> Entity | None:
        """The entity of a table as the author wants it, or as it is published."""
        by_table = {entity.table_name: entity for entity in self.current.entities.values()}
        return self.draft.changed.get(table) or by_table.get(table)

    def keep(self, entity: Entity) -> None:
        """Put an entity into the draft."""
        drafts.keep_entity(self.connection, self.draft, entity)

    @property
    def is_behind(self) -> bool:
        """Somebody published since this draft was begun."""
        return not self.draft.is_empty and self.draft.based_on != self.current.version


@contextmanager
def desk(*, alone: bool = False) -> Iterator[Desk]:
    """The signed-in author's desk; what was changed on it is kept when the block ends well.

    `alone` = the author's other windows wait meanwhile.
    """
    with services().engine.begin() as connection:
        mine = Desk(connection, access.actor().username)
        if alone:
            drafts.hold(connection, mine.author, store.current_version(connection))
        yield mine
