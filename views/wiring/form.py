"""Reads the form of one table back into an entity."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import request
from flask_babel import gettext as _

import fields
from app import yaml_text
from app.errors import Invalid
from fields import storage
from models.legacy import misencoded
from models.legacy.facts import TableFacts
from models.wiring.nouns import ROLES, Entity, Field, Label, Relation
from models.wiring.refresh import refreshed
from models.wiring.relations.naming import named
from models.wiring.trim import leads
from views.wiring.care import personal_of, with_care
from views.wiring.desk import Desk

PARTS = ("title", "code", "owner", "unit", "region", "updated")


def read_form(desk: Desk, table: TableFacts, before: Entity) -> tuple[Entity, list[str]]:
    """The entity as it was typed, and sentences for what cannot be used."""
    problems: list[str] = []
    key = tuple(part for part in request.form.get("key", "").split("\x1f") if part)
    typed = {c.name: _field(number, c.name, before, problems) for number, c in enumerate(table.columns)}
    used = {name: field for name, field in typed.items() if field and (_is_used(table, name) or name in key)}
    relations = _relations(desk, used, problems)
    role, parent = request.form.get("role", "other"), request.form.get("parent", "")
    entity = replace(
        _with_parts(before, used),
        label=Label(_text("label_en"), _text("label_zh")),
        role=role if role in ROLES else "other",
        key=key,
        fields={name: _with_kind(field, relations) for name, field in used.items()},
        relations=relations,
        dormant={},
        group=_text("group"),
        parent=parent if parent in relations else "",
        delete_flag=_delete_flag(before, used),
    )
    entity = with_care(before, entity, problems)
    problems += _missing(table, entity)
    return refreshed(entity, table), problems


def _with_parts(before: Entity, used: dict[str, Field]) -> Entity:
    """The entity with the columns that were chosen for title, code, owner and the like."""
    parts = {name: value for name in PARTS if (value := request.form.get(name, "")) in used}
    return replace(
        before,
        title=parts.get("title", ""),
        code=parts.get("code", ""),
        owner=parts.get("owner", ""),
        unit=parts.get("unit", ""),
        region=parts.get("region", ""),
        updated=parts.get("updated", ""),
    )


def _text(name: str, longest: int = 200) -> str:
    return request.form.get(name, "").strip()[:longest]


def _is_used(table: TableFacts, name: str) -> bool:
    number = next(number for number, column in enumerate(table.columns) if column.name == name)
    return f"use-{number}" in request.form


def _field(number: int, name: str, before: Entity, problems: list[str]) -> Field | None:
    """A column's field; None when the form says nothing about it."""
    if f"kind-{number}" not in request.form:
        return before.fields.get(name)
    known = before.fields.get(name) or Field(name, Label(), "text")
    kind = request.form[f"kind-{number}"]
    return replace(
        known,
        label=Label(_text(f"en-{number}"), _text(f"zh-{number}")),
        kind=kind if kind in fields.kinds() else known.kind,
        settings=_settings(f"settings-{number}", name, known, problems) | _charset(number),
        listed=f"listed-{number}" in request.form,
        searched=f"searched-{number}" in request.form,
        inside=f"inside-{number}" in request.form,
        sensitive=f"sensitive-{number}" in request.form,
        group=_text(f"group-{number}"),
        personal=personal_of(number, known, problems),
        help=Label(_text(f"help_en-{number}", 500), _text(f"help_zh-{number}", 500)),
    )


def _charset(number: int) -> dict[str, Any]:
    """The switch for text that is UTF-8 in a latin1 column."""
    return {misencoded.SETTING: misencoded.MISENCODED} if f"misencoded-{number}" in request.form else {}


def _settings(name: str, column: str, known: Field, problems: list[str]) -> dict[str, Any]:
    """Settings typed as YAML; those before when they cannot be read."""
    text = request.form.get(name, "")
    try:
        found = yaml_text.load(text) if text.strip() else {}
    except Invalid:
        found = None
    if isinstance(found, dict):
        return found
    problems.append(
        _("The settings of %(column)s cannot be read. Write one “name: value” a line.", column=column)
    )
    return dict(known.settings)


def _relations(desk: Desk, used: dict[str, Field], problems: list[str]) -> dict[str, Relation]:
    """Ticked relations, and the one that was added by hand."""
    found: list[Relation | None] = []
    for key, spec in request.form.items():
        if key.startswith("relation-") and f"use_{key}" in request.form:
            number = key.removeprefix("relation-")
            label = Label(_text(f"relation_en-{number}"), _text(f"relation_zh-{number}"))
            found.append(_relation(desk, _spec(spec), label, used, problems))
    found.append(_added(desk, used, problems))
    return named([relation for relation in found if relation])


def _added(desk: Desk, used: dict[str, Field], problems: list[str]) -> Relation | None:
    """The relation that was added by hand."""
    added, target = _text("new_column"), _text("new_target")
    if added and target:
        table, _dot, column = target.rpartition(".")
        label = used[added].label if added in used else Label()
        when = {kind: _text("new_value")} if (kind := _text("new_type")) in used else {}
        spec = [[added], table, [column], when, _text("new_separator")[:1]]
        return _relation(desk, spec, label, used, problems)
    return None


def _spec(text: str) -> list[Any]:
    """[columns, table, target columns, when, separator] as the page wrote them; empty ones for anything else."""
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    shape = (list, str, list, dict, str)
    is_whole = isinstance(found, list) and tuple(type(part) for part in found) == shape
    return list(found) if isinstance(found, list) and is_whole else [[], "", [], {}, ""]


def _relation(
    desk: Desk, spec: Any, label: Label, used: dict[str, Field], problems: list[str]
) -> Relation | None:
    """A relation over columns that are used, to a key that exists."""
    columns, table, targets, when = tuple(spec[0]), str(spec[1]), tuple(spec[2]), dict(spec[3])
    facts = desk.known.facts.tables.get(table)
    if facts is None or not all(facts.column(name) for name in targets):
        problems.append(
            _(
                "There is no key %(table)s.%(column)s. Choose one from the list.",
                table=table,
                column=", ".join(targets),
            )
        )
        return None
    if not {*columns, *when} <= used.keys():
        return None
    known = _known(desk, columns, table, when)
    return Relation(
        "-".join(columns),
        columns,
        desk.names[table],
        targets,
        declared=known.declared if known else False,
        confidence=known.confidence if known else 1.0,
        label=label,
        back_label=known.back_label if known else Label(),
        when=when,
        separator=str(spec[4]),
    )


def _known(desk: Desk, columns: tuple[str, ...], target: str, when: Mapping[str, Any]) -> Relation | None:
    """What was suggested for the same columns and table."""
    name = request.args.get("table", "")
    found = (
        s
        for s in desk.suggestion(name).relations
        if s.relation.columns == columns and s.target_table == target and s.relation.when == when
    )
    return next((s.relation for s in found), None)


def _with_kind(field: Field, relations: dict[str, Relation]) -> Field:
    """A field that leads to another record says so; one that no longer does gets a plain kind."""
    leading = next((r for r in relations.values() if leads(r, field.name)), None)
    if leading:
        return replace(
            field, kind="relation", settings={"relation": leading.name, **misencoded.kept(field.settings)}
        )
    if field.kind != "relation":
        return field
    plain = replace(field, settings=misencoded.kept(field.settings), kind="")
    return replace(plain, kind=fields.best_kind(plain))


def _delete_flag(before: Entity, used: dict[str, Field]) -> dict[str, Any]:
    name = request.form.get("delete_field", "")
    if name not in used:
        return {}
    typed = {"deleted": _text("delete_deleted") or "1", "live": _text("delete_live") or "0"}
    is_number = not storage.is_text(used[name])
    values = {
        key: int(text) if is_number and text.lstrip("-").isdigit() else text for key, text in typed.items()
    }
    found = {"field": name, **values}
    return dict(before.delete_flag) if before.delete_flag == found else found


def _missing(table: TableFacts, entity: Entity) -> list[str]:
    """Sentences for what an entity cannot do without."""
    found = []
    if not (entity.label.en or entity.label.zh):
        found.append(_("The table needs a name in at least one language."))
    if not entity.fields:
        found.append(_("Choose at least one column."))
    if not set(entity.key) <= entity.fields.keys() or (entity.key and entity.key not in table.unique_keys):
        found.append(_("This key does not tell rows apart. Choose one from the list."))
    return found


def checked(entity: Entity, problems: list[str]) -> Entity:
    """The entity when there is nothing wrong with it. Raises Invalid."""
    if problems:
        raise Invalid("\n".join(problems))
    return entity
