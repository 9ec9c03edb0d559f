"""Brings the overlay's tables up to date. Every step can be run again after a crash in the middle of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, MetaData, inspect, text

from models import limits

SCRIPTS = Path(__file__).resolve().parents[2] / "migrations"
VERSION_TABLE = "overlay_version"
LOCK_SECONDS = 60


def upgrade(engine: Engine) -> None:
    """Run what is missing; one process at a time, and nothing at all when the overlay is up to date."""
    with engine.connect() as connection:
        if version_of(connection) == newest():
            return
    with engine.connect() as connection, _alone(connection):
        command.upgrade(_settings(connection), "head")
        connection.commit()


def version_of(connection: Connection, schema: str = "") -> str | None:
    """The version that the overlay stands at; None for an empty one. `schema` where it is not the connection's own."""
    options = {"version_table": VERSION_TABLE} | ({"version_table_schema": schema} if schema else {})
    return MigrationContext.configure(connection, opts=options).get_current_revision()


@cache
def newest() -> str | None:
    """The version that this program wants."""
    return ScriptDirectory(str(SCRIPTS)).get_current_head()


def ensure(connection: Connection, tables: MetaData) -> None:
    """Create the tables and indexes that are missing: DDL has no rollback on MariaDB, so a step may have got half-way."""
    tables.create_all(connection)
    looked = inspect(connection)
    for table in tables.sorted_tables:
        held = {index["name"] for index in looked.get_indexes(table.name)}
        columns = {column["name"] for column in looked.get_columns(table.name)}
        for index in table.indexes:
            if index.name not in held and columns.issuperset(
                index.columns.keys()
            ):  # a later step may have moved some
                index.create(connection)


def _settings(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.attributes["connection"] = connection
    return config


@contextmanager
def _alone(connection: Connection) -> Iterator[None]:
    """Workers that start together wait for the first; SQLite's file lock does the same by itself."""
    if connection.dialect.name == "sqlite":
        yield
        return
    waiting = text("SELECT GET_LOCK('veneer_overlay', :seconds)").execution_options(
        **limits.within(LOCK_SECONDS + 5)
    )
    connection.execute(waiting, {"seconds": LOCK_SECONDS})
    try:
        yield
    finally:
        connection.execute(text("SELECT RELEASE_LOCK('veneer_overlay')"))
