"""What a legacy schema says about itself, as plain data: tables, columns, keys, indexes and what could not be read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True)
class ColumnFacts:
    """One column as the server describes it."""

    name: str
    sql_type: str
    """The server's own words: "decimal(20,6) unsigned", "enum('a','B')"."""
    nullable: bool = True
    default: str | None = None
    """The default as SQL text; None = none, or NULL."""
    generated: bool = False
    auto_increment: bool = False
    comment: str = ""
    charset: str = ""
    length: int | None = None
    """Characters of a text, bytes of a binary type."""
    scale: int | None = None
    precision: int | None = None
    invisible: bool = False
    is_json: bool = False
    """Declared as JSON; on MariaDB a longtext with a check on it."""

    @property
    def base_type(self) -> str:
        """The type's bare name: "decimal", "varchar"; "" when SQLite declares none."""
        return self.sql_type.split("(")[0].split(" ")[0].lower()

    @property
    def has_default(self) -> bool:
        """The server fills the column when an INSERT leaves it out."""
        return self.default is not None or self.auto_increment or self.generated


@dataclass(frozen=True)
class IndexFacts:
    """An index; `columns` ends before the first one that it holds only partly, or as an expression."""

    name: str
    columns: tuple[str, ...]
    unique: bool = False
    kind: str = "btree"
    """btree, hash, fulltext or spatial."""
    prefixed: str = ""
    """The first column of which only the beginning is indexed: fine for "begins with", useless for sorting."""


@dataclass(frozen=True)
class ForeignKeyFacts:
    """A declared foreign key inside the schema."""

    name: str
    columns: tuple[str, ...]
    target_table: str
    target_columns: tuple[str, ...]


@dataclass(frozen=True)
class TableFacts:
    """One table or view."""

    name: str
    comment: str = ""
    is_view: bool = False
    engine: str = ""
    row_estimate: int = 0
    columns: tuple[ColumnFacts, ...] = ()
    primary_key: tuple[str, ...] = ()
    indexes: tuple[IndexFacts, ...] = ()
    foreign_keys: tuple[ForeignKeyFacts, ...] = ()

    def column(self, name: str) -> ColumnFacts | None:
        """The column called exactly `name`."""
        return next((c for c in self.columns if c.name == name), None)

    @property
    def unique_keys(self) -> tuple[tuple[str, ...], ...]:
        """Columns that are unique together, the primary key first; NULL may occur in the others."""
        others = (i.columns for i in self.indexes if i.unique and i.columns and not i.prefixed)
        return tuple(dict.fromkeys([*([self.primary_key] if self.primary_key else []), *others]))

    @property
    def identity(self) -> tuple[str, ...]:
        """Columns that identify each row: the primary key, else the shortest unique key without NULL; () = none."""
        if self.primary_key:
            return self.primary_key
        required = {c.name for c in self.columns if not c.nullable}
        usable = [key for key in self.unique_keys if set(key) <= required]
        return min(usable, key=len, default=())

    def is_indexed(self, column: str) -> bool:
        """An index begins with the column."""
        return any(
            i.columns[:1] == (column,) or (not i.columns and i.prefixed == column) for i in self._ordered()
        )

    def _ordered(self) -> Iterator[IndexFacts]:
        return (i for i in self.indexes if i.kind in {"btree", "hash"})


@dataclass(frozen=True)
class Finding:
    """Something that could not be read or used; the rest goes on without it."""

    code: str
    """"broken-view", "broken-key", "foreign-schema-key", "no-columns", "unreadable"."""
    table: str
    detail: str = ""


@dataclass(frozen=True)
class SchemaFacts:
    """Everything read from one schema."""

    schema: str
    tables: dict[str, TableFacts] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
