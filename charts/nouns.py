"""Dashboard and Chart: plain data, kept as JSON in the overlay or made from the wiring."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from models.wiring.nouns import Label

WIDTHS = ("third", "half", "wide", "full")


@dataclass(frozen=True)
class Chart:
    """One question about one entity, and how its answer is drawn."""

    key: str
    """Unique within its dashboard and safe in an address."""
    kind: str
    """Name of a chart kind: a module in `charts/kinds`."""
    entity: str
    title: Label
    note: Label = field(default_factory=Label)
    """What is counted, in words; empty = made from the settings."""
    width: str = "half"
    settings: Mapping[str, Any] = field(default_factory=dict)
    """Of the kind: {"date", "group", "split", "measure", "filter", "months", "top"}."""

    def to_json(self) -> dict[str, Any]:
        """As it is kept in the overlay."""
        return asdict(self) | {"settings": dict(self.settings)}

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> Chart:
        """Read what `to_json` wrote."""
        labels = {name: Label(**raw.get(name, {})) for name in ("title", "note")}
        return cls(
            key=str(raw["key"]),
            kind=str(raw["kind"]),
            entity=str(raw["entity"]),
            width=raw.get("width") if raw.get("width") in WIDTHS else "half",  # type: ignore[arg-type]
            settings=dict(raw.get("settings", {})),
            **labels,
        )


@dataclass(frozen=True)
class Dashboard:
    """Charts in order, for the people of one role ("" = for everyone). `number` is None while it is only a proposal."""

    role: str
    title: Label
    charts: tuple[Chart, ...] = ()
    number: int | None = None

    def chart(self, key: str) -> Chart | None:
        """The chart with this key."""
        return next((chart for chart in self.charts if chart.key == key), None)
