"""An SLA policy: which records, by which conditions a clock starts, stops, pauses and ends, and who is told when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from rules.sla.calendar import Calendar
from rules.sla.clock import REOPEN_BY_KIND, Measure, Metric, Reopen, Step
from rules.sla.localtime import zone_named

WARNING = "warning"
BREACH = "breach"
ANY_PRIORITY = ""


@dataclass(frozen=True)
class Rung:
    """A step of the ladder and its receivers: "owner", "superior", "superior:2", "role:NAME", "administrators"."""

    name: str
    measure: Measure = "working"
    amount: float = 60
    audience: tuple[str, ...] = ("superior",)
    channels: tuple[str, ...] = ("inbox", "mail")
    every: float = 0
    times: int = 1

    @property
    def step(self) -> Step:
        """What the clock needs of it."""
        return Step(self.name, self.measure, self.amount, self.every, self.times)


@dataclass(frozen=True)
class Definition:
    """What a policy says; every edit makes a new version of it. Conditions are JSON trees, None = never.

    `targets` gives working seconds by priority; "" stands for all others. `start` None = as soon as it matches.
    """

    start_field: str = ""
    """Holds the record's true start; empty = the moment at which it was first seen."""
    match: Any = None
    start: Any = None
    stop: Any = None
    stop_field: str = ""
    """Holds the true end; alone it also says that a record has ended."""
    pause: Any = None
    cancel: Any = None
    priority_field: str = ""
    targets: Mapping[str, int] = field(default_factory=dict)
    owner_field: str = ""
    calendar: int = 0
    reopen: str = ""
    """Empty = what the kind of metric does by itself."""
    warning_percent: float = 80
    warned: tuple[str, ...] = ("owner",)
    told_of_breach: tuple[str, ...] = ("owner", "superior")
    channels: tuple[str, ...] = ("inbox", "mail")
    ladder: tuple[Rung, ...] = ()
    tells_backlog: bool = False
    """Whether what was late before the policy was switched on is told too."""
    time_zone: str = "UTC"
    """The zone of times in the records."""
    name_zh: str = ""
    """The policy's name for people who read Chinese; empty = the one name it has."""
    written: Mapping[str, Any] = field(default_factory=dict)
    """Conditions as they were written in the form, by name, so that they come back as they were."""

    @property
    def stop_condition(self) -> Any:
        """The stop condition, or the end field being filled."""
        if self.stop or not self.stop_field:
            return self.stop
        return {"field": self.stop_field, "op": "not_null"}

    @property
    def conditions(self) -> dict[str, Any]:
        """Those that were given, by what they decide."""
        named = {"match": self.match, "start": self.start, "stop": self.stop_condition}
        named |= {"pause": self.pause, "cancel": self.cancel}
        return {name: condition for name, condition in named.items() if condition}

    @cached_property
    def zone(self) -> ZoneInfo:
        """The zone of times in the records."""
        return zone_named(self.time_zone)

    def target_for(self, priority: Any) -> int | None:
        """Working seconds for a record's priority; None = no clock for it."""
        return self.targets.get("" if priority is None else str(priority), self.targets.get(ANY_PRIORITY))

    def steps(self) -> tuple[Step, ...]:
        """The whole ladder as the clock climbs it; the breach itself is not a step."""
        warning = (Step(WARNING, "percent", self.warning_percent),) if self.warning_percent else ()
        return (*warning, *(rung.step for rung in self.ladder))


@dataclass(frozen=True)
class SlaPolicy:
    """A stored policy in one of its versions."""

    id: int
    name: str
    entity: str
    kind: str
    position: int
    active: bool
    valid_from: datetime
    valid_to: datetime | None
    version: int
    activated_at: datetime
    definition: Definition

    def name_in(self, language: str) -> str:
        """The name for readers of "en" or "zh"."""
        return (self.definition.name_zh if language == "zh" else "") or self.name

    @property
    def reopen(self) -> Reopen:
        """What re-opening does: as the definition says, else as usual for the kind."""
        return self.definition.reopen or REOPEN_BY_KIND[self.kind]  # type: ignore[return-value]

    def metric(self, calendar: Calendar) -> Metric:
        """What its clocks measure by."""
        return Metric(calendar, self.reopen, self.definition.steps())


def definition_from(document: Mapping[str, Any]) -> Definition:
    """A definition from its JSON document; unknown keys of another version are left out."""
    known = {one.name for one in fields(Definition)}
    values = {name: value for name, value in document.items() if name in known}
    for name in ("warned", "told_of_breach", "channels"):
        if name in values:
            values[name] = tuple(values[name])
    values["ladder"] = tuple(_rung(rung) for rung in values.get("ladder", ()))
    return Definition(**values)


def document_of(definition: Definition) -> dict[str, Any]:
    """The JSON document of a definition."""
    return asdict(definition)


def _rung(document: Mapping[str, Any]) -> Rung:
    texts = {name: tuple(document[name]) for name in ("audience", "channels") if name in document}
    return Rung(**{**document, **texts})
