"""Whether an index serves a list's filter and order, and which one would. Worked out from the wiring: no statement is run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Dialect

from models.condition import Leaf, Node, read
from models.legacy.sql_type import parse_sql_type
from models.records.ordering import is_served_bare, is_sortable
from models.wiring.nouns import Entity

SAME = frozenset({"eq", "in", "is_null"})
"""Comparisons behind which an index goes on to its next column."""
RANGES = frozenset({"lt", "lte", "gt", "gte", "between", "range", "starts"})
INSIDE = frozenset({"contains", "ends", "has"})
"""Comparisons that look inside a value: no index of a table helps them."""
MOST_COLUMNS = 4
Sort = Sequence[tuple[str, bool]]


@dataclass(frozen=True)
class Verdict:
    """What no index serves. `index` is the one that IT could add, () when none would help."""

    filters: tuple[str, ...] = ()
    """Fields of the filter, when not one part of it narrows the table down by an index."""
    sort: tuple[str, ...] = ()
    """Fields of the order, when the rows would have to be sorted."""
    index: tuple[str, ...] = ()

    @property
    def is_slow(self) -> bool:
        """Whether the whole table may have to be read."""
        return bool(self.filters or self.sort)


def verdict(entity: Entity, condition: Any, sort: Sort, big: int) -> Verdict:
    """Of a list with this condition (stored values) and order. Tables of fewer than `big` rows are never slow."""
    if entity.row_estimate < big:
        return Verdict()
    parts = list(parts_of(entity, condition))
    is_narrowed = any(is_served(entity, part) for part in parts)
    filters = () if is_narrowed else tuple(dict.fromkeys(_fields(parts)))
    order = () if is_narrowed or serves_order(entity, parts, sort) else tuple(name for name, _down in sort)
    return Verdict(filters, order, _useful(entity, parts, sort if order or not filters else ()))


def useful_index(entity: Entity, condition: Any, sort: Sort) -> tuple[str, ...]:
    """The index for a list that took too long although one seemed to serve it."""
    return _useful(entity, list(parts_of(entity, condition)), sort)


def is_served(entity: Entity, node: Node) -> bool:
    """Whether an index narrows the table down by this part of a condition."""
    if isinstance(node, Leaf):
        return node.op in SAME | RANGES and begins_index(entity, node.field)
    if node.op == "and":
        return any(is_served(entity, part) for part in node.parts)
    return node.op == "or" and bool(node.parts) and all(is_served(entity, part) for part in node.parts)


def order_of_prefix(entity: Entity, condition: Any) -> str:
    """The field whose beginning is sought by an index that also gives its order; "" = none.

    In any other order all rows that begin so would have to be read, or the whole table from its end until enough are found.
    """
    for leaf in _leaves(list(parts_of(entity, condition))):
        is_ours = leaf.op == "starts" and leaf.field in entity.fields and begins_index(entity, leaf.field)
        if is_ours and is_served_bare(entity, leaf.field):
            return leaf.field
    return ""


def looks_inside(entity: Entity, condition: Any) -> bool:
    """Whether a part that must hold looks inside a value."""
    return any(isinstance(part, Leaf) and part.op in INSIDE for part in parts_of(entity, condition))


def is_one_index(entity: Entity, parts: Sequence[Node]) -> bool:
    """Whether all parts are one field's, by which an index narrows the table down: then the plan knows how many rows there are."""
    return len(set(_fields(parts))) < 2 and all(is_served(entity, part) for part in parts)


def serves_order(entity: Entity, parts: Sequence[Node], sort: Sort) -> bool:
    """Whether an index gives the rows in this order, behind columns that the condition holds to one value."""
    names = [name for name, _down in sort]
    if not names or tuple(names) == entity.key[: len(names)]:
        return True
    if len({down for _name, down in sort}) > 1 or not all(is_served_bare(entity, name) for name in names):
        return False
    fixed = {leaf.field for leaf in _leaves(parts) if _is_single(leaf)}
    return any(_continues(index, fixed, names) for index in entity.indexes)


def _continues(index: Sequence[str], fixed: set[str], names: Sequence[str]) -> bool:
    """Whether the index holds `names` in turn behind columns that are `fixed`."""
    for start in range(len(index)):
        if list(index[start : start + len(names)]) == list(names):
            return True
        if index[start] not in fixed:
            return False
    return False


def parts_of(entity: Entity, condition: Any) -> Iterator[Node]:
    """Parts that must all hold, without the one that leaves deleted rows out."""
    waiting = [read(condition)]
    while waiting:
        node = waiting.pop(0)
        if not isinstance(node, Leaf) and node.op == "and":
            waiting = [*node.parts, *waiting]
        elif set(_fields([node])) != {entity.delete_flag.get("field")}:
            yield node


def _fields(parts: Iterable[Node]) -> Iterator[str]:
    for node in parts:
        if isinstance(node, Leaf):
            yield node.field
        else:
            yield from _fields(node.parts)


def _leaves(parts: Iterable[Node]) -> list[Leaf]:
    return [part for part in parts if isinstance(part, Leaf)]


def _is_single(leaf: Leaf) -> bool:
    return leaf.op in {"eq", "is_null"} or (leaf.op == "in" and len(leaf.values) == 1)


def begins_index(entity: Entity, name: str) -> bool:
    """Whether an index narrows the table down by the column."""
    return any(index[:1] == (name,) for index in entity.indexes)


def _useful(entity: Entity, parts: Sequence[Node], sort: Sort) -> tuple[str, ...]:
    """Columns held to a value, then those of the order, else one that is a range; () when there is such an index."""
    leaves = [leaf for leaf in _leaves(parts) if _is_indexable(entity, leaf.field)]
    same = [leaf.field for leaf in leaves if leaf.op in SAME]
    order = [name for name, _down in sort if is_served_bare(entity, name)] if _is_one_way(sort) else []
    if len(order) != len(sort) or tuple(order) == entity.key[: len(order)]:
        order = []
    span = [] if order else [leaf.field for leaf in leaves if leaf.op in RANGES][:1]
    found = tuple(dict.fromkeys([*same, *order, *span]))[:MOST_COLUMNS]
    is_there = any(index[: len(found)] == found for index in entity.indexes)
    return () if is_there or entity.is_view else found


def _is_one_way(sort: Sort) -> bool:
    return len({down for _name, down in sort}) < 2


def _is_indexable(entity: Entity, name: str) -> bool:
    return name in entity.fields and is_sortable(entity, name)


def statement(entity: Entity, columns: Sequence[str], dialect: Dialect) -> str:
    """The CREATE INDEX for IT to paste; Veneer itself never runs it."""
    quoted, table = dialect.identifier_preparer.quote_identifier, entity.table
    index = quoted(("ix_" + "_".join([entity.table_name, *columns]))[:60])
    schema, name = quoted(table.schema), quoted(table.name)
    if dialect.name == "sqlite":
        return f"CREATE INDEX {schema}.{index} ON {name} ({', '.join(map(quoted, columns))});"
    listed = ", ".join(quoted(column) + _beginning(entity, column) for column in columns)
    return f"CREATE INDEX {index} ON {schema}.{name} ({listed}) ALGORITHM=INPLACE LOCK=NONE;"


def _beginning(entity: Entity, name: str) -> str:
    """Long texts are indexed by their first characters: a key has a limit."""
    field = entity.fields[name]
    parsed = parse_sql_type(field.sql_type)
    is_long = parsed.family in {"text", "json", "binary"} and (field.length or 0) > 255
    return "(100)" if is_long and parsed.name not in {"enum", "set"} else ""
