"""Facts of tables as JSON and back: what the overlay keeps of a schema that has changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from models.legacy.facts import ColumnFacts, IndexFacts, TableFacts

KEPT = ("name", "is_view", "engine", "comment", "primary_key")


def table_to_plain(table: TableFacts) -> dict[str, Any]:
    """Columns, key and indexes; row counts and foreign keys are no part of what a wiring rests on."""
    plain = {name: getattr(table, name) for name in KEPT}
    plain["columns"] = [_short(asdict(column), ColumnFacts("", "")) for column in table.columns]
    plain["indexes"] = [_short(asdict(index), IndexFacts("", ())) for index in table.indexes]
    return plain


def table_from_plain(plain: Mapping[str, Any]) -> TableFacts:
    """What `table_to_plain` made."""
    values = {name: plain[name] for name in KEPT} | {"primary_key": tuple(plain["primary_key"])}
    columns = tuple(ColumnFacts(**column) for column in plain["columns"])
    indexes = tuple(IndexFacts(**{**index, "columns": tuple(index["columns"])}) for index in plain["indexes"])
    return TableFacts(**values, columns=columns, indexes=indexes)


def _short(values: dict[str, Any], usual: Any) -> dict[str, Any]:
    """Without what stands at its default, which most of it does."""
    always = {"name", "sql_type", "columns"}
    return {k: v for k, v in values.items() if k in always or v != getattr(usual, k)}
