"""What is different about a wired table: compared with its wiring, and with what it was when that was reviewed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from models.legacy.facts import ColumnFacts, IndexFacts, TableFacts
from models.wiring.nouns import Entity, Wiring

Facts = Mapping[str, TableFacts]


@dataclass(frozen=True)
class Change:
    """One difference. `kind`: "gone", "dropped", "retyped", "added", "index-dropped", "key-dropped"."""

    kind: str
    table: str
    column: str = ""
    """Or the name of an index."""
    was: str = ""
    now: str = ""
    at: str = ""
    """When it was noticed: an instant in ISO form."""

    @property
    def subject(self) -> tuple[str, str, str, str, str]:
        """What makes two changes the same one."""
        return (self.kind, self.table, self.column, self.was, self.now)

    @property
    def name(self) -> str:
        """TABLE.COLUMN, or the table alone."""
        return f"{self.table}.{self.column}" if self.column else self.table


def changes(wiring: Wiring, baseline: Facts, now: Facts) -> list[Change]:
    """All changes of the wired tables, in the wiring's order."""
    found: list[Change] = []
    for entity in wiring.entities.values():
        table = now.get(entity.table_name)
        if table is None:
            found.append(Change("gone", entity.table_name))
        else:
            found += _of_table(entity, baseline.get(entity.table_name, table), table)
    return found


def _of_table(entity: Entity, before: TableFacts, table: TableFacts) -> Iterator[Change]:
    yield from _fields(entity, table)
    for column in table.columns:
        if before.column(column.name) is None and column.name not in entity.fields:
            yield Change("added", table.name, column.name, now=type_of(column))
    yield from _indexes(entity, before, table)


def _fields(entity: Entity, table: TableFacts) -> Iterator[Change]:
    for field in entity.fields.values():
        column = table.column(field.name)
        if column is None:
            yield Change("dropped", table.name, field.name, was=field.sql_type)
        elif type_of(column) != field.sql_type:
            yield Change("retyped", table.name, field.name, was=field.sql_type, now=type_of(column))


def _indexes(entity: Entity, before: TableFacts, table: TableFacts) -> Iterator[Change]:
    if entity.key and not tells_apart(entity.key, table):
        yield Change("key-dropped", table.name, ", ".join(entity.key))
    held = {shape(index) for index in table.indexes}
    for index in before.indexes:
        if shape(index) not in held and index.name != "PRIMARY":
            yield Change("index-dropped", table.name, index.name, was=", ".join(index.columns))


def type_of(column: ColumnFacts) -> str:
    """The type as a wiring keeps it."""
    return "json" if column.is_json else column.sql_type


def shape(index: IndexFacts) -> tuple[object, ...]:
    """What an index is good for; its name says nothing."""
    return (index.columns, index.unique, index.kind, index.prefixed)


def tells_apart(key: tuple[str, ...], table: TableFacts) -> bool:
    """Is there a unique key among these columns?"""
    return any(set(unique) <= set(key) for unique in table.unique_keys)
