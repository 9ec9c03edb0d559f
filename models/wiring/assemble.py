"""Puts one suggestion together: fields with kinds and settings, key, title, relations, scope, what a list shows."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from models.legacy import misencoded
from models.legacy.facts import ColumnFacts, TableFacts
from models.legacy.samples import LegacySamples, distinct
from models.wiring import columns as meaning
from models.wiring.delete_flags import delete_flag
from models.wiring.dictionaries import Dictionaries
from models.wiring.hints import Hint, hint, is_denied, plain_kind
from models.wiring.identifiers import words
from models.wiring.labels import column_label
from models.wiring.layout import arranged
from models.wiring.nouns import Entity, Field, Label, Relation
from models.wiring.part_reasons import kind_codes
from models.wiring.personal import is_sensitive
from models.wiring.refresh import read_only_code, refreshed
from models.wiring.relations.evidence import Candidate
from models.wiring.relations.naming import named
from models.wiring.relations.wording import singular
from models.wiring.roles import RoleGuess
from models.wiring.scope import scope_of
from models.wiring.suggestion import TICKED_FROM, RelationSuggestion, Suggestion
from models.wiring.tenants import tenant_of
from models.wiring.trim import leads

ID_ENDING_ZH = re.compile(r"(?:的(?:用户|部门|员工))?(?:主键|编号|编码|代码|标识|工号|ID|Id|id|号)$")
ID_ENDING_EN = re.compile(r"(?i)[ _](?:id|code|no\.?|number|key)$")


@dataclass(frozen=True)
class Workshop:
    """What is known about the schema as a whole."""

    slugs: dict[str, str]
    labels: dict[str, Label]
    roles: dict[str, RoleGuess]
    dictionaries: Dictionaries
    kind_of: Callable[[Field], str]


def build(
    table: TableFacts, candidates: list[Candidate], shop: Workshop, samples: LegacySamples | None
) -> Suggestion:
    """The suggestion for one table from everything that was found out about it."""
    rows = samples.rows(table) if samples else []
    values = {column.name: distinct(rows, column.name) for column in table.columns} if rows else {}
    relations = [_relation(candidate, table, shop) for candidate in candidates]
    ticked = named([r.relation for r in relations if r.relation.confidence >= TICKED_FROM])
    leading = {r.columns[0]: r for r in ticked.values() if leads(r, r.columns[0])}
    fields = {
        column.name: _field(table, column, values.get(column.name, []), leading.get(column.name), shop)
        for column in table.columns
        if not meaning.is_secret(column) and not column.invisible
    }
    fields |= _called_like_targets(table, fields, ticked, candidates, shop)
    entity = _entity(table, fields, ticked, shop, values)
    return Suggestion(
        arranged(entity, table),
        tuple(relations),
        shop.roles[table.name].reasons,
        _problems(table, rows, samples),
        kind_codes(table, fields, values),
        tenant_of(table, values),
    )


def _called_like_targets(
    table: TableFacts,
    fields: dict[str, Field],
    relations: dict[str, Relation],
    candidates: list[Candidate],
    shop: Workshop,
) -> dict[str, Field]:
    """Lists of keys that no comment describes are called like what they name: "tag_ids" is Tags."""
    tables = {shop.slugs[candidate.target.name]: candidate.target.name for candidate in candidates}
    bare = {column.name for column in table.columns if not column.comment} & fields.keys()
    return {
        r.columns[0]: replace(fields[r.columns[0]], label=shop.labels[tables[r.target]])
        for r in relations.values()
        if r.separator and r.columns[0] in bare and tables[r.target] != table.name
    }


def _entity(
    table: TableFacts,
    fields: dict[str, Field],
    relations: dict[str, Relation],
    shop: Workshop,
    values: dict[str, list[Any]],
) -> Entity:
    role = shop.roles[table.name].role
    leading = {name for relation in relations.values() for name in relation.columns}
    title = meaning.title_of(table, singular(words(shop.slugs[table.name])), values, role)
    code = meaning.code_of(table, title, leading)
    key = _key(table, fields)
    bare = Entity(
        name=shop.slugs[table.name],
        table_name=table.name,
        label=shop.labels[table.name],
        fields=fields,
        key=key,
        title=title or code or meaning.speaking(key) or next(iter(fields), ""),
        code=code if title else "",
        role=role,
        relations=relations,
        delete_flag=delete_flag(table, {name: dict(field.settings) for name, field in fields.items()}),
        updated=meaning.updated_of(table.columns),
    )
    return refreshed(_placed(bare, table, shop), table)


def _key(table: TableFacts, fields: dict[str, Field]) -> tuple[str, ...]:
    """The columns that identify a row; none when one of them is left out."""
    return () if table.is_view or not set(table.identity) <= fields.keys() else table.identity


def _placed(entity: Entity, table: TableFacts, shop: Workshop) -> Entity:
    """The entity with the columns that say whose its records are."""
    roles = {shop.slugs[name]: guess.role for name, guess in shop.roles.items()}
    plain = [relation for relation in entity.relations.values() if relation.is_plain]
    scope = scope_of(table, entity.role, plain, roles)
    return replace(entity, owner=scope.owner, unit=scope.unit, region=scope.region, parent=scope.parent)


def _problems(
    table: TableFacts, rows: list[dict[str, Any]], samples: LegacySamples | None
) -> tuple[str, ...]:
    """Codes of what limits the use of the table."""
    found = ["view"] if table.is_view else [] if table.identity else ["no-key"]
    if table.engine.lower() == "myisam":
        found.append("myisam")
    if samples and not rows and not table.is_view:
        found.append("empty")
    return tuple(found)


def _relation(candidate: Candidate, table: TableFacts, shop: Workshop) -> RelationSuggestion:
    relation = Relation(
        name="-".join(candidate.columns),
        columns=candidate.columns,
        target=shop.slugs[candidate.target.name],
        target_columns=candidate.target_columns,
        declared="declared" in candidate.reasons,
        confidence=round(candidate.score, 2),
        label=_relation_label(candidate, table, shop),
        back_label=shop.labels[table.name],
        when=dict(candidate.when),
        separator=candidate.separator,
    )
    return RelationSuggestion(
        relation,
        candidate.target.name,
        candidate.reasons,
        candidate.checked,
        candidate.matched,
        candidate.orphans,
    )


def _relation_label(candidate: Candidate, table: TableFacts, shop: Workshop) -> Label:
    """The column's label without "number" and "ID"; a relation of several columns is called like its target."""
    column = table.column(candidate.columns[0])
    if len(candidate.columns) > 1 or column is None or candidate.when:
        return shop.labels[candidate.target.name]
    return without_id(label_of(table, column, shop), shop.labels[candidate.target.name])


def without_id(label: Label, otherwise: Label) -> Label:
    """For example "客户编号" → 客户, "Customer ID" → Customer."""
    return Label(
        ID_ENDING_EN.sub("", label.en).strip() or otherwise.en,
        ID_ENDING_ZH.sub("", label.zh).strip("的 ") or otherwise.zh,
    )


def label_of(table: TableFacts, column: ColumnFacts, shop: Workshop) -> Label:
    """The data dictionary's words first, then what comment and name say."""
    guess = column_label(column.name, column.comment)
    told = shop.dictionaries.data.label(table.name, column.name)
    return Label(told.en or guess.en, told.zh or guess.zh) if told else guess


def _field(
    table: TableFacts, column: ColumnFacts, values: list[Any], relation: Relation | None, shop: Workshop
) -> Field:
    label = label_of(table, column, shop)
    known = Hint({"relation": relation.name}) if relation else _settings(table, column, values, shop)
    field = Field(
        name=column.name,
        label=without_id(label, label) if relation else label,
        kind=known.kind,
        sql_type="json" if column.is_json else column.sql_type,
        settings={**known.settings, **_charset(column, values)},
        nullable=column.nullable,
        has_default=column.has_default,
        length=column.length,
        scale=column.scale,
        read_only=read_only_code(column),
        group="system" if meaning.is_system(column) else "",
        sensitive=column.name not in table.identity and relation is None and is_sensitive(column, values),
    )
    if field.kind:
        return field
    kind = shop.kind_of(field)
    return replace(field, kind=plain_kind(column) if is_denied(kind, values) else kind)


def _charset(column: ColumnFacts, values: list[Any]) -> dict[str, Any]:
    """Text that was written in another character set than the column says."""
    likely = misencoded.is_likely(column, values)
    return {misencoded.SETTING: misencoded.MISENCODED} if likely else {}


def _settings(table: TableFacts, column: ColumnFacts, values: list[Any], shop: Workshop) -> Hint:
    """A dictionary of codes first, then the comment, then the values."""
    from_dictionary = _dictionary(table, column, values, shop.dictionaries)
    return Hint(from_dictionary) if from_dictionary else hint(column, values)


def _dictionary(
    table: TableFacts, column: ColumnFacts, values: list[Any], dictionaries: Dictionaries
) -> dict[str, Any]:
    """Settings with the dictionary whose type belongs to the column; {} = none."""
    found = dictionaries.of_column(table, column, values)
    return found[0].settings(found[1]) if found else {}
