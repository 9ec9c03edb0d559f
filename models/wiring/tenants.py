"""Columns that say whose data a row is where several companies share one schema."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from models.legacy.facts import ColumnFacts, TableFacts
from models.wiring.columns import words_of
from models.wiring.comments import INTEGERS, TEXTS
from models.wiring.identifiers import words

NAME = re.compile(r"(?:tenant|tenantry|mandant|mandt|multi_tenant)(?:_(?:id|code|no|key|uuid))?")
CHINESE = re.compile(r"^(?:所属|归属)?租户(?:编号|编码|代码|标识|ID|Id|id|号)?$")
MOST_VALUES = 20


def is_tenant(column: ColumnFacts) -> bool:
    """It is called so, in either language, and can hold a key."""
    is_key_like = column.base_type in INTEGERS | TEXTS and not column.auto_increment
    named = NAME.fullmatch("_".join(words(column.name))) or NAME.fullmatch(column.name.lower())
    return is_key_like and bool(named or CHINESE.match(words_of(column)))


def tenant_of(table: TableFacts, values: Mapping[str, Sequence[Any]]) -> tuple[str, tuple[str, ...]]:
    """The tenant's column and some of its stored values; ("", ()) = the table has none."""
    column = next((c for c in table.columns if is_tenant(c) and (c.name,) != table.primary_key), None)
    if column is None:
        return "", ()
    return column.name, tuple(str(value) for value in list(values.get(column.name, ()))[:MOST_VALUES])
