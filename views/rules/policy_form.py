"""The policy form: what was typed becomes a Definition, and a stored one becomes what the form shows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, time
from typing import Any

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from app import clock
from app.errors import Invalid, Problem
from app.extensions import services
from fields import conditions
from models import access
from models.wiring.nouns import Entity
from rules.sla.clock import REOPEN_BY_KIND
from rules.sla.policy import Definition, Rung, SlaPolicy
from rules.sla.refusals import refuse_wrong

CONDITIONS = ("match", "start", "stop", "pause", "cancel")
RUNGS = 3
"""Lines for escalations in the form."""
Typed = MultiDict[str, str]


def parsed(entity: Entity, typed: Typed, policy: SlaPolicy) -> tuple[SlaPolicy, dict[str, str]]:
    """The policy as the form has it, and a sentence for each field that cannot stay as it is."""
    wrong: dict[str, str] = {}
    name = typed.get("name", "").strip()
    if not name:
        wrong["name"] = _("Give the policy a name.")
    definition = _definition(entity, typed, policy.definition, wrong)
    valid_from = _valid_from(typed.get("valid_from"), definition, wrong)
    wanted = replace(
        policy,
        name=name[:120],
        kind=typed.get("kind", policy.kind) if typed.get("kind") in REOPEN_BY_KIND else policy.kind,
        active="active" in typed,
        valid_from=valid_from or policy.valid_from,
        definition=definition,
    )
    _also(wrong, entity, definition)
    return wanted, wrong


def _definition(entity: Entity, typed: Typed, kept: Definition, wrong: dict[str, str]) -> Definition:
    written = {name: found for name in CONDITIONS if (found := _condition_typed(typed, name, wrong))}
    resolved: dict[str, Any] = {
        name: _resolved(entity, name, written.get(name), wrong) for name in CONDITIONS
    }
    return replace(
        kept,
        **resolved,
        name_zh=typed.get("name_zh", "").strip()[:120],
        written=written,
        start_field=typed.get("start_field", ""),
        stop_field=typed.get("stop_field", ""),
        priority_field=typed.get("priority_field", ""),
        owner_field=typed.get("owner_field", ""),
        reopen=typed.get("reopen", ""),
        calendar=_whole(typed.get("calendar", ""), "calendar", wrong),
        targets=targets_typed(typed, wrong),
        warning_percent=_whole(typed.get("warning_percent", "") or "0", "warning_percent", wrong),
        channels=tuple(way for way in ("inbox", "mail") if way in typed.getlist("channels")),
        ladder=_ladder(typed, kept, wrong),
        tells_backlog="tells_backlog" in typed,
    )


def _condition_typed(typed: Typed, name: str, wrong: dict[str, str]) -> Any:
    text = typed.get(f"condition_{name}", "").strip()
    try:
        return json.loads(text) if text else None
    except ValueError:
        wrong[name] = _("This filter cannot be read. Remove it and build it again.")
        return None


def _resolved(entity: Entity, name: str, condition: Any, wrong: dict[str, str]) -> Any:
    """The condition in stored values. A rule runs at any time and for nobody: relative times and "mine" have no meaning."""
    if condition is None:
        return None
    if _is_relative(condition):
        wrong[name] = _("A rule cannot compare with a moving time or with the reader. Choose fixed values.")
        return None
    try:
        return conditions.resolve(entity, condition, clock.today(), access.actor(), access.catalogue())
    except Problem as problem:
        wrong[name] = str(problem)
        return None


def _is_relative(condition: Any) -> bool:
    if isinstance(condition, Mapping):
        return (
            condition.get("op") == "within"
            or "actor" in condition
            or any(map(_is_relative, condition.values()))
        )
    return isinstance(condition, list) and any(map(_is_relative, condition))


def targets_typed(typed: Typed, wrong: dict[str, str]) -> dict[str, int]:
    """Seconds by priority from pairs of lines; a line without hours is no target."""
    found = {}
    for priority, hours in zip(typed.getlist("target_priority"), typed.getlist("target_hours"), strict=False):
        if hours.strip():
            found[priority.strip()] = round(_number(hours, "targets", wrong) * 3600)
    return found


def _ladder(typed: Typed, kept: Definition, wrong: dict[str, str]) -> tuple[Rung, ...]:
    """The escalations of the form; their names stay, so that nothing is told twice after an edit."""
    names = [rung.name for rung in kept.ladder]
    channels = tuple(way for way in ("inbox", "mail") if way in typed.getlist("channels"))
    rungs = []
    for number, minutes in enumerate(typed.getlist("rung_minutes")):
        if minutes.strip():
            name = names[number] if number < len(names) else f"escalation {number + 1}"
            rung = Rung(
                name,
                "wall" if _at(typed, "rung_measure", number) == "wall" else "working",
                _number(minutes, "ladder", wrong),
                (_at(typed, "rung_audience", number) or "superior",),
                channels,
                _number(_at(typed, "rung_every", number) or "0", "ladder", wrong),
                _whole(_at(typed, "rung_times", number) or "1", "ladder", wrong),
            )
            rungs.append(rung)
    return tuple(rungs)


def _at(typed: Typed, name: str, number: int) -> str:
    values = typed.getlist(name)
    return values[number].strip() if number < len(values) else ""


def _number(text: str, field: str, wrong: dict[str, str]) -> float:
    try:
        found = float(text.replace(",", "."))
    except ValueError:
        found = float("nan")
    if not -1e6 < found < 1e6:
        wrong[field] = _("“%(text)s” is not a number.", text=text[:40])
        return 1.0
    return found


def _whole(text: str, field: str, wrong: dict[str, str]) -> int:
    return int(_number(text, field, wrong))


def _valid_from(text: str | None, definition: Definition, wrong: dict[str, str]) -> datetime | None:
    """The beginning of a day in the zone of the records; None where the form did not ask, or what it says is wrong."""
    if text is None:
        return None
    if not text.strip():
        wrong["valid_from"] = _("Enter the day from which records get a clock.")
        return None
    try:
        day = datetime.fromisoformat(text).date()
        return datetime.combine(day, time(), definition.zone)
    except ValueError:
        wrong["valid_from"] = _("“%(text)s” is not a date.", text=text[:40])
        return None


def _also(wrong: dict[str, str], entity: Entity, definition: Definition) -> None:
    """Add what the rules refuse to what could not be read; the first sentence for a field stays."""
    try:
        refuse_wrong(entity, definition)
    except Invalid as refusal:
        for field, sentence in refusal.fields.items():
            wrong.setdefault(field, sentence)


def fresh(entity: Entity, moment: datetime, calendar: int) -> SlaPolicy:
    """What a new policy on this entity starts with: guesses that the form shows for correction."""
    zone = services().config.time_zone
    today = moment.astimezone(Definition(time_zone=zone).zone).replace(
        hour=0, minute=0, second=0, microsecond=0
    )
    definition = Definition(
        start_field=_first(entity, ("datetime", "epoch", "date", "yyyymmdd")),
        owner_field=entity.owner,
        calendar=calendar,
        time_zone=zone,
    )
    return SlaPolicy(0, "", entity.name, "resolution_total", 0, True, today, None, 0, moment, definition)


def _first(entity: Entity, kinds: tuple[str, ...]) -> str:
    fitting = [field for kind in kinds for field in entity.fields.values() if field.kind == kind]
    required = [field for field in fitting if not field.nullable]
    return next((field.name for field in required + fitting), "")
