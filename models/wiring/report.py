"""The wiring report for scripts: every table as it is published, else as it is suggested."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from models.wiring.nouns import Entity, Relation, Wiring
from models.wiring.reasons import role_reasons
from models.wiring.suggestion import RelationSuggestion, Suggestion


def report(suggestions: Iterable[Suggestion], published: Wiring, language: str = "en") -> dict[str, Any]:
    """{"entities": [{"table", "label", "key", "title", "role", "relations": […]}]}, ready for JSON."""
    by_table = {entity.table_name: entity for entity in published.entities.values()}
    suggested = list(suggestions)
    tables = {s.entity.name: s.entity.table_name for s in suggested}
    tables |= {entity.name: entity.table_name for entity in published.entities.values()}
    return {"entities": [_entity(s, by_table.get(s.entity.table_name), tables, language) for s in suggested]}


def _entity(
    suggestion: Suggestion, published: Entity | None, tables: Mapping[str, str], language: str
) -> dict[str, Any]:
    entity = published or suggestion.entity
    relations = (
        list(published.relations.values()) if published else [s.relation for s in suggestion.relations]
    )
    known = {_place(s.relation): s for s in suggestion.relations}
    is_guessed = entity.role == suggestion.entity.role
    return {
        "table": entity.table_name,
        "label": entity.label.text(language),
        "key": list(entity.key),
        "title": entity.title,
        "role": entity.role,
        "role_reasons": role_reasons(suggestion, language) if is_guessed else [],
        "relations": [_relation(relation, tables, known.get(_place(relation))) for relation in relations],
    }


def _place(relation: Relation) -> tuple[Any, ...]:
    return relation.columns, tuple(relation.when.items()), relation.target_columns


def _relation(
    relation: Relation, tables: Mapping[str, str], found: RelationSuggestion | None
) -> dict[str, Any]:
    """With what was compared: distinct sampled values, how many the target has, and some that it lacks."""
    return {
        "columns": list(relation.columns),
        "target_table": tables.get(relation.target, relation.target),
        "target_columns": list(relation.target_columns),
        "declared": relation.declared,
        "confidence": relation.confidence,
        "when": dict(relation.when),
        "separator": relation.separator,
        "reasons": list(found.reasons) if found else [],
        "checked": found.checked if found else 0,
        "matched": found.matched if found else 0,
        "share": round(found.matched / found.checked, 3) if found and found.checked else None,
        "orphans": [str(value) for value in found.orphans] if found else [],
    }
