"""Facts written down in a line a column, for tests of inference without a database."""

from collections.abc import Sequence
from typing import Any

from models.legacy.facts import ColumnFacts, ForeignKeyFacts, IndexFacts, SchemaFacts, TableFacts
from models.legacy.sql_type import parse_sql_type


def column(text: str) -> ColumnFacts:
    """ "name type [!] [+] [# comment]": "!" = NOT NULL, "+" = auto_increment."""
    described, _hash, comment = text.partition("#")
    name, sql_type, *marks = described.split()
    sizes = parse_sql_type(sql_type)
    is_text = sizes.family == "text"
    return ColumnFacts(
        name,
        sql_type,
        nullable="!" not in marks,
        auto_increment="+" in marks,
        comment=comment.strip(),
        length=sizes.size if is_text else None,
        scale=int(sql_type.rstrip(")").split(",")[1])
        if "," in sql_type and sql_type.startswith("dec")
        else None,
    )


def table(
    name: str,
    *columns: str,
    key: Sequence[str] = (),
    unique: Sequence[Sequence[str]] = (),
    indexed: Sequence[str] = (),
    **facts: Any,
) -> TableFacts:
    """A table; its key is its first column unless another is named ("none" = none at all)."""
    parts = tuple(column(text) for text in columns)
    primary = () if key == "none" else tuple(key) or (parts[0].name,)
    indexes = [IndexFacts("PRIMARY", primary, unique=True)] if primary else []
    indexes += [IndexFacts("u" + "_".join(one), tuple(one), unique=True) for one in unique]
    indexes += [IndexFacts("i" + one, (one,)) for one in indexed]
    return TableFacts(name, columns=parts, primary_key=primary, indexes=tuple(indexes), **facts)


def schema(*tables: TableFacts) -> SchemaFacts:
    """A schema of these tables."""
    return SchemaFacts("legacy", {one.name: one for one in tables})


def foreign_key(columns: Sequence[str], target: str, target_columns: Sequence[str]) -> ForeignKeyFacts:
    return ForeignKeyFacts("fk", tuple(columns), target, tuple(target_columns))


class Rows:
    """Samples from lists of rows, by table."""

    def __init__(self, **rows: list[dict[str, Any]]) -> None:
        self._rows = rows

    def rows(self, table: TableFacts) -> list[dict[str, Any]]:
        return self._rows.get(table.name, [])

    def existing(self, table: TableFacts, columns: Sequence[str], values: Sequence[Any]) -> set[Any]:
        held = {tuple(row[name] for name in columns) for row in self.rows(table)}
        keys = {value if isinstance(value, tuple) else (value,) for value in values}
        return {key[0] if len(columns) == 1 else key for key in held & keys}

    def all_rows(self, table: TableFacts, names: Sequence[str], limit: int) -> list[Sequence[Any]]:
        return [[row.get(name) for name in names] for row in self.rows(table)][:limit]
