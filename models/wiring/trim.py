"""Makes a wiring whole: nothing in force leads to an entity that is not published; such relations sleep until it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from models.legacy import misencoded
from models.wiring.nouns import Entity, Field, Relation, Wiring

KindOf = Callable[[Field], str]


def trimmed(wiring: Wiring, kind_of: KindOf) -> Wiring:
    """The wiring with relations to missing entities asleep, their fields plain, and those awake whose entity is there.

    The argument is unchanged.
    """
    return Wiring(wiring.version, {e.name: _entity(e, wiring, kind_of) for e in wiring.entities.values()})


def _entity(entity: Entity, wiring: Wiring, kind_of: KindOf) -> Entity:
    known = {**entity.dormant, **entity.relations}
    usable = {name: r for name, r in known.items() if {*r.columns, *r.when} <= entity.fields.keys()}
    awake = {name: r for name, r in usable.items() if r.target in wiring.entities}
    asleep = {name: r for name, r in usable.items() if name not in awake}
    fields = {name: _field(field, awake, entity.dormant, kind_of) for name, field in entity.fields.items()}
    parent = entity.parent if entity.parent in awake else ""
    return replace(entity, relations=awake, dormant=asleep, fields=fields, parent=parent)


def leads(relation: Relation, column: str) -> bool:
    """The column alone names one row, so that its field can be of the kind "relation"."""
    return relation.columns == (column,) and relation.is_plain


def _field(
    field: Field, awake: Mapping[str, Relation], slept: Mapping[str, Relation], kind_of: KindOf
) -> Field:
    """A field whose relation falls asleep becomes plain; one whose relation wakes up leads there again."""
    woken = next((name for name in slept if name in awake and leads(awake[name], field.name)), None)
    if woken:
        return replace(
            field, kind="relation", settings={**misencoded.kept(field.settings), "relation": woken}
        )
    named = field.settings.get("relation")
    if not named or named in awake:
        return field
    plain = replace(field, settings={k: v for k, v in field.settings.items() if k != "relation"}, kind="")
    return replace(plain, kind=kind_of(plain))
