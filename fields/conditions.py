"""Conditions as people write them, made into stored values (`resolve`) and into words (`describe`)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from app.actor import Actor
from app.errors import Invalid
from fields import field_type, operators, periods, sentences
from fields.chips import describe, operator_choices, operator_label, operator_menu
from fields.comparands import at_midnight, day_alone, stored
from fields.paths import find_field, name_of
from fields.texts import text as _
from models.condition.plan import Entities
from models.condition.tree import MAX_DEPTH, MAX_LEAVES, MAX_MEMBERS
from models.wiring.nouns import Entity, Field

__all__ = ["describe", "operator_choices", "operator_label", "operator_menu", "resolve"]

Condition = dict[str, Any]
ACTOR_VALUES = frozenset({"employee", "username", "units", "units_below"})


def resolve(
    entity: Entity, condition: Any, today: date, actor: Actor, catalogue: Entities | None = None
) -> Condition | None:
    """The condition with stored values, as `models.condition` takes it; None for "everything".

    Typed texts are read by each field's kind, relative times become ranges, {"actor": "employee"} the actor's own code.
    Raises Invalid, and NotVisible for unknown fields. Dotted names lead through relations of `catalogue`.
    """
    if condition is None or condition == {}:
        return None
    resolver = _Resolver(entity, today, actor, catalogue)
    return resolver.node(condition, MAX_DEPTH)


class _Resolver:
    def __init__(self, entity: Entity, today: date, actor: Actor, catalogue: Entities | None) -> None:
        self.entity, self.today, self.actor, self.catalogue = entity, today, actor, catalogue
        self.seen = 0

    def node(self, raw: Any, depth: int) -> Condition:
        if not isinstance(raw, Mapping):
            raise _misshapen()
        if "field" in raw:
            return self.leaf(raw)
        if depth == 0:
            raise Invalid(
                _("This filter is nested more than %(most)s groups deep. Make it flatter.", most=MAX_DEPTH)
            )
        op, parts = next(iter(raw.items())) if len(raw) == 1 else ("", None)
        if op == "not":
            return {"not": self.node(parts, depth - 1)}
        if op not in {"and", "or"} or not isinstance(parts, list):
            raise _misshapen()
        return {op: [self.node(part, depth - 1) for part in parts]}

    def leaf(self, raw: Mapping[str, Any]) -> Condition:
        self.seen += 1
        if self.seen > MAX_LEAVES:
            raise Invalid(
                _("This filter has more than %(most)s comparisons. Remove some of them.", most=MAX_LEAVES)
            )
        path, op, value = raw["field"], raw.get("op"), raw.get("value")
        if not isinstance(path, str) or not isinstance(op, str):
            raise _misshapen()
        field, _label = find_field(self.entity, path, self.catalogue)
        offered = {*field_type(field.kind).operators, "is_null", "not_null"}
        if op not in offered and not (op == "range" and "between" in offered):
            raise Invalid(
                _(
                    "“%(field)s” cannot be compared with “%(op)s”. Choose another comparison.",
                    field=name_of(field),
                    op=operator_label(op)[:40],
                )
            )
        return self.comparison(path, field, op, value)

    def comparison(self, path: str, field: Field, op: str, value: Any) -> Condition:
        if op in {"empty", "not_empty"}:
            empty = {"or": [{"field": path, "op": "is_null"}, {"field": path, "op": "eq", "value": ""}]}
            return empty if op == "empty" else {"not": empty}
        if op in operators.NO_VALUE:
            return {"field": path, "op": op}
        if op == "within":
            return self.period(path, field, str(value))
        if op in operators.LISTS:
            return {"field": path, "op": op, "value": self.members(field, value)}
        if op in {"between", "range"}:
            return self.pair(path, field, op, value)
        return self.one(path, field, op, value)

    def one(self, path: str, field: Field, op: str, value: Any) -> Condition:
        if isinstance(value, Mapping):
            return self.members_of(path, field, op, self.own(value))
        if isinstance(value, list) or value is None:
            raise Invalid(_("This comparison takes a single value. Enter it again."))
        if op in operators.PARTS or op == "has":
            return {"field": path, "op": op, "value": str(value)}
        day = day_alone(field, value)
        if day is not None:
            return self.on_day(path, field, op, day)
        return {"field": path, "op": op, "value": stored(field, value)}

    def members_of(self, path: str, field: Field, op: str, own: list[str]) -> Condition:
        """A comparison with what the actor has; somebody without it matches nothing."""
        if op not in {"eq", "ne"}:
            raise _misshapen()
        listed = [stored(field, one) for one in own]
        return {"field": path, "op": "in" if op == "eq" or not own else "not_in", "value": listed}

    def on_day(self, path: str, field: Field, op: str, day: date) -> Condition:
        """A day compared with instants: all of it counts."""
        if day == date.max:
            raise Invalid(sentences.not_a_date())
        first, after = (at_midnight(field, one) for one in (day, day + timedelta(days=1)))
        if op in {"eq", "ne"}:
            whole = {"field": path, "op": "range", "value": [first, after]}
            return whole if op == "eq" else {"not": whole}
        sign, end = {"lt": ("lt", first), "lte": ("lt", after), "gt": ("gte", after), "gte": ("gte", first)}[
            op
        ]
        return {"field": path, "op": sign, "value": end}

    def pair(self, path: str, field: Field, op: str, value: Any) -> Condition:
        if not isinstance(value, list | tuple) or len(value) != 2:
            raise Invalid(_("A range has two ends. Enter both."))
        ends = [None if end in ("", None) else end for end in value]
        if op == "range":
            return {
                "field": path,
                "op": op,
                "value": [None if end is None else stored(field, end) for end in ends],
            }
        signed = zip(("gte", "lte"), ends, strict=True)
        parts = [self.one(path, field, sign, end) for sign, end in signed if end is not None]
        if not parts:
            raise Invalid(_("A range has two ends. Enter both."))
        return parts[0] if len(parts) == 1 else {"and": parts}

    def period(self, path: str, field: Field, period: str) -> Condition:
        ends = [
            None if day is None else at_midnight(field, day) for day in periods.ends_of(period, self.today)
        ]
        return {"field": path, "op": "range", "value": ends}

    def members(self, field: Field, value: Any) -> list[Any]:
        value = self.own(value) if isinstance(value, Mapping) else value
        listed = list(value) if isinstance(value, list | tuple | set | frozenset) else [value]
        if len(listed) > MAX_MEMBERS:
            raise Invalid(
                _(
                    "A filter can list at most %(most)s values. Use a range or a group instead.",
                    most=MAX_MEMBERS,
                )
            )
        return [stored(field, one) for one in listed]

    def own(self, value: Mapping[str, Any]) -> list[str]:
        """What the actor has of {"actor": "employee"}, "username", "units" or "units_below"; [] = nothing."""
        name = value.get("actor")
        if not isinstance(name, str) or name not in ACTOR_VALUES:
            raise _misshapen()
        if name == "units_below" and self.actor.reaches_many:
            raise Invalid(
                _(
                    "A filter can list at most %(most)s values. Use a range or a group instead.",
                    most=MAX_MEMBERS,
                )
            )
        found = getattr(self.actor, name)
        return sorted(found) if isinstance(found, frozenset) else [found] if found else []


def _misshapen() -> Invalid:
    return Invalid(_("This filter cannot be read. Remove it and build it again."))
