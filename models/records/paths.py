"""Dotted names in filters and charts: each step of a path must be open to the person, or it would tell what is behind it."""

from __future__ import annotations

from models.guard import RecordSession, lost_field, unknown_field
from models.wiring.nouns import Entity


def check_path(session: RecordSession, entity: Entity, path: str) -> None:
    """Raise NotVisible unless the field, or each step of a dotted path, may be filtered by."""
    *relations, name = path.split(".") if path not in entity.fields else [path]
    for step in relations:
        target = _open_target(session, entity, step)
        if target is None:
            raise unknown_field(path)
        entity = target
    if is_lost(session, entity, name):
        raise lost_field(entity, name)
    if not session.policy.is_open(entity, name):
        raise unknown_field(path)


def is_lost(session: RecordSession, entity: Entity, name: str) -> bool:
    """Was the column published, and is it not in the table any more? Said only to those who could look into it."""
    return name in entity.lost and session.policy.right(entity, name) in {"read", "edit"}


def _open_target(session: RecordSession, entity: Entity, name: str) -> Entity | None:
    """Where a relation leads, when both its ends are open: else what lies behind it would tell their values."""
    relation = entity.relations.get(name)
    target = session.policy.catalogue.get(relation.target) if relation else None
    if relation is None or target is None or not relation.is_plain:
        return None
    ends = [(entity, column) for column in relation.columns]
    ends += [(target, column) for column in relation.target_columns if column not in target.key]
    return target if all(session.policy.is_open(*end) for end in ends) else None
