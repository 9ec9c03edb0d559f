"""Rows that several rules give by several columns: each is sought by its own index, and then they are put together.

An OR over two columns has no index that also serves an order; on ten million rows a list by one would never end.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, union

from models.wiring.nouns import Entity

BY_BRANCHES = "veneer_by_branches"
"""Execution option of a limited select in the order of the entity's key; its value is the entity."""


def by_branches(statement: Select[Any], entity: Entity) -> Select[Any]:
    """Ask for it. Only for a select of the entity's own rows that is ordered by its key alone and has a limit."""
    return statement.execution_options(**{BY_BRANCHES: entity}) if len(entity.key) == 1 else statement


def spread(statement: Select[Any], entity: Entity, branches: Sequence[ColumnElement[bool]]) -> Select[Any]:
    """The same rows: the first keys of each branch are a derived table, whose few rows are ordered again."""
    if len(branches) < 2:
        return statement
    key = entity.attribute(entity.key[0])
    keys = statement.with_only_columns(key)
    first = union(*(keys.where(branch) for branch in branches)).subquery()
    return statement.join(first, key == next(iter(first.c)))
