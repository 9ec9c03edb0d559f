"""Step 2: one table with its fields and relations, as suggested, as drafted or as published."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache as cached
from typing import Any

import yaml
from flask import url_for
from flask_babel import gettext as _

import fields
from app.errors import NotVisible
from app.i18n import language
from models import access
from models.inside.spaces import BUILDING, READY, Space, all_of
from models.inside.walks import can_be_indexed
from models.legacy import misencoded
from models.legacy.facts import ColumnFacts, TableFacts
from models.wiring.merge import stamp
from models.wiring.nouns import ROLES, Entity, Field, Relation
from models.wiring.part_reasons import kind_reason, part_reasons
from models.wiring.reasons import role_reason
from models.wiring.suggestion import TICKED_FROM, Suggestion
from views.wiring.care import care_of
from views.wiring.desk import Desk
from views.wiring.words import condition_text, problem_text, reason_text, role_text

HIDDEN_SETTINGS = {"relation", misencoded.SETTING}


@dataclass(frozen=True)
class FieldLine:
    """One column."""

    number: int
    column: str
    sql_type: str
    comment: str
    field: Field
    is_used: bool
    settings: str
    """The settings as YAML."""
    charset: str
    """ "" = cannot be another than the column's, "own", or "utf8-in-latin1"."""
    can_be_indexed: bool = False
    """Whether words inside it can be searched."""
    index_state: str = ""
    """How far its search index is, in words."""

    suggested_kind: str = ""

    @property
    def sought(self) -> str:
        """What the search for a column looks at."""
        label = self.field.label
        return f"{self.column} {label.en} {label.zh} {self.comment}".lower()


@dataclass(frozen=True)
class Section:
    """Columns that are shown and folded together."""

    title: str
    lines: list[FieldLine]
    is_open: bool


@dataclass(frozen=True)
class RelationLine:
    """One relation that exists or may exist."""

    number: int
    spec: str
    """JSON: [columns, target table, target columns, when, separator]."""
    columns: str
    condition: str
    """When it holds, or that many are named, in words."""
    target: str
    label_en: str
    label_zh: str
    confidence: int
    """Percent."""
    reasons: str
    found: str
    orphans: str
    is_used: bool
    is_declared: bool

    @property
    def place(self) -> tuple[str, str, str]:
        return self.columns, self.target, self.condition


def table_of(desk: Desk, name: str) -> TableFacts:
    """The table's facts. Raises NotVisible."""
    table = desk.known.facts.tables.get(name)
    if table is None:
        raise NotVisible(_("There is no such table in the schema. Read the schema again if it is new."))
    return table


def context(
    desk: Desk, table: TableFacts, entity: Entity | None = None, sentence: str = ""
) -> dict[str, Any]:
    """Everything that wiring/table.html draws; `entity` is what was typed when it comes back with a sentence."""
    suggestion = desk.suggestion(table.name)
    shown = entity or desk.entity(table.name) or desk.suggested(suggestion)
    lines = field_lines(table, shown, desk.suggested(suggestion))
    return {
        "table": table,
        "entity": shown,
        "sentence": sentence,
        "seen": stamp(desk.entity(table.name)),
        "sections": sections(lines),
        "care": care_of(shown, {line.column: line.field for line in lines}),
        "relations": relation_lines(desk, shown, suggestion),
        "roles": [(role, role_text(role)) for role in ROLES],
        "role_reasons": [role_reason(code) for code in suggestion.role_reasons],
        "problems": [problem_text(code) for code in suggestion.problems],
        "tenant_hint": tenant_hint(suggestion),
        "because": part_reasons(table, suggestion.entity),
        "kind_because": {name: kind_reason(code) for name, code in suggestion.kind_codes.items()},
        "keys": key_choices(table, shown),
        "kinds": kind_choices(language()),
        "groups": group_choices(shown),
        "is_chosen": table.name in desk.draft.chosen(desk.current),
        "targets": sorted(_targets(desk)),
        "preview_url": url_for("WiringView.preview", table=table.name),
    }


def tenant_hint(suggestion: Suggestion) -> str:
    """What is known of a column for tenants, in words; "" = there is none."""
    column, values = suggestion.tenant
    if not column:
        return ""
    held = str(_(", ")).join(values) or _("no value yet")
    return str(
        _("%(column)s looks like the column of a tenant. It holds: %(values)s.", column=column, values=held)
    )


def sections(lines: list[FieldLine]) -> list[Section]:
    """Columns in use, those that keep the books of the old system, and those that are left out: by and by less looked at."""
    used = [line for line in lines if line.is_used and line.field.group != "system"]
    system = [line for line in lines if line.is_used and line.field.group == "system"]
    left = [line for line in lines if not line.is_used]
    found = [
        Section(str(_("In use")), used, is_open=True),
        Section(str(_("Book-keeping")), system, is_open=False),
        Section(str(_("Left out")), left, is_open=not used),
    ]
    return [section for section in found if section.lines]


def field_lines(table: TableFacts, entity: Entity, suggested: Entity) -> list[FieldLine]:
    """A line for each column; those left out show what is suggested for them."""
    lines, states = [], {s.field: s for s in all_of(access.overlay()) if s.entity == entity.name}
    for number, column in enumerate(table.columns):
        field = entity.fields.get(column.name)
        shown = field or suggested.fields.get(column.name) or _plain(column.name, column.sql_type)
        lines.append(
            FieldLine(
                number,
                column.name,
                column.sql_type,
                column.comment,
                shown,
                field is not None,
                settings_text(shown),
                charset_of(column, shown),
                bool(entity.key) and can_be_indexed(shown),
                index_state(states.get(column.name)),
                suggested.fields[column.name].kind if column.name in suggested.fields else "",
            )
        )
    return lines


def charset_of(column: ColumnFacts, field: Field) -> str:
    """What the switch for the character set shows."""
    is_switchable = misencoded.may_be(column)
    return str(field.settings.get(misencoded.SETTING, "own")) if is_switchable else ""


def index_state(space: Space | None) -> str:
    """How far a search index is."""
    if space is None or space.state not in {BUILDING, READY}:
        return ""
    return str(_("ready") if space.state == READY else _("%(percent)s %% built", percent=space.percent))


def _plain(name: str, sql_type: str) -> Field:
    from models.wiring.labels import name_label

    return Field(name, name_label(name), "text", sql_type)


def settings_text(field: Field) -> str:
    """A field's settings as YAML, without those that the page sets elsewhere."""
    shown = {key: value for key, value in field.settings.items() if key not in HIDDEN_SETTINGS}
    if not shown:
        return ""
    return str(
        yaml.safe_dump(shown, allow_unicode=True, sort_keys=False, default_flow_style=None, width=80)
    ).strip()


def relation_lines(desk: Desk, entity: Entity, suggestion: Suggestion) -> list[RelationLine]:
    """Relations of the entity first, then suggestions that it does not have."""
    tables = {name: table for table, name in desk.names.items()}
    slugs = {slug: table for table, slug in desk.known.inference.slugs.items()}
    known = {_place(s.relation, s.target_table): s for s in suggestion.relations}
    lines: list[RelationLine] = []
    for relation in {**entity.relations, **entity.dormant}.values():
        target = tables.get(relation.target, relation.target)
        lines.append(
            _relation_line(len(lines), relation, target, known.get(_place(relation, target)), is_used=True)
        )
    shown = {line.place for line in lines}
    for found in suggestion.relations:
        line = _relation_line(len(lines), found.relation, slugs[found.relation.target], found, is_used=False)
        if line.place not in shown:
            lines.append(line)
    return lines


def _place(relation: Relation, target: str) -> tuple[Any, ...]:
    return relation.columns, target, tuple(relation.when.items())


def _relation_line(
    number: int, relation: Relation, target: str, found: Any, *, is_used: bool
) -> RelationLine:
    reasons = found.reasons if found else ("declared",) if relation.declared else ()
    return RelationLine(
        number=number,
        spec=json.dumps(
            [relation.columns, target, relation.target_columns, dict(relation.when), relation.separator]
        ),
        columns=", ".join(relation.columns),
        condition=condition_text(relation),
        target=f"{target} ({', '.join(relation.target_columns)})",
        label_en=relation.label.en,
        label_zh=relation.label.zh,
        confidence=round(100 * (found.relation.confidence if found else relation.confidence)),
        reasons=str(_(", ")).join(reason_text(code) for code in reasons),
        found=_("%(matched)s of %(checked)s values found", matched=found.matched, checked=found.checked)
        if found and found.checked
        else "",
        orphans=", ".join(str(value) for value in found.orphans) if found else "",
        is_used=is_used,
        is_declared=relation.declared,
    )


def is_ticked(line: RelationLine) -> bool:
    """Certain enough to be used without a person's word."""
    return line.confidence >= 100 * TICKED_FROM


def key_choices(table: TableFacts, entity: Entity) -> list[tuple[str, str]]:
    """(value, label) of the keys that tell rows apart."""
    keys = dict.fromkeys(
        [*([entity.key] if entity.key else []), *([] if table.is_view else table.unique_keys)]
    )
    return [("\x1f".join(key), ", ".join(key)) for key in keys] + [("", _("No key: read-only"))]


@cached
def kind_choices(_language: str) -> list[tuple[str, str]]:
    """(kind, its name) of all field types, in the language's order."""
    known = ((kind, str(one.label)) for kind, one in fields.kinds().items())
    return sorted(known, key=lambda choice: choice[1])


def group_choices(entity: Entity) -> list[tuple[str, str]]:
    """Headings under which a page shows fields."""
    known = [("", _("Details")), ("more", _("More")), ("system", _("System"))]
    own = {field.group for field in entity.fields.values()} - {value for value, _label in known}
    return [*known, *((group, group) for group in sorted(own))]


def _targets(desk: Desk) -> Iterable[str]:
    index = desk.known.inference.index
    return (f"{t.table.name}.{t.column.name}" for table in index.tables for t in index.targets(table))
