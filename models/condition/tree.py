"""The shape of a condition: JSON read into nodes, with limits that keep a statement small."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from app.errors import Invalid, NotVisible

MAX_DEPTH = 8
MAX_LEAVES = 50
MAX_MEMBERS = 1000
MAX_HOPS = 3

NO_VALUE = frozenset({"is_null", "not_null", "is_true", "is_false"})
ONE_VALUE = frozenset({"eq", "ne", "lt", "lte", "gt", "gte", "starts", "ends", "contains", "has"})
PAIRS = frozenset({"between", "range"})
LISTS = frozenset({"in", "not_in"})
OPERATORS = NO_VALUE | ONE_VALUE | PAIRS | LISTS


@dataclass(frozen=True)
class Leaf:
    """One comparison. `field` is a column's name, or "relation.field"; `values` is always a tuple."""

    field: str
    op: str
    values: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Group:
    """`op` is "and", "or" or "not"; a "not" has one part; an empty "and" is true, an empty "or" false."""

    op: str
    parts: tuple[Node, ...]


Node = Leaf | Group


def read(condition: Any) -> Node:
    """The tree of a condition; None and {} mean "everything". Raises Invalid with a sentence."""
    if condition is None or condition == {}:
        return Group("and", ())
    node = _read(condition, MAX_DEPTH)
    if sum(1 for _leaf in leaves(node)) > MAX_LEAVES:
        raise Invalid(
            _("This filter has more than %(most)s comparisons. Remove some of them.", most=MAX_LEAVES)
        )
    return node


def leaves(node: Node) -> Iterator[Leaf]:
    """All comparisons of a tree."""
    if isinstance(node, Leaf):
        yield node
    else:
        for part in node.parts:
            yield from leaves(part)


def fields_of(condition: Any) -> list[str]:
    """Names and paths of all fields that a condition speaks of, each once."""
    return list(dict.fromkeys(leaf.field for leaf in leaves(read(condition))))


def no_field(name: str) -> NotVisible:
    """The same words for a field that does not exist and one that is hidden."""
    return NotVisible(_("There is no field called “%(name)s”. Choose another one.", name=name[:80]))


def _read(raw: Any, depth: int) -> Node:
    if not isinstance(raw, Mapping):
        raise _misshapen()
    if "field" in raw:
        return _read_leaf(raw)
    if depth == 0:
        raise Invalid(
            _("This filter is nested more than %(most)s groups deep. Make it flatter.", most=MAX_DEPTH)
        )
    return _read_group(raw, depth)


def _read_group(raw: Mapping[Any, Any], depth: int) -> Group:
    if len(raw) != 1:
        raise _misshapen()
    op, parts = next(iter(raw.items()))
    if op == "not":
        return Group("not", (_read(parts, depth - 1),))
    if op not in {"and", "or"} or not isinstance(parts, list):
        raise _misshapen()
    if len(parts) > MAX_LEAVES:
        raise Invalid(
            _("This filter has more than %(most)s comparisons. Remove some of them.", most=MAX_LEAVES)
        )
    return Group(op, tuple(_read(part, depth - 1) for part in parts))


def _read_leaf(raw: Mapping[Any, Any]) -> Leaf:
    field, op = raw["field"], raw.get("op")
    if not isinstance(field, str) or not field or not set(raw) <= {"field", "op", "value"}:
        raise _misshapen()
    if op not in OPERATORS:
        raise Invalid(_("“%(op)s” is not a comparison. Choose one from the list.", op=str(op)[:40]))
    if field.count(".") > MAX_HOPS:
        raise no_field(field)
    return Leaf(field, op, _read_values(op, raw.get("value")))


def _read_values(op: str, value: Any) -> tuple[Any, ...]:
    if op in NO_VALUE:
        return ()
    if op in ONE_VALUE:
        return (_read_value(value),)
    if not isinstance(value, list | tuple):
        raise Invalid(_("This comparison needs a list of values. Enter them again."))
    if op in PAIRS:
        return _read_pair(op, value)
    if len(value) > MAX_MEMBERS:
        raise Invalid(
            _("A filter can list at most %(most)s values. Use a range or a group instead.", most=MAX_MEMBERS)
        )
    return tuple(_read_value(member) for member in value)


def _read_pair(op: str, value: Any) -> tuple[Any, ...]:
    if len(value) != 2:
        raise Invalid(_("A range has two ends. Enter both."))
    if op == "range":
        return tuple(None if end is None else _read_value(end) for end in value)
    return tuple(_read_value(end) for end in value)


def _read_value(value: Any) -> Any:
    if value is None:
        raise Invalid(_("This comparison needs a value. Enter one, or choose “is empty”."))
    if isinstance(value, Mapping | list | tuple):
        raise Invalid(_("This comparison takes a single value. Enter it again."))
    return value


def _misshapen() -> Invalid:
    return Invalid(_("This filter cannot be read. Remove it and build it again."))
