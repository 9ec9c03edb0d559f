"""Checks a wiring that somebody wrote by hand against the schema, and names every place that is wrong."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from flask_babel import gettext as _

from models.legacy import misencoded
from models.legacy.facts import ColumnFacts, SchemaFacts, TableFacts
from models.legacy.sql_type import parse_sql_type
from models.wiring.nouns import ROLES

NUMBER = re.compile(r"-?[0-9]{1,20}")
NUMBERS = {"integer", "bit"}
NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
ENTITY_KEYS = {
    "table", "label", "fields", "key", "title", "code", "role", "relations", "read_only", "owner", "unit", "region", "parent",
    "delete_flag", "updated", "icon", "group", "indexes", "unique", "row_estimate", "is_view", "comment", "dormant",
    "renamed", "fixed", "kept", "audited", "on_request",
}  # fmt: skip
FIELD_KEYS = {
    "label", "kind", "settings", "read_only", "group", "listed", "searched", "inside", "help", "sql_type", "nullable", "has_default",
    "length", "scale", "sensitive", "personal",
}  # fmt: skip
RELATION_KEYS = {
    "columns",
    "target",
    "target_columns",
    "declared",
    "confidence",
    "label",
    "back_label",
    "when",
    "separator",
}
CHOICES = {
    "audited": ("", "opened", "sensitive", "both"),
    "on_request": ("", "delete"),
    "personal": ("", "name", "phone", "mail", "number", "address", "birth", "other", "none"),
}
"""Settings that take one of a few words."""
COLUMN_ROLES = ("title", "code", "owner", "unit", "region", "updated")


def check_document(document: Mapping[str, Any], facts: SchemaFacts, kinds: set[str]) -> list[str]:
    """A sentence for each mistake; [] = the document can be applied."""
    entities: Mapping[str, Any] = document["entities"]
    problems = []
    for name, entry in entities.items():
        problems += list(_entity(str(name), entry, entities, facts, kinds))
    tables = Counter(entry.get("table") for entry in entities.values() if isinstance(entry, Mapping))
    twice = [str(table) for table, count in tables.items() if table and count > 1]
    return problems + [
        _("Table “%(table)s” stands in two entities. Keep one of them.", table=table) for table in twice
    ]


def _entity(
    name: str, entry: Any, entities: Mapping[str, Any], facts: SchemaFacts, kinds: set[str]
) -> Iterator[str]:
    if not NAME.fullmatch(name):
        yield _("“%(place)s” cannot be an address. Use lower-case letters, digits and hyphens.", place=name)
    if not isinstance(entry, Mapping) or not isinstance(entry.get("fields"), Mapping):
        yield _("%(place)s: “fields” is missing. List the columns to publish under it.", place=name)
        return
    table = facts.tables.get(str(entry.get("table")))
    if table is None:
        yield _(
            "%(place)s: there is no table “%(table)s”. Correct its name.",
            place=name,
            table=entry.get("table"),
        )
        return
    yield from _unknown(name, entry, ENTITY_KEYS)
    yield from _roles(name, entry)
    yield from _choice(name, entry, "audited")
    yield from _choice(name, entry, "on_request")
    yield from _columns(name, entry, table)
    for column, field in entry["fields"].items():
        yield from _field(f"{name}.{column}", str(column), field, table, kinds)
    for relation, value in (entry.get("relations") or {}).items():
        yield from _relation(f"{name}.{relation}", value, entry, entities)
    yield from _parent(name, entry)
    yield from _fixed(name, entry, table)


def _unknown(place: str, entry: Mapping[str, Any], known: set[str]) -> Iterator[str]:
    for key in entry:
        if key not in known:
            yield _(
                "%(place)s: “%(key)s” means nothing here. Remove it or correct its name.",
                place=place,
                key=key,
            )


def _choice(place: str, entry: Mapping[str, Any], key: str) -> Iterator[str]:
    if entry.get(key, "") not in CHOICES[key]:
        known = ", ".join(word for word in CHOICES[key] if word)
        yield _(
            "%(place)s: “%(key)s” cannot be “%(value)s”. Use one of %(known)s.",
            place=place,
            key=key,
            value=entry.get(key),
            known=known,
        )


def _roles(place: str, entry: Mapping[str, Any]) -> Iterator[str]:
    role = entry.get("role", "other")
    if role not in ROLES:
        known = ", ".join(ROLES)
        yield _(
            "%(place)s: there is no role “%(role)s”. Use one of %(known)s.",
            place=place,
            role=role,
            known=known,
        )


def _columns(place: str, entry: Mapping[str, Any], table: TableFacts) -> Iterator[str]:
    """Columns that play a part must be among the fields, and the key must tell rows apart."""
    key = entry.get("key") or []
    flag = (entry.get("delete_flag") or {}).get("field")
    parts = {role: entry.get(role) for role in COLUMN_ROLES} | {"delete_flag": flag}
    named = [*((role, column) for role, column in parts.items()), *(("key", column) for column in key)]
    for role, column in named:
        if column and column not in entry["fields"]:
            yield _(
                "%(place)s: %(role)s names “%(column)s”, which is not among its fields. Add the field or correct the name.",
                place=place, role=role, column=column,
            )  # fmt: skip
    if key and not any(set(unique) <= set(key) for unique in table.unique_keys):
        columns = ", ".join(str(column) for column in key)
        yield _(
            "%(place)s: %(columns)s do not tell rows apart. Use the columns of a unique key.",
            place=place,
            columns=columns,
        )


def _field(place: str, column: str, field: Any, table: TableFacts, kinds: set[str]) -> Iterator[str]:
    if table.column(column) is None:
        yield _(
            "%(place)s: table “%(table)s” has no such column. Remove it or correct its name.",
            place=place,
            table=table.name,
        )
    if not isinstance(field, Mapping):
        yield _("%(place)s: its settings are missing. Give it at least a kind.", place=place)
        return
    yield from _choice(place, field, "personal")
    yield from _unknown(place, field, FIELD_KEYS)
    if field.get("kind") not in kinds:
        yield _(
            "%(place)s: there is no field type “%(kind)s”. Use one from the list in the docs.",
            place=place,
            kind=field.get("kind"),
        )
    if not isinstance(field.get("settings", {}), Mapping):
        yield _("%(place)s: “settings” must be a list of names with values.", place=place)
        return
    yield from _charset(place, field.get("settings", {}).get(misencoded.SETTING), table.column(column))


def _charset(place: str, charset: Any, column: ColumnFacts | None) -> Iterator[str]:
    if charset is None or column is None:
        return
    if charset != misencoded.MISENCODED or not misencoded.may_be(column):
        yield _(
            "%(place)s: the charset can only be “%(charset)s”, and only for text in a latin1 column.",
            place=place,
            charset=misencoded.MISENCODED,
        )


def _relation(place: str, value: Any, entry: Mapping[str, Any], entities: Mapping[str, Any]) -> Iterator[str]:
    if not isinstance(value, Mapping):
        yield _("%(place)s: its columns and its target are missing. Add them.", place=place)
        return
    yield from _unknown(place, value, RELATION_KEYS)
    target = entities.get(str(value.get("target")))
    if not isinstance(target, Mapping):
        yield _(
            "%(place)s: there is no entity “%(target)s”. Correct the target.",
            place=place,
            target=value.get("target"),
        )
        return
    yield from _special(place, value)
    columns, target_columns = list(value.get("columns") or []), list(value.get("target_columns") or [])
    if not columns or len(columns) != len(target_columns):
        yield _("%(place)s: it needs as many columns as target columns.", place=place)
    known = target.get("fields") or {}
    lost = [c for c in (*columns, *_when(value)) if c not in entry["fields"]] + [
        c for c in target_columns if c not in known
    ]
    for column in lost:
        yield _(
            "%(place)s: “%(column)s” is not among the fields. Correct the name.", place=place, column=column
        )


def _when(value: Mapping[str, Any]) -> Mapping[str, Any]:
    when = value.get("when") or {}
    return when if isinstance(when, Mapping) else {}


def _special(place: str, value: Mapping[str, Any]) -> Iterator[str]:
    """What a relation to several entities, or to many rows, must be like."""
    when, separator = value.get("when") or {}, value.get("separator") or ""
    if not isinstance(when, Mapping) or not all(isinstance(v, str | int) for v in when.values()):
        yield _(
            "%(place)s: “when” must name a column and the value it has, such as “type: order”.", place=place
        )
    if not isinstance(separator, str) or len(separator) > 3:
        yield _("%(place)s: “separator” must be the character between the keys, such as “,”.", place=place)
    elif separator and len(value.get("columns") or []) != 1:
        yield _("%(place)s: a list of keys stands in one column. Name just that one.", place=place)


def _parent(name: str, entry: Mapping[str, Any]) -> Iterator[str]:
    """Whose a record is can only follow from a relation that every row has."""
    relation = (entry.get("relations") or {}).get(entry.get("parent") or "")
    if isinstance(relation, Mapping) and (relation.get("when") or relation.get("separator")):
        yield _(
            "%(place)s: “parent” names a relation that not every record has. Use another one, or none.",
            place=name,
        )


def _fixed(name: str, entry: Mapping[str, Any], table: TableFacts) -> Iterator[str]:
    """Each fixed value belongs to a field and is one that the column can hold."""
    fixed = entry.get("fixed") or {}
    if not isinstance(fixed, Mapping) or not all(_is_fixable(value) for value in fixed.values()):
        yield _(
            "%(place)s: “fixed” must name a column and the value that all rows have, such as “tenant_id: 1”.",
            place=name,
        )
        return
    for column, value in fixed.items():
        facts = table.column(str(column)) if column in entry["fields"] else None
        if facts is None:
            yield _(
                "%(place)s: “%(column)s” is not among the fields. Correct the name.",
                place=name,
                column=column,
            )
        elif parse_sql_type(facts.sql_type).family in NUMBERS and not NUMBER.fullmatch(str(value)):
            yield _("%(place)s: “%(column)s” holds numbers. Fix it to one.", place=name, column=column)


def _is_fixable(value: Any) -> bool:
    return isinstance(value, str | int) and not isinstance(value, bool) and str(value).strip() != ""
