"""What a policy may not say, each with a sentence: refused when it is saved, so that no clock runs on nonsense."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask_babel import gettext as _

from app.errors import Invalid, Problem
from models import condition as conditions
from models.condition import fields_of
from models.condition.tree import no_field
from models.condition.values import DATE, DATETIME, NUMBER, sort_of
from models.wiring.nouns import Entity
from rules.sla.implication import implies
from rules.sla.localtime import zone_named
from rules.sla.policy import Definition

Refusal = tuple[str, str]
"""(the form's field, the sentence)"""


def refuse_wrong(entity: Entity, definition: Definition) -> None:
    """Raise Invalid with a sentence for each field that cannot stay as it is."""
    found = list(_refusals(entity, definition))
    if found:
        raise Invalid(found[0][1], fields=dict(reversed(found)))


def _refusals(entity: Entity, definition: Definition) -> Iterator[Refusal]:
    yield from _bad_conditions(entity, definition)
    yield from _bad_fields(entity, definition)
    yield from _bad_targets(definition)
    yield from _bad_steps(definition)
    try:
        zone_named(definition.time_zone)
    except Invalid as problem:
        yield "time_zone", str(problem)


def _bad_conditions(entity: Entity, definition: Definition) -> Iterator[Refusal]:
    readable = True
    for name, condition in definition.conditions.items():
        try:
            _check_condition(entity, condition)
        except Problem as problem:
            readable = False
            yield name, str(problem)
    stop = definition.stop_condition
    if not stop:
        yield "stop", _("Say when the clock stops: a condition, or the field that holds the end.")
    elif readable and implies({"and": [one for one in (definition.match, definition.start) if one]}, stop):
        yield (
            "start",
            _("Every record that starts the clock stops it at once. Narrow the start or the stop down."),
        )


def _check_condition(entity: Entity, condition: Any) -> None:
    for name in fields_of(condition):
        if name not in entity.fields:
            raise no_field(name)
    conditions.to_sql(entity, condition)


def _bad_fields(entity: Entity, definition: Definition) -> Iterator[Refusal]:
    for name in ("priority_field", "owner_field"):
        if getattr(definition, name) and getattr(definition, name) not in entity.fields:
            yield name, str(no_field(getattr(definition, name)))
    for name in ("start_field", "stop_field"):
        column = entity.fields.get(getattr(definition, name))
        if getattr(definition, name) and (column is None or sort_of(column) not in {DATE, DATETIME, NUMBER}):
            yield name, _("Choose a field that holds a date or a time.")
    if not definition.start_field:
        yield "start_field", _("Choose the field that holds the start, such as the time of creation.")


def _bad_targets(definition: Definition) -> Iterator[Refusal]:
    if not definition.targets:
        yield "targets", _("Give at least one target time.")
    for priority, target in definition.targets.items():
        if target <= 0:
            yield (
                "targets",
                _(
                    "The target for “%(priority)s” is not above zero. Enter a time, or remove the line.",
                    priority=priority or _("all others"),
                ),
            )


def _bad_steps(definition: Definition) -> Iterator[Refusal]:
    if not 0 <= definition.warning_percent < 100:
        yield "warning_percent", _("Warn between 1 and 99 per cent of the target; 0 does not warn.")
    names = [rung.name for rung in definition.ladder]
    if len(set(names) | {"warning", "breach"}) < len(names) + 2:
        yield "ladder", _("Two steps have the same name. Give each its own.")
    if any(
        rung.times < 1 or rung.times > 100 or (rung.times > 1 and rung.every <= 0)
        for rung in definition.ladder
    ):
        yield "ladder", _("A step that repeats needs the minutes between two times, and at most 100 times.")
