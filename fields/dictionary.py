"""Reads a dictionary table for everyone alike: what a code means is no secret to those who may see the code."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sqlalchemy import Engine, column, select, table

from fields.options import Option, Reader
from models.wiring.nouns import Label

TableOf = Callable[[str], str]
"""The table of an entity; LookupError when there is no such entity."""


def system_reader(engine: Engine, schema: str, table_of: TableOf) -> Reader:
    """A reader on a connection of its own, bounded by the number asked for."""

    def read(dictionary: Mapping[str, Any], most: int) -> Iterable[Option]:
        name = dictionary.get("table") or table_of(dictionary["entity"])
        labels = [dictionary.get(key) or dictionary["label"] for key in ("label_en", "label_zh")]
        columns = [dictionary["code"], *labels]
        where = equalities(dictionary.get("where") or {})
        source = table(name, *(column(one) for one in dict.fromkeys([*columns, *where])), schema=schema)
        chosen = [source.c[one].label(f"v{number}") for number, one in enumerate(columns)]
        statement = (
            select(*chosen).where(*(source.c[one] == value for one, value in where.items())).limit(most)
        )
        with engine.connect() as connection:
            return [_option(*row) for row in connection.execute(statement)]

    return read


def equalities(where: Mapping[str, Any]) -> dict[str, Any]:
    """{column: value} of a dictionary's condition: given so, or as one equality of the condition language."""
    return {where["field"]: where["value"]} if "field" in where else dict(where)


def _option(code: Any, english: Any, chinese: Any) -> Option:
    code = int.from_bytes(code) if isinstance(code, bytes) else code
    return Option(str(code), Label(str(english or ""), str(chinese or "")))
