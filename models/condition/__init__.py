"""The one condition language: a JSON tree, compiled to a WHERE for the database and evaluated on a record in Python.

A group is ``{"and": […]}``, ``{"or": […]}`` or ``{"not": {…}}``; a leaf is ``{"field", "op", "value"}``. Both compilers
follow SQL's three-valued logic: a comparison with NULL is unknown, so `ne`, `not_in` and a `not` around them leave rows
without a value out; add ``{"op": "is_null"}`` to keep them. `holds` answers None for unknown, where a WHERE drops the row.
"""

from __future__ import annotations

from models.condition.collation import register_sqlite
from models.condition.memory import holds
from models.condition.sql import to_sql, to_system_sql
from models.condition.tree import Leaf, Node, fields_of, leaves, read

__all__ = [
    "Leaf",
    "Node",
    "fields_of",
    "holds",
    "leaves",
    "read",
    "register_sqlite",
    "to_sql",
    "to_system_sql",
]
