"""Suggests entities from facts: names, keys, titles, roles and relations that a person can accept or correct."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace

from models.legacy.facts import ColumnFacts, SchemaFacts, TableFacts
from models.wiring.identifiers import common_prefix, unique_slugs, without_prefix
from models.wiring.labels import column_label, table_label
from models.wiring.nouns import Entity, Field, Relation, Wiring
from models.wiring.suggestion import RelationSuggestion, Suggestion

KindOf = Callable[[Field], str]
"""Names the field type that fits a column best."""


def infer(facts: SchemaFacts, kind_of: KindOf) -> dict[str, Suggestion]:
    """A suggestion for each table of the schema, by table name."""
    prefix = common_prefix(facts.tables)
    own_names = {name: without_prefix(name, prefix) for name in facts.tables}
    slugs = _slugs(own_names)
    return {
        table.name: _suggest(table, own_names[table.name], slugs, kind_of) for table in facts.tables.values()
    }


def wiring_of(suggestions: dict[str, Suggestion], tables: Collection[str] | None = None) -> Wiring:
    """A wiring of the suggested entities of `tables` (None = all), without relations to tables left out."""
    chosen = [s.entity for name, s in suggestions.items() if tables is None or name in tables]
    names = {entity.name for entity in chosen}
    for entity in chosen:
        entity.relations = {name: r for name, r in entity.relations.items() if r.target in names}
    return Wiring(0, {entity.name: entity for entity in chosen})


def _slugs(own_names: dict[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for table, own_name in own_names.items():
        found[table] = next(iter(unique_slugs([own_name], taken=set(found.values())).values()))
    return found


def _suggest(table: TableFacts, own_name: str, slugs: dict[str, str], kind_of: KindOf) -> Suggestion:
    relations = _declared(table, slugs)
    fields = {column.name: _field(column, kind_of) for column in table.columns}
    entity = Entity(
        name=slugs[table.name],
        table_name=table.name,
        label=table_label(own_name, table.comment),
        fields=fields,
        key=() if table.is_view else table.identity,
        relations={r.relation.name: r.relation for r in relations},
        indexes=tuple(index.columns for index in table.indexes if index.columns),
        row_estimate=table.row_estimate,
        is_view=table.is_view,
        read_only="view" if table.is_view else "" if table.identity else "no-key",
        comment=table.comment,
    )
    return Suggestion(entity, tuple(relations), problems=(entity.read_only,) if entity.read_only else ())


def _field(column: ColumnFacts, kind_of: KindOf) -> Field:
    field = Field(
        name=column.name,
        label=column_label(column.name, column.comment),
        kind="",
        sql_type=column.sql_type,
        nullable=column.nullable,
        has_default=column.has_default,
        length=column.length,
        scale=column.scale,
        read_only="generated" if column.generated else "",
    )
    return replace(field, kind=kind_of(field))


def _declared(table: TableFacts, slugs: dict[str, str]) -> list[RelationSuggestion]:
    found = []
    for key in table.foreign_keys:
        relation = Relation(
            "-".join(key.columns), key.columns, slugs[key.target_table], key.target_columns, declared=True
        )
        found.append(RelationSuggestion(relation, key.target_table, ("declared",)))
    return found
