"""The demo ERP's tables, described once for SQLite and MariaDB, with Chinese and English labels."""

from __future__ import annotations

from sqlalchemy import MetaData

from demo.schema import base, parties, service, trade

__all__ = ["tables"]


def tables(schema: str | None = None) -> MetaData:
    """All tables on a MetaData of their own, keyed by name, or by `schema.name` where a schema is given.

    A table's and a column's `comment` is the Chinese label, `info["en"]` the English one; `info["codes"]` names the
    type in T_ZDB that explains a column's codes.
    """
    metadata = MetaData(schema=schema)
    for room in (base, parties, trade, service):
        room.build(metadata)
    return metadata
