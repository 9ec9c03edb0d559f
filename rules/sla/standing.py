"""How a record stands under a policy at this moment, and the readings that follow from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from models import condition as conditions
from models.wiring.nouns import Entity
from rules.records import Seen, instant_of
from rules.sla.clock import Reading
from rules.sla.policy import Definition, SlaPolicy


def fields_read(entity: Entity, policies: Sequence[SlaPolicy]) -> tuple[str, ...]:
    """Every field that these policies look at."""
    names = [entity.updated, *(name for policy in policies for name in fields_named(policy.definition))]
    return tuple(name for name in dict.fromkeys(names) if name in entity.fields)


def fields_named(said: Definition) -> list[str]:
    """Every field that a definition names, whether it is there or not."""
    names = [said.start_field, said.stop_field, said.priority_field, said.owner_field]
    names += [name for condition in said.conditions.values() for name in conditions.fields_of(condition)]
    return [name for name in dict.fromkeys(names) if name]


def fields_lost(entity: Entity, policy: SlaPolicy) -> list[str]:
    """Columns that the policy looks at and that the table has no more: without them a clock must not be judged."""
    return [name for name in fields_named(policy.definition) if name in entity.lost]


def standing_of(
    entity: Entity, policy: SlaPolicy, rivals: Sequence[SlaPolicy], seen: Seen, moment: datetime
) -> Reading:
    """The record as it is now. `rivals` are policies of the same kind that come first: where one matches, this does not."""
    said, values = policy.definition, seen.values
    since = since_of(entity, policy, seen) or moment
    matches = _covers(entity, policy, seen, since) and not any(
        _covers(entity, rival, seen, since_of(entity, rival, seen) or moment) for rival in rivals
    )
    stop = said.stop_condition
    return Reading(
        at=moment,
        matches=matches,
        starts=_holds(entity, values, said.start, otherwise=True),
        cancels=_holds(entity, values, said.cancel),
        stops=_holds(entity, values, stop),
        pauses=_holds(entity, values, said.pause),
        target_s=said.target_for(values.get(said.priority_field)),
        since=since,
    )


def readings_after(
    entity: Entity, policy: SlaPolicy, seen: Seen | None, last: Reading | None, standing: Reading
) -> list[Reading]:
    """What to add to the history: nothing, one reading, or for a record seen first its start and what came since."""
    if last is None:
        plain = replace(
            standing, at=min(standing.since or standing.at, standing.at), stops=False, pauses=False
        )
        first = (
            replace(plain, cancels=False) if standing.stops or standing.pauses or standing.cancels else plain
        )
        return [first, *readings_after(entity, policy, seen, first, standing)]
    if signature(last) == signature(standing):
        return []
    at = _moment_of_change(entity, policy, seen, last, standing)
    return [replace(standing, at=at, sequence=last.sequence + 1)]


def gone(last: Reading, moment: datetime) -> Reading:
    """The standing of a record that was deleted."""
    return replace(last, at=moment, cancels=True)


def signature(reading: Reading) -> str:
    """The flags and the target in short: two readings with the same one say the same."""
    flags = (reading.matches, reading.starts, reading.cancels, reading.stops, reading.pauses)
    return "".join("1" if flag else "0" for flag in flags) + f":{reading.target_s or 0}"


def owner_of(policy: SlaPolicy, seen: Seen) -> str:
    """The employee code in the owner field; empty when there is none."""
    found = seen.values.get(policy.definition.owner_field)
    return "" if found is None else str(found)


def _moment_of_change(
    entity: Entity, policy: SlaPolicy, seen: Seen | None, last: Reading, standing: Reading
) -> datetime:
    """When it changed, by the record itself: the end field for a stop, the time of the last change; else now."""
    if seen is None:
        return standing.at
    said, zone = policy.definition, policy.definition.zone
    names = [said.stop_field] if standing.stops and not last.stops and said.stop_field else []
    for name in (*names, entity.updated):
        at = instant_of(entity, name, seen.values.get(name), zone) if name in entity.fields else None
        if at and at <= standing.at and (at >= last.at or name == said.stop_field):
            return max(at, last.at)
    return standing.at


def since_of(entity: Entity, policy: SlaPolicy, seen: Seen) -> datetime | None:
    """The true start, in UTC; None when the record has none."""
    name = policy.definition.start_field
    return instant_of(entity, name, seen.values.get(name), policy.definition.zone) if name else None


def _covers(entity: Entity, policy: SlaPolicy, seen: Seen, since: datetime) -> bool:
    if since < policy.valid_from or (policy.valid_to is not None and since >= policy.valid_to):
        return False
    return _holds(entity, seen.values, policy.definition.match, otherwise=True)


def _holds(entity: Entity, values: Any, condition: Any, *, otherwise: bool = False) -> bool:
    """Unknown counts as no; a condition that was not given is `otherwise`."""
    if not condition:
        return otherwise
    return conditions.holds(entity, values, condition) is True
