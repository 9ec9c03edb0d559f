"""Fields by name or by a path through relations: "KHMC", "customer.KHMC"."""

from __future__ import annotations

from app.i18n import language
from models.condition.plan import Entities
from models.condition.tree import no_field
from models.wiring.nouns import Entity, Field


def find_field(entity: Entity, path: str, catalogue: Entities | None) -> tuple[Field, str]:
    """The field of a name or of "relation.field", and its label with the relation's before it; raises NotVisible."""
    if path in entity.fields:
        return entity.fields[path], ""
    name, _dot, rest = path.partition(".")
    relation = entity.relations.get(name)
    target = catalogue.get(relation.target) if relation and catalogue is not None else None
    if relation is None or not relation.is_plain or target is None or not rest:
        raise no_field(path)
    found, deeper = find_field(target, rest, catalogue)
    return found, f"{relation.label.text(language()) or name}{' › ' + deeper if deeper else ''}"


def name_of(field: Field) -> str:
    """What people call the field."""
    return field.label.text(language()) or field.name
