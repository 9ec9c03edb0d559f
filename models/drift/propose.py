"""An entity for the draft of whoever reviews: the table as it is, with the columns that were renamed, added and lost."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

from models.drift.adapt import DRIFT, lessened
from models.legacy.facts import TableFacts
from models.wiring.nouns import Entity, Field
from models.wiring.renames import Names, with_new_names

KindOf = Callable[[Field], str]


@dataclass(frozen=True)
class Choice:
    """What a person ticked: columns that were renamed, and new ones that shall be published."""

    names: Names
    added: Collection[str] = ()


def proposed(entity: Entity, table: TableFacts, suggested: Entity, choice: Choice, kind_of: KindOf) -> Entity:
    """`suggested` is what a fresh look at the table gives: fields that are new or have another type come from it."""
    called = with_new_names(entity, choice.names)
    left = lessened(called, table, kind_of)
    fields = {name: _reviewed(field, suggested) for name, field in left.fields.items()}
    fields |= {name: suggested.fields[name] for name in choice.added if name in suggested.fields}
    ordered = {column.name: fields[column.name] for column in table.columns if column.name in fields}
    read_only = "" if left.read_only == DRIFT else left.read_only
    return replace(left, fields=ordered, read_only=read_only, lost={})


def _reviewed(field: Field, suggested: Entity) -> Field:
    """A column of another type gets the kind that fits it now, under the name that people know."""
    fresh = suggested.fields.get(field.name)
    if field.read_only != DRIFT:
        return field
    if fresh is None:
        return replace(field, read_only="")
    return replace(fresh, label=field.label, group=field.group, listed=field.listed, searched=field.searched)
