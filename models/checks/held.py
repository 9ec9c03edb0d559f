"""What the overlay holds: the tables of all rooms and of Flask-AppBuilder, and the sequences behind its keys."""

from __future__ import annotations

from flask_appbuilder import Model
from sqlalchemy import Sequence

from models.overlay import metadata


def names() -> set[str]:
    """Names of tables and sequences; complete once all rooms are loaded."""
    tables = [*metadata.tables.values(), *Model.metadata.tables.values()]
    defaults = (column.default for table in tables for column in table.columns)
    return {table.name for table in tables} | {one.name for one in defaults if isinstance(one, Sequence)}
