"""What a policy would do, without doing it: which records it takes, and how their clocks stand at this moment."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from models.wiring.nouns import Entity
from rules.records import Seen
from rules.sla.calendar import Calendar
from rules.sla.clock import Clock
from rules.sla.history import clocks_of
from rules.sla.policy import SlaPolicy
from rules.sla.standing import readings_after, standing_of


@dataclass(frozen=True)
class Foreseen:
    """A record and the clock that it would get; None when none would start."""

    seen: Seen
    clock: Clock | None


def foresee(
    entity: Entity, policy: SlaPolicy, calendar: Calendar, seen: Iterable[Seen], moment: datetime
) -> Sequence[Foreseen]:
    """The clocks of these records, as far as the records themselves tell: earlier pauses are not known."""
    metric = policy.metric(calendar)
    found = []
    for one in seen:
        standing = standing_of(entity, policy, (), one, moment)
        clocks = clocks_of(metric, readings_after(entity, policy, one, None, standing), moment)
        found.append(Foreseen(one, clocks[-1] if clocks else None))
    return found
