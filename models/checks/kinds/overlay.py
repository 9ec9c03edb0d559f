"""The overlay: there, complete, and of this version."""

from __future__ import annotations

from collections.abc import Iterator

from flask_appbuilder import Model
from flask_babel import gettext as _
from sqlalchemy import MetaData

from models.checks.finding import Finding
from models.checks.grants import quoted
from models.checks.ground import Ground
from models.overlay import metadata

IDS = ("V151", "V152", "V153")


def look(ground: Ground) -> Iterator[Finding]:
    """Tables that are missing are made at the start; columns that are missing mean another version's overlay."""
    if not ground.overlay_columns:
        yield Finding(
            "V151",
            "notice",
            _("There is no overlay yet."),
            _("Nothing has to be done: it is made at the first start."),
        )
        return
    lacking = tuple(sorted(_lacking(ground, Model.metadata) + _lacking(ground, metadata)))
    if lacking:
        yield Finding(
            "V152",
            "error",
            _("The overlay was made by another version of Veneer: columns are missing."),
            _("Run the version that made it, or put back the overlay's backup that belongs to this version."),
            details=lacking,
        )
    yield from _charset(ground)


def _lacking(ground: Ground, expected: MetaData) -> list[str]:
    """Names as table.column of each expected column that an existing table does not have."""
    return [
        f"{table.name}.{column.name}"
        for table in expected.tables.values()
        for column in table.columns
        if table.name in ground.overlay_columns and column.name not in ground.overlay_columns[table.name]
    ]


def _charset(ground: Ground) -> Iterator[Finding]:
    if not ground.is_server:
        return
    statement = "SELECT DEFAULT_CHARACTER_SET_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = :name"
    charset = ground.value(statement, name=ground.config.overlay_schema)
    if charset and charset != "utf8mb4":
        name = quoted(ground.config.overlay_schema)
        yield Finding(
            "V153",
            "warning",
            _(
                "The overlay's character set is %(charset)s: rare Chinese characters and emoji are lost in it.",
                charset=charset,
            ),
            _("Run this statement while Veneer is stopped; tables that exist already keep theirs."),
            statements=(f"ALTER DATABASE {name} CHARACTER SET utf8mb4;",),
        )
