"""Writes the demo ERP into a SQLite file or a MariaDB database, table by table, indexes last."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from datetime import date, datetime
from itertools import islice
from pathlib import Path

from sqlalchemy import Connection, MetaData, Table, create_engine, inspect, make_url, text
from sqlalchemy.dialects.sqlite import dialect as sqlite_dialect
from sqlalchemy.engine import URL
from sqlalchemy.schema import CreateIndex, CreateTable

from demo.generate import GENERATORS, World, expected, rows
from demo.load import Loader, add_indexes, open_loader
from demo.plan import DEFAULT_CUSTOMERS, SEED, TIME_ZONE, DemoRefused, plan_for
from demo.schema import tables

Progress = Callable[[str, int, int], None]
"""Called with a table's name (or INDEXES), how many rows are done, and how many there will be, or 0 if unknown."""

Row = tuple[object, ...]
INDEXES = "indexes"
DEFAULT_DATABASE = "qingyu_erp"
SQLITE_BATCH = 5_000
MARIADB_BATCH = 50_000


def write_sqlite(
    path: str | Path,
    customers: int = DEFAULT_CUSTOMERS,
    today: date | datetime | None = None,
    progress: Progress | None = None,
    *,
    seed: int = SEED,
    time_zone: str = TIME_ZONE,
) -> None:
    """Makes the demo ERP as one SQLite file; an older file at the path is replaced when the new one is complete.

    `today` is the last day of the history (see `demo.plan.moment`); None means now. `time_zone` is that of
    the DATETIME columns: pass the setting TIME_ZONE, or open tickets lie in the future or too far back.
    """
    target, world = Path(path), World(plan_for(customers, today, seed=seed, time_zone=time_zone))
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f"{target.name}.{os.getpid()}.part")
    part.unlink(missing_ok=True)
    try:
        with closing(sqlite3.connect(part, isolation_level=None)) as connection:
            _fill_sqlite(connection, world, progress or _silent)
        _flush(part)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def _fill_sqlite(connection: sqlite3.Connection, world: World, progress: Progress) -> None:
    for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-200000"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("BEGIN")
    metadata, dialect = tables(), sqlite_dialect()
    for name in GENERATORS:
        table = metadata.tables[name]
        connection.execute(str(CreateTable(table).compile(dialect=dialect)))
        marks = ", ".join("?" * len(table.columns))
        for batch in _batches(name, world, SQLITE_BATCH, progress):
            connection.executemany(f'INSERT INTO "{name}" VALUES ({marks})', batch)  # noqa: S608 - our own names
    for done, table in enumerate(metadata.tables.values()):
        progress(INDEXES, done, len(metadata.tables))
        for index in sorted(table.indexes, key=lambda index: str(index.name)):
            connection.execute(str(CreateIndex(index).compile(dialect=dialect)))
    connection.execute("ANALYZE")
    connection.execute("COMMIT")
    progress(INDEXES, len(metadata.tables), len(metadata.tables))


def _flush(path: Path) -> None:
    """Brings the file onto the disk before it takes its name."""
    handle = os.open(path, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_mariadb(
    url: str | URL,
    customers: int = DEFAULT_CUSTOMERS,
    today: date | datetime | None = None,
    progress: Progress | None = None,
    *,
    seed: int = SEED,
    time_zone: str = TIME_ZONE,
) -> str:
    """Makes the demo ERP on a MariaDB or MySQL server and returns the database's name.

    The database is the URL's, or `qingyu_erp` where the URL names none; it is created where it is missing. Raises
    DemoRefused when it already holds a table of the demo: nothing that exists is ever replaced.
    `today` and `time_zone` as in `write_sqlite`.
    """
    where, world = make_url(url), World(plan_for(customers, today, seed=seed, time_zone=time_zone))
    database = where.database or DEFAULT_DATABASE
    server = where.set(drivername="mysql+pymysql", database="")
    _create_database(server, database)
    engine = create_engine(server.set(database=database), connect_args={"local_infile": True})
    try:
        with engine.connect() as connection:
            _refuse_if_used(connection, database)
            _fill_mariadb(connection, world, progress or _silent)
    finally:
        engine.dispose()
    return database


def _create_database(server: URL, database: str) -> None:
    """Creates the database unless it is there, so that an account without that right can fill a given one."""
    engine = create_engine(server)
    try:
        with engine.connect() as connection:
            if database not in inspect(connection).get_schema_names():
                name = connection.dialect.identifier_preparer.quote_identifier(database)
                connection.execute(text(f"CREATE DATABASE {name} CHARACTER SET utf8mb4"))
    finally:
        engine.dispose()


def _refuse_if_used(connection: Connection, database: str) -> None:
    found = sorted(set(inspect(connection).get_table_names()) & set(GENERATORS))
    if found:
        raise DemoRefused(
            f"The database {database} already holds {found[0]}. Name an empty database, or drop this one, then run again."
        )


def _fill_mariadb(connection: Connection, world: World, progress: Progress) -> None:
    """Loads everything; on a failure the tables that this run has created are dropped again."""
    metadata = tables()
    try:
        with open_loader(connection) as loader:
            for name in GENERATORS:
                _load_table(connection, loader, metadata.tables[name], world, progress)
        _add_indexes(connection, metadata, progress)
    except BaseException:
        connection.rollback()
        metadata.drop_all(connection)
        raise


def _load_table(
    connection: Connection, loader: Loader, table: Table, world: World, progress: Progress
) -> None:
    connection.execute(CreateTable(table))
    for batch in _batches(table.name, world, MARIADB_BATCH, progress):
        loader.load(table, batch)
    loader.finish()


def _add_indexes(connection: Connection, metadata: MetaData, progress: Progress) -> None:
    count = len(metadata.tables)
    for done, table in enumerate(metadata.tables.values()):
        progress(INDEXES, done, count)
        add_indexes(connection, table)
    progress(INDEXES, count, count)


def _batches(table: str, world: World, size: int, progress: Progress) -> Iterator[list[Row]]:
    """A table's rows in lists, with progress after each: the last call has done = total."""
    done, total = 0, expected(table, world.plan)
    for batch in _chunks(rows(table, world), size):
        yield batch
        done += len(batch)
        progress(table, done, max(done, total))
    progress(table, done, done)


def _chunks(source: Iterable[Row], size: int) -> Iterator[list[Row]]:
    stream = iter(source)
    while batch := list(islice(stream, size)):
        yield batch


def _silent(_table: str, _done: int, _total: int) -> None:
    """Nobody listens to the progress."""
