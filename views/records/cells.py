"""Values as people read them: by their kind, with names instead of codes where a relation leads somewhere."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from typing import Any

from flask import url_for
from markupsafe import Markup, escape

import fields
from models import access
from models.policy import Masked
from models.records import read, references
from models.records.titles import titles
from models.wiring.nouns import Entity, Relation
from views.records.state import address

Link = tuple[str, str]
"""(token, title) of a related record."""
Names = Mapping[str, Mapping[Any, Link]]
"""By column: value → the related record. Where an id's meaning hangs on the row, or many are named: (relation, key)."""


def related_names(entity: Entity, columns: Iterable[str], records: Iterable[read.Record]) -> Names:
    """Titles of all related records of a page: one statement for each place that the relations shown lead to."""
    rows, names = list(records), dict[str, dict[Any, Link]]()
    for (target, column), relations in _destinations(entity, set(columns)).items():
        place = access.catalogue().entities[target]
        keys = [key for relation in relations for key in _keys(entity, relation, place, rows)]
        found = _titles(place, column, keys)
        for relation in relations:
            names.setdefault(relation.columns[0], {}).update(
                found if relation.is_plain else {(relation.name, key): link for key, link in found.items()}
            )
    return names


def _titles(place: Entity, column: str, keys: Iterable[Any]) -> Mapping[Any, Link]:
    """Names are the same on page after page: a second old at most, for the person who asks.

    Where it is written down who has read what, each page reads for itself.
    """
    session = access.records()
    if place.audited:
        return titles(session, place, column, keys)
    named = [key for key in keys if key is not None and key != "" and not isinstance(key, Masked)]
    whose = f"{session.action}: titles of {place.name} by {column}"
    return access.own_many(whose, named, lambda missing: titles(session, place, column, missing))


def _destinations(entity: Entity, shown: Collection[str]) -> dict[tuple[str, str], list[Relation]]:
    """The relations on one shown column by where they lead: (entity, column); two of them often name the same people."""
    found: dict[tuple[str, str], list[Relation]] = {}
    for relation in entity.relations.values():
        is_shown = len(relation.columns) == 1 and relation.columns[0] in shown
        if is_shown and relation.target in access.catalogue().entities:
            found.setdefault((relation.target, relation.target_columns[0]), []).append(relation)
    return found


def _keys(entity: Entity, relation: Relation, target: Entity, rows: Iterable[read.Record]) -> list[Any]:
    return [
        key
        for row in rows
        if _is_meant(entity, relation, row.values)
        for key in references.keys(relation, target, row.values.get(relation.columns[0]))
    ]


def _is_meant(entity: Entity, relation: Relation, row: Mapping[str, Any]) -> bool:
    """The relation holds for the row, and the reader may know the type that says so."""
    is_open = all(access.policy().is_open(entity, name) for name in relation.when)
    return is_open and references.holds(relation, row)


def with_types(entity: Entity, columns: Iterable[str]) -> tuple[str, ...]:
    """The columns to read for these to be shown: with the type columns that say what an id is the id of."""
    names = list(columns)
    types = [name for name in references.types_of(entity, names) if access.policy().is_open(entity, name)]
    return (*names, *types)


def cell(entity: Entity, name: str, value: Any, names: Names, row: Mapping[str, Any] | None = None) -> Markup:
    """One value in a list; `row` holds the other values beside it."""
    kind = fields.field_type(entity.fields[name].kind)
    return _related(entity, name, value, names, row or {}) or Markup(kind.cell(entity.fields[name], value))  # noqa: S704 kinds escape what they show


def column(entity: Entity, name: str, records: Sequence[read.Record], names: Names) -> list[Markup]:
    """A column of a list, from top to bottom: codes come again and again, and each is drawn once.

    Only texts are kept: numbers that are equal need not look alike (1.0 and 1.00, 0 and -0).
    """
    values = [row.values.get(name) for row in records]
    if special(entity, name):
        return [
            cell(entity, name, value, names, row.values) for value, row in zip(values, records, strict=True)
        ]
    draw = _drawer(entity, name, names)
    drawn = {value: draw(value) for value in {value for value in values if type(value) is str}}
    return [drawn[value] if type(value) is str else draw(value) for value in values]


def _drawer(entity: Entity, name: str, names: Names) -> Callable[[Any], Markup]:
    """Draws the values of a column whose relation, if it has one, leads every row to one other."""
    field = entity.fields[name]
    show, known, relation = fields.type_of(field).cell, names.get(name) or {}, relation_of(entity, name)
    target = relation.target if relation else ""

    def draw(value: Any) -> Markup:
        if isinstance(value, Masked):
            return escape(value)
        if known and isinstance(value, Hashable) and value in known:
            return _link(target, known[value])
        return Markup(show(field, value))  # noqa: S704 kinds escape what they show

    return draw


def show(entity: Entity, record: read.Record, name: str, names: Names) -> Markup:
    """One value on a record page; heavy ones are offered as a download."""
    field, value = entity.fields[name], record.values[name]
    kind = fields.field_type(field.kind)
    if kind.is_heavy and value is not None and record.token:
        url = url_for("RecordView.download", entity=entity.name, token=record.token, field=name)
        return Markup('<a href="{}" download>{}</a>').format(url, kind.show(field, value))
    return _related(entity, name, value, names, record.values) or Markup(kind.show(field, value))  # noqa: S704 kinds escape what they show


def _related(entity: Entity, name: str, value: Any, names: Names, row: Mapping[str, Any]) -> Markup | None:
    """The names of what the value leads to; None = it leads nowhere that the reader may see."""
    if isinstance(value, Masked):
        return escape(value)
    known = names.get(name)
    if not known or not isinstance(value, Hashable):
        return None
    if value in known:
        relation = relation_of(entity, name)
        return _link(relation.target if relation else "", known[value])
    return next(filter(None, (_led(entity, r, value, known, row) for r in special(entity, name))), None)


def _led(
    entity: Entity, relation: Relation, value: Any, known: Mapping[Any, Link], row: Mapping[str, Any]
) -> Markup | None:
    """The one or the many records that a relation names under its condition."""
    target = access.catalogue().get(relation.target)
    if target is None or not _is_meant(entity, relation, row):
        return None
    found = [(key, known.get((relation.name, key))) for key in references.keys(relation, target, value)]
    if not any(link for _key, link in found):
        return None
    return Markup(", ").join(_link(relation.target, link) if link else escape(key) for key, link in found)


def _link(target: str, link: Link) -> Markup:
    token, title = link
    if not token or not target:
        return escape(title)
    url = address(target, "show", token)
    return Markup(f'<a href="{escape(url)}" class="link-record">{escape(title)}</a>')  # noqa: S704 escaped


def relation_of(entity: Entity, column: str) -> Relation | None:
    """The relation that stands on this column alone and leads every row to one other."""
    return next((r for r in entity.relations.values() if r.columns == (column,) and r.is_plain), None)


def special(entity: Entity, column: str) -> list[Relation]:
    """The relations that stand on this column and hold for some rows only, or lead to many."""
    return [r for r in entity.relations.values() if r.columns == (column,) and not r.is_plain]
