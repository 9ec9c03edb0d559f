"""Look-up boxes: related records by what is typed, never a whole table."""

from __future__ import annotations

from models import access
from models.guard import unknown_field
from models.policy import Masked
from models.records import read
from models.wiring.nouns import Entity
from views.records.cells import relation_of


def suggestions(entity: Entity, field: str, typed: str) -> list[dict[str, str]]:
    """Up to 20 records for a relation field: {"value": key, "text": title, "sub": code}. Raises NotVisible."""
    relation = relation_of(entity, field)
    target = access.catalogue().get(relation.target) if relation else None
    if relation is None or target is None or not access.policy().is_open(entity, field):
        raise unknown_field(field)
    records = read.look_up(access.records(), target, typed, relation)
    return [_suggestion(record, relation.target_columns[0]) for record in records]


def _suggestion(record: read.Record, column: str) -> dict[str, str]:
    value = record.values[column]
    code = record.values.get(record.entity.code, value) if record.entity.code else value
    shown = str(code) if not isinstance(code, Masked) and str(code) != record.title else ""
    return {"value": str(value), "text": record.title or str(value), "sub": shown}
