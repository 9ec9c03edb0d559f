"""Bulk loading into MariaDB: LOAD DATA LOCAL from a small file for each batch, or large INSERTs where that is off."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

from sqlalchemy import Column, Connection, LargeBinary, Table, text
from sqlalchemy.dialects.mysql import BIT
from sqlalchemy.dialects.mysql.pymysql import dialect as mysql_dialect

from demo.schema.columns import Point

Row = tuple[object, ...]
FIELD_END, ROW_END = "\x1f", "\x1e"
INSERT_ROWS = 500
_MYSQL = mysql_dialect()


class NotLoaded(Exception):
    """The server altered or dropped rows while loading; the text is a sentence for the user."""


class Loader(Protocol):
    """Brings batches of rows into a table; `finish` waits until all of them are committed."""

    def load(self, table: Table, batch: list[Row]) -> None: ...

    def finish(self) -> None: ...


@contextmanager
def open_loader(connection: Connection) -> Iterator[Loader]:
    """The fastest loader that the server allows; checks of keys are off meanwhile."""
    cursor = connection.connection.cursor()
    cursor.execute("SET SESSION unique_checks = 0, foreign_key_checks = 0, autocommit = 1")
    cursor.execute("SELECT @@local_infile")
    is_allowed = cursor.fetchone() == (1,)
    with TemporaryDirectory(prefix="demo-load-") as folder, ThreadPoolExecutor(1) as pool, _quick_switches():
        yield FileLoader(cursor, Path(folder), pool) if is_allowed else InsertLoader(cursor)
    cursor.execute("SET SESSION unique_checks = 1, foreign_key_checks = 1, autocommit = 0")
    cursor.close()


@contextmanager
def _quick_switches() -> Iterator[None]:
    """Lets the sending thread take its turn at once: at the usual 5 ms for each 16 KB sent, it waits more than it works."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(0.0002)
    try:
        yield
    finally:
        sys.setswitchinterval(usual)


class FileLoader:
    """Writes each batch to a file; while the server reads it, the next batch is made."""

    def __init__(self, cursor: Any, folder: Path, pool: ThreadPoolExecutor) -> None:
        self.cursor, self.folder, self.pool = cursor, folder, pool
        self.pending: Future[None] | None = None
        self.files = 0

    def load(self, table: Table, batch: list[Row]) -> None:
        path = self.folder / f"{self.files % 2}.txt"
        self.files += 1
        path.write_text("".join(map(_line, batch)), encoding="utf-8", newline="")
        self.finish()
        self.pending = self.pool.submit(self._send, table, path, len(batch))

    def finish(self) -> None:
        """Waits for the batch under way and raises what went wrong with it."""
        pending, self.pending = self.pending, None
        if pending:
            pending.result()

    def _send(self, table: Table, path: Path, count: int) -> None:
        self.cursor.execute(_load_statement(table, path))
        _check(self.cursor, table, count)


class InsertLoader:
    """Sends INSERT statements of many rows."""

    def __init__(self, cursor: Any) -> None:
        self.cursor = cursor

    def load(self, table: Table, batch: list[Row]) -> None:
        marks = ", ".join(_value_sql(column).format("%s") for column in table.columns)
        for start in range(0, len(batch), INSERT_ROWS):
            part = batch[start : start + INSERT_ROWS]
            values = [value.hex() if isinstance(value, bytes) else value for row in part for value in row]
            sql = f"INSERT INTO `{table.name}` VALUES " + ", ".join([f"({marks})"] * len(part))  # noqa: S608 - our own names
            self.cursor.execute(sql, values)
            _check(self.cursor, table, len(part))

    def finish(self) -> None:
        """Every INSERT is committed by itself."""


def _check(cursor: Any, table: Table, count: int) -> None:
    """Refuses a load that the server has shortened: LOAD DATA LOCAL turns errors into warnings."""
    loaded = cursor.rowcount
    cursor.execute("SELECT @@warning_count")
    if loaded != count or cursor.fetchone()[0]:
        raise NotLoaded(
            f"The server did not take all rows of {table.name} as they are. "
            "Use MariaDB 10.6 or MySQL 8 or newer with utf8mb4, then run again."
        )


def _line(row: Row) -> str:
    """A row as LOAD DATA reads it. No generated text holds a backslash or a separator, so nothing is escaped."""
    texts = [value if value.__class__ is str else _text(value) for value in row]
    return FIELD_END.join(texts) + ROW_END


def _text(value: object) -> str:
    if value is None:
        return "\\N"
    return value.hex() if isinstance(value, bytes) else str(value)


def _value_sql(column: Column[Any]) -> str:
    """How a value in its text form becomes the column's, as a template for a placeholder."""
    kind = column.type.dialect_impl(_MYSQL)
    if isinstance(kind, LargeBinary):
        return "UNHEX({})"
    if isinstance(kind, Point):
        return "ST_GeomFromText({})"
    return "CAST({} AS SIGNED)" if isinstance(kind, BIT) else "{}"


def _load_statement(table: Table, path: Path) -> str:
    """LOAD DATA with a variable for each column that needs a conversion."""
    names, sets = [], []
    for column in table.columns:
        template = _value_sql(column)
        names.append(f"`{column.name}`" if template == "{}" else f"@{column.name}")
        if template != "{}":
            sets.append(f"`{column.name}` = {template.format('@' + column.name)}")
    file = str(path).replace("\\", "\\\\").replace("'", "\\'")
    return (
        f"LOAD DATA LOCAL INFILE '{file}' INTO TABLE `{table.name}` CHARACTER SET utf8mb4"
        f" FIELDS TERMINATED BY 0x1f ESCAPED BY '\\\\' LINES TERMINATED BY 0x1e ({', '.join(names)})"
        + (f" SET {', '.join(sets)}" if sets else "")
    )


def add_indexes(connection: Connection, table: Table) -> None:
    """Adds all secondary indexes of a table in one pass, and brings its statistics up to date."""
    parts = []
    for index in sorted(table.indexes, key=lambda index: str(index.name)):
        columns = ", ".join(f"`{column.name}`" for column in index.columns)
        parts.append(f"ADD {'UNIQUE ' if index.unique else ''}INDEX `{index.name}` ({columns})")
    if parts:
        connection.execute(text(f"ALTER TABLE `{table.name}` {', '.join(parts)}"))
    connection.execute(text(f"ANALYZE TABLE `{table.name}`"))
