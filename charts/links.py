"""The list behind a number: an address with the same condition, in the form in which people filter."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import fields
from charts.periods import Period
from models.wiring.nouns import Entity, Field

Leaf = Mapping[str, Any]


def list_url(entity: Entity, leaves: Sequence[Leaf]) -> str:
    """The entity's list, narrowed down by all of `leaves` (typed values)."""
    if not leaves:
        return f"/data/{entity.name}/list/"
    tree = {"and": list(leaves)}
    text = json.dumps(tree, ensure_ascii=False, separators=(",", ":"))
    return f"/data/{entity.name}/list/?{urlencode({'filter': text})}"


def parts_of(condition: Any) -> list[Leaf]:
    """The parts of a condition that can stand beside others, as the list's chips do."""
    if not condition:
        return []
    return list(condition["and"]) if isinstance(condition.get("and"), list) else [condition]


def value_leaves(field: Field, value: Any) -> tuple[Leaf, ...] | None:
    """The group of rows with this stored value; None where no filter says just that."""
    if value is None:
        return ({"field": field.name, "op": "is_null"},)
    kind = fields.type_of(field)
    text = kind.text(field, value)
    op = "eq" if text else "empty"
    return ({"field": field.name, "op": op, "value": text},) if op in kind.operators else None


def period_leaf(field: Field, period: Period) -> Leaf:
    """The days of a period, both ends included."""
    days = [period.start.isoformat(), period.last.isoformat()]
    return {"field": field.name, "op": "between", "value": days}
