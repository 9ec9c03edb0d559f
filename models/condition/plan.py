"""What both compilers share: a leaf's field, its fitted values, and shorthands written out as plain comparisons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from flask_babel import gettext as _

from app.errors import Invalid
from models.condition.collation import Collation, collation_named
from models.condition.tree import Leaf, no_field
from models.condition.values import BYTES, NUMBER, TEXT, fit, sort_of
from models.wiring.nouns import Entity, Field, Relation

TEXT_PLACES = frozenset({"starts", "ends", "contains"})
SQL_SIGN = {"eq": "=", "ne": "<>", "lt": "<", "lte": "<=", "gt": ">", "gte": ">="}


class Entities(Protocol):
    """Finds an entity by name: a catalogue, or a dict in tests."""

    def get(self, name: str, /) -> Entity | None: ...


@dataclass(frozen=True)
class Comparison:
    """A leaf on a field of its own entity. `op` is one of SQL_SIGN, "in", "not_in", TEXT_PLACES, "has", "is_null"…"""

    field: Field
    op: str
    values: tuple[Any, ...]

    @property
    def sort(self) -> str:
        """Number, text, bytes, date…: see `values.sort_of`."""
        return sort_of(self.field)

    @property
    def collation(self) -> Collation:
        """How this column's texts compare."""
        return collation_named(self.field.settings.get("collation"))


@dataclass(frozen=True)
class Step:
    """A leaf that leads through a relation; `leaf` speaks of the target."""

    relation: Relation
    target: Entity
    leaf: Leaf


Parts = tuple[Comparison, ...]


def planned(entity: Entity, leaf: Leaf, entities: Entities | None) -> Parts | Step:
    """Comparisons that must all hold, or the step to a related entity; raises NotVisible for unknown names."""
    field = entity.fields.get(leaf.field)
    if field is not None:
        return tuple(_comparisons(field, leaf))
    name, _dot, rest = leaf.field.partition(".")
    relation = entity.relations.get(name)
    target = entities.get(relation.target) if relation and entities is not None else None
    if relation is None or not relation.is_plain or target is None or not rest:
        raise no_field(leaf.field)
    return Step(relation, target, Leaf(rest, leaf.op, leaf.values))


def _comparisons(field: Field, leaf: Leaf) -> list[Comparison]:
    if leaf.op == "between":
        return [_one(field, "gte", leaf.values[0]), _one(field, "lte", leaf.values[1])]
    if leaf.op == "range":
        ends = zip(("gte", "lt"), leaf.values, strict=True)
        return [_one(field, op, end) for op, end in ends if end is not None]
    if leaf.op in {"is_true", "is_false"}:
        return [_flag(field, leaf.op == "is_true")]
    if leaf.op in TEXT_PLACES or leaf.op == "has":
        return [_textual(field, leaf)]
    return [Comparison(field, leaf.op, tuple(fit(field, value) for value in leaf.values))]


def _one(field: Field, op: str, value: Any) -> Comparison:
    return Comparison(field, op, (fit(field, value),))


def _flag(field: Field, wanted: bool) -> Comparison:
    """By the field's own two values; without them a number is true when it is not 0, a text when it says so."""
    settings: Mapping[str, Any] = field.settings
    if "true" in settings and "false" in settings:
        return _one(field, "eq", wanted)
    if sort_of(field) == NUMBER:
        return _one(field, "ne" if wanted else "eq", 0)
    words = ("1", "Y", "T") if wanted else ("0", "N", "F")
    return Comparison(field, "in", tuple(fit(field, word) for word in words))


def _textual(field: Field, leaf: Leaf) -> Comparison:
    """Parts of texts. A number "starts with" what it equals as a whole, so that a quick search can ask any field."""
    sort = sort_of(field)
    if sort == NUMBER and leaf.op == "starts":
        return _whole_number(field, leaf.values[0])
    if sort not in {TEXT, BYTES}:
        raise Invalid(_("“%(field)s” is not a text. Choose another comparison.", field=field.name))
    return Comparison(field, leaf.op, (fit(field, leaf.values[0]),))


def _whole_number(field: Field, value: Any) -> Comparison:
    try:
        return _one(field, "eq", value)
    except Invalid:
        return Comparison(field, "in", ())
