"""Values as people read them: by their kind, with names instead of codes where a relation leads somewhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask import url_for
from markupsafe import Markup, escape

import fields
from models import access
from models.policy import Masked
from models.records import read
from models.wiring.nouns import Entity, Relation

Names = Mapping[str, Mapping[Any, tuple[str, str]]]
"""By column: value → (token, title) of the related record."""


def related_names(entity: Entity, columns: Iterable[str], records: Iterable[read.Record]) -> Names:
    """Titles of all related records of a page: one statement for each relation shown."""
    shown, rows = set(columns), list(records)
    names: dict[str, Mapping[Any, tuple[str, str]]] = {}
    for relation in entity.relations.values():
        target = access.catalogue().get(relation.target)
        if target is None or len(relation.columns) != 1 or relation.columns[0] not in shown:
            continue
        values = [row.values.get(relation.columns[0]) for row in rows]
        names[relation.columns[0]] = read.titles(access.records(), target, relation.target_columns[0], values)
    return names


def cell(entity: Entity, name: str, value: Any, names: Names) -> Markup:
    """One value in a list."""
    return _shown(entity, name, value, names, fields.field_type(entity.fields[name].kind).cell)


def show(entity: Entity, name: str, value: Any, names: Names, token: str = "") -> Markup:
    """One value on a record page; heavy ones are offered as a download."""
    if fields.field_type(entity.fields[name].kind).is_heavy and value is not None and token:
        url = url_for("RecordView.download", entity=entity.name, token=token, field=name)
        size = fields.field_type(entity.fields[name].kind).show(entity.fields[name], value)
        return Markup('<a href="{}" download>{}</a>').format(url, size)
    return _shown(entity, name, value, names, fields.field_type(entity.fields[name].kind).show)


def _shown(entity: Entity, name: str, value: Any, names: Names, draw: Any) -> Markup:
    if isinstance(value, Masked):
        return escape(value)
    related = names.get(name, {}).get(value)
    if related is not None:
        return _link(entity, name, related)
    return Markup(draw(entity.fields[name], value))  # noqa: S704 kinds escape what they show


def _link(entity: Entity, name: str, related: tuple[str, str]) -> Markup:
    token, title = related
    relation = relation_of(entity, name)
    if not token or relation is None:
        return escape(title)
    url = url_for("RecordView.show", entity=relation.target, token=token)
    return Markup('<a href="{}" class="link-record">{}</a>').format(url, title)


def relation_of(entity: Entity, column: str) -> Relation | None:
    """The relation that stands on this column alone."""
    return next((r for r in entity.relations.values() if r.columns == (column,)), None)
