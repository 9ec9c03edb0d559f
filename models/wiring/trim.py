"""Makes a wiring whole: nothing in it may lead to an entity that is not published."""

from __future__ import annotations

from collections.abc import Callable, Container
from dataclasses import replace

from models.wiring.nouns import Entity, Field, Wiring


def trimmed(wiring: Wiring, kind_of: Callable[[Field], str]) -> Wiring:
    """The wiring without relations to missing entities; their fields become plain ones. The argument is unchanged."""
    return Wiring(wiring.version, {e.name: _entity(e, wiring, kind_of) for e in wiring.entities.values()})


def _entity(entity: Entity, wiring: Wiring, kind_of: Callable[[Field], str]) -> Entity:
    kept = {
        name: r
        for name, r in entity.relations.items()
        if _leads_somewhere(entity, r.target, r.columns, wiring)
    }
    fields = {name: _field(field, kept, kind_of) for name, field in entity.fields.items()}
    return replace(
        entity, relations=kept, fields=fields, parent=entity.parent if entity.parent in kept else ""
    )


def _leads_somewhere(entity: Entity, target: str, columns: tuple[str, ...], wiring: Wiring) -> bool:
    return target in wiring.entities and set(columns) <= entity.fields.keys()


def _field(field: Field, relations: Container[str], kind_of: Callable[[Field], str]) -> Field:
    named = field.settings.get("relation")
    if not named or named in relations:
        return field
    plain = replace(field, settings={k: v for k, v in field.settings.items() if k != "relation"}, kind="")
    return replace(plain, kind=kind_of(plain))
