"""What the pages of policies draw: the list with its health, the form, and the preview."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import url_for
from flask_babel import format_datetime
from sqlalchemy import RowMapping, select

import fields
from app.clock import now
from app.i18n import language
from fields.options import options
from models import access
from models.condition.values import DATE, DATETIME, NUMBER, sort_of
from models.records import read
from models.wiring.nouns import Entity, Field
from rules import records
from rules.sla import board
from rules.sla.policy import Definition, SlaPolicy
from rules.sla.preview import Foreseen, foresee
from rules.sla.standing import fields_read, owner_of
from rules.sla.store import all_calendars, all_policies, calendar_with_id
from rules.tables import policies
from views.records.listing import filter_fields, total_text
from views.rules import words
from views.rules.policy_form import CONDITIONS, RUNGS

PREVIEWED = 10
EXTRA_TARGETS = 2


def list_lines() -> list[dict[str, Any]]:
    """The policies in their order, each with last success, lag and error."""
    connection = access.overlay()
    health = {row["id"]: row for row in connection.execute(select(policies)).mappings()}
    calendars = {one.id: one.calendar.name_in(language()) for one in all_calendars(connection)}
    return [_line(policy, health[policy.id], calendars) for policy in all_policies(connection)]


def _line(policy: SlaPolicy, health: RowMapping, calendars: Mapping[int, str]) -> dict[str, Any]:
    entity = access.catalogue().get(policy.entity)
    succeeded, failed = health["last_success_at"], health["last_error_at"]
    return {
        "id": policy.id,
        "name": policy.name_in(language()),
        "url": url_for("PolicyView.edit", policy_id=policy.id),
        "entity": entity.label.text(language()) or entity.name if entity else policy.entity,
        "is_published": entity is not None,
        "kind": str(words.KINDS[policy.kind]),
        "calendar": calendars.get(policy.definition.calendar, ""),
        "active": policy.active,
        "succeeded": format_datetime(succeeded, "short") if succeeded else "",
        "lag": words.duration(health["lag_s"]) if health["lag_s"] >= 60 else "",
        "error": health["last_error"],
        "failed": format_datetime(failed, "short") if failed else "",
        **board.counts_of(access.overlay(), policy.id),
    }


def form_context(
    entity: Entity, policy: SlaPolicy, problem: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Everything that rules/policy.html draws."""
    said = policy.definition
    calendars = all_calendars(access.overlay())
    return {
        "entity": entity,
        "entity_label": entity.label.text(language()) or entity.name,
        "policy": policy,
        "said": said,
        "valid_from": policy.valid_from.astimezone(said.zone).date().isoformat(),
        "kinds": [(name, str(text)) for name, text in words.KINDS.items()],
        "calendars": [(one.id, one.calendar.name_in(language())) for one in calendars],
        "times": _choices(entity, _is_time),
        "plain_fields": _choices(entity, _is_plain),
        "filter_fields": [one for one in filter_fields(entity) if one["name"] in entity.fields],
        "conditions": {name: said.written.get(name, getattr(said, name)) for name in CONDITIONS},
        "targets": target_lines(entity, said),
        "rungs": rung_lines(said),
        "audiences": [(name, str(text)) for name, text in words.AUDIENCES.items()],
        "older": _older(policy),
        "errors": dict(problem or {}),
    }


def _older(policy: SlaPolicy) -> int:
    if not policy.id:
        return 0
    calendar = calendar_with_id(access.overlay(), policy.definition.calendar)
    return board.older_versions(access.overlay(), policy.id, policy.version, calendar.calendar.version)


def _choices(entity: Entity, fits: Any) -> list[tuple[str, str]]:
    visible = set(access.policy().visible(entity))
    found = [field for name, field in entity.fields.items() if name in visible and fits(field)]
    return [(field.name, field.label.text(language()) or field.name) for field in found]


def _is_time(field: Field) -> bool:
    return sort_of(field) in {DATE, DATETIME} or (
        sort_of(field) == NUMBER and field.kind in {"epoch", "yyyymmdd"}
    )


def _is_plain(field: Field) -> bool:
    return not fields.field_type(field.kind).is_heavy and field.kind not in {"longtext", "json"}


def target_lines(entity: Entity, said: Definition, priority_field: str | None = None) -> list[dict[str, Any]]:
    """Lines of the table of targets: every known priority, what is set beside them, and room for more."""
    field = entity.fields.get(said.priority_field if priority_field is None else priority_field)
    known = {option.code: option.words for option in options(field).values()} if field else {}
    others = [] if known and priority_field is not None else [name for name in said.targets if name]
    names = list(dict.fromkeys([*known, *others]))
    lines = [_target_line(name, known.get(name, ""), said) for name in names]
    blank = [{"priority": "", "label": "", "hours": "", "is_known": False}] * (
        0 if known or not field else EXTRA_TARGETS
    )
    return [*lines, *blank, _target_line("", "", said) | {"is_rest": True}]


def _target_line(name: str, label: str, said: Definition) -> dict[str, Any]:
    seconds = said.targets.get(name)
    hours = f"{seconds / 3600:.4f}".rstrip("0").rstrip(".") if seconds else ""
    return {"priority": name, "label": label, "hours": hours, "is_known": bool(label), "is_rest": False}


def rung_lines(said: Definition) -> list[dict[str, Any]]:
    """Escalations that are set, and empty lines up to three."""
    lines = [
        {
            "minutes": f"{rung.amount:g}",
            "measure": rung.measure,
            "audience": rung.audience[0] if rung.audience else "",
            "audience_text": words.audience(rung.audience[0]) if rung.audience else "",
            "every": f"{rung.every:g}" if rung.every else "",
            "times": rung.times,
        }
        for rung in said.ladder
    ]
    blank = {
        "minutes": "",
        "measure": "working",
        "audience": "superior",
        "audience_text": "",
        "every": "",
        "times": 1,
    }
    return [*lines, *([blank] * (RUNGS - len(lines)))]


def preview_context(entity: Entity, policy: SlaPolicy) -> dict[str, Any]:
    """Who matches: about how many open records, and the clocks that the newest of them would have now."""
    said, session = policy.definition, access.records()
    query = read.Query(
        (entity.title or entity.key[0],), _open_records(entity, policy), "", _newest(entity), "", PREVIEWED
    )
    page = read.page(session, entity, query)
    connection = access.overlay()
    tokens = [record.token for record in page.records]
    found = records.read_many(connection, entity, tokens, fields_read(entity, [policy]))
    calendar = calendar_with_id(connection, said.calendar).calendar
    ordered = [found[token] for token in tokens if token in found]
    foreseen = foresee(entity, policy, calendar, ordered, now(connection))
    return {
        "lines": _foreseen_lines(entity, policy, foreseen),
        "total": total_text(entity, query),
        "calendar": calendar.name_in(language()),
    }


def _open_records(entity: Entity, policy: SlaPolicy) -> dict[str, Any]:
    said = policy.definition
    begins = records.stored_instant(entity, said.start_field, policy.valid_from, said.zone)
    parts = [{"field": said.start_field, "op": "gte", "value": begins}, {"not": said.stop_condition}]
    return {"and": [*parts, said.match] if said.match else parts}


def _newest(entity: Entity) -> tuple[tuple[str, bool], ...]:
    return ((entity.key[0], True),) if len(entity.key) == 1 else ()


def _foreseen_lines(entity: Entity, policy: SlaPolicy, foreseen: Sequence[Foreseen]) -> list[dict[str, Any]]:
    return [
        {
            "title": one.seen.title,
            "url": url_for("RecordView.show", entity=entity.name, token=one.seen.token),
            "owner": owner_of(policy, one.seen),
            "priority": str(one.seen.values.get(policy.definition.priority_field) or ""),
            "state": words.state(one.clock.state) if one.clock else {"text": "–", "tone": ""},
            "started": words.moment(one.clock.started_at) if one.clock else "",
            "due": words.moment(one.clock.due_at) if one.clock else "",
        }
        for one in foreseen
    ]
