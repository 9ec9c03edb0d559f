"""A dropped and an added column that look alike may be one that was renamed: proposed with reasons, never applied by itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from models.drift.changes import type_of
from models.legacy.facts import ColumnFacts, TableFacts
from models.wiring.nouns import Entity, Field

PROPOSED_FROM = 0.6
ENOUGH_ROWS = 5
Values = Mapping[str, Sequence[Any]]
"""Sampled values by column."""


@dataclass(frozen=True)
class Rename:
    """`old` is now called `new`, perhaps. `reasons` are codes: "type", "position", "comment", "name", "values"."""

    old: str
    new: str
    score: float
    reasons: tuple[str, ...] = ()


def proposals(entity: Entity, before: TableFacts, now: TableFacts, values: Values) -> list[Rename]:
    """The best partner for each dropped column, each added column used once."""
    gone = [field for name, field in entity.fields.items() if now.column(name) is None]
    fresh = [c for c in now.columns if before.column(c.name) is None and c.name not in entity.fields]
    pairs = [_judged(field, column, before, now, values) for field in gone for column in fresh]
    chosen: list[Rename] = []
    for pair in sorted(pairs, key=lambda one: -one.score):
        if pair.score >= PROPOSED_FROM and not _is_taken(pair, chosen):
            chosen.append(pair)
    return chosen


def _is_taken(pair: Rename, chosen: Iterable[Rename]) -> bool:
    return any(pair.old == one.old or pair.new == one.new for one in chosen)


def _judged(field: Field, column: ColumnFacts, before: TableFacts, now: TableFacts, values: Values) -> Rename:
    old = before.column(field.name)
    points = {
        "type": _type_points(field, column),
        "position": 0.25 if _place(before, field.name) == _place(now, column.name) else 0.0,
        "comment": 0.3 if old and old.comment and old.comment == column.comment else 0.0,
        "name": _name_points(field.name, column.name),
        "values": _value_points(field, values.get(column.name, ())),
    }
    score = sum(points.values()) if points["type"] else 0.0
    return Rename(
        field.name, column.name, round(min(score, 1.0), 2), tuple(k for k, v in points.items() if v > 0)
    )


def _type_points(field: Field, column: ColumnFacts) -> float:
    """Nothing stands in for a type of another family: such a pair is never proposed."""
    if type_of(column) == field.sql_type:
        return 0.35
    return 0.2 if field.sql_type.split("(")[0] == type_of(column).split("(")[0] else 0.0


def _place(table: TableFacts, name: str) -> tuple[int, str]:
    """The position, and the column before it: another program may have added one in front."""
    names = [column.name for column in table.columns]
    number = names.index(name) if name in names else -1
    return number, names[number - 1] if number > 0 else ""


def _name_points(old: str, new: str) -> float:
    alike = SequenceMatcher(None, old.lower(), new.lower()).ratio()
    return round(0.2 * alike, 2) if alike >= 0.5 else 0.0


def _value_points(field: Field, values: Sequence[Any]) -> float:
    """A column that was just added holds one value everywhere; one that was renamed holds what it held."""
    if len(values) < ENOUGH_ROWS:
        return 0.0
    filled = [value for value in values if value not in {None, ""}]
    if len({str(value) for value in filled}) <= 1:
        return -0.5
    codes = {
        str(option[0] if isinstance(option, list | tuple) else option.get("value"))
        for option in field.settings.get("options") or ()
    }
    if not codes:
        return 0.15
    share = sum(1 for value in filled if str(value) in codes) / len(filled)
    return 0.25 if share >= 0.9 else -0.25
