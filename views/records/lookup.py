"""Look-up boxes: related records by what is typed, never a whole table."""

from __future__ import annotations

import fields
from models import access
from models.guard import unknown_field
from models.policy import Masked
from models.records import sought
from models.records.read import Record
from models.wiring.nouns import Entity, Field
from views import shown
from views.records.cells import relation_of


def suggestions(entity: Entity, field: str, typed: str) -> list[dict[str, str]]:
    """Up to 20 records for a relation field: {"value": key, "text": title, "sub": code}. Raises NotVisible."""
    relation = relation_of(entity, field)
    target = access.catalogue().get(relation.target) if relation else None
    if relation is None or target is None or not access.policy().is_open(entity, field):
        raise unknown_field(field)
    records = sought.look_up(access.records(), target, typed, relation)
    ours = entity.fields[field]
    named = relation.target_columns[0]
    usable = [record for record in records if not isinstance(record.values[named], Masked)]
    shown.count(len(usable))
    return [_suggestion(ours, record, named) for record in usable]


def _suggestion(field: Field, record: Record, column: str) -> dict[str, str]:
    """`value` is the text that the field's form would hold."""
    value = record.values[column]
    text = fields.type_of(field).text(field, value)
    code = record.values.get(record.entity.code, value) if record.entity.code else value
    shown = str(code) if not isinstance(code, Masked) and str(code) != record.title else ""
    return {"value": text, "text": record.title or text, "sub": shown}
