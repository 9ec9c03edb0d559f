"""Engines: one connection reaches both the legacy schema and the overlay, so one transaction covers both."""

from __future__ import annotations

import hashlib
import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.engine import URL

from app.driver import Quick
from app.pool import PatientPool, ping_sparingly

CONNECT_SECONDS = 3
"""How long a host that does not answer may keep a page waiting."""
MODES = (
    "STRICT_TRANS_TABLES",
    "ERROR_FOR_DIVISION_BY_ZERO",
    "NO_ENGINE_SUBSTITUTION",
    "ALLOW_INVALID_DATES",
    "NO_AUTO_VALUE_ON_ZERO",
)
"""Strict, so that nothing is cut silently. Zero and impossible dates and the key 0 stay what they are, because the ERP may
hold them: they are compared with, and put back when a change is undone."""
LIMIT_OPTION = "veneer_limit_seconds"
"""Execution option of each engine on a server: how long its statements may run."""
EMBEDDED_SCHEMA = "erp"
"""Name under which the embedded ERP file is attached."""


def legacy_schema(database_url: str) -> str:
    """The schema that holds the ERP's tables."""
    if not database_url:
        return EMBEDDED_SCHEMA
    return make_url(database_url).database or ""


def open_embedded(erp: Path, overlay: Path, page_seconds: int = 5) -> Engine:
    """SQLite: the overlay is the main file, the ERP is attached. `page_seconds` bounds waits for a lock."""
    engine = create_engine(
        f"sqlite:///{overlay}", connect_args={"timeout": page_seconds, "check_same_thread": False}
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: Any) -> None:
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.execute(f"ATTACH DATABASE ? AS {EMBEDDED_SCHEMA}", (str(erp),))
        connection.create_function("veneer_sha256", -1, _sha256, deterministic=True)

    return engine


def open_server(url: str, overlay_schema: str, **limits: int) -> Engine:
    """MariaDB or MySQL: the overlay is the default schema, legacy tables carry theirs.

    limits: pool_size, pool_wait_seconds, page_statement_seconds, lock_wait_seconds.
    """
    engine = create_engine(
        overlay_url(url, overlay_schema),
        poolclass=PatientPool,
        pool_size=limits.get("pool_size", 10),
        max_overflow=0,
        pool_timeout=limits.get("pool_wait_seconds", 2),
        pool_pre_ping=True,
        pool_recycle=1800,
        isolation_level="READ COMMITTED",
        execution_options={LIMIT_OPTION: limits.get("page_statement_seconds", 5)},
        connect_args={"connect_timeout": CONNECT_SECONDS},
    )
    ping_sparingly(engine)

    @event.listens_for(engine, "do_connect")
    def connect(_dialect: Any, _record: Any, args: Any, options: dict[str, Any]) -> Quick:
        return Quick(*args, **options)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        with connection.cursor() as cursor:
            for statement in session_settings(connection.get_server_info(), **limits):
                cursor.execute(statement)
        connection.autocommit(True)

    begin_when_needed(engine)
    return engine


def begin_when_needed(engine: Engine) -> None:
    """Send BEGIN with the first statement that writes or locks.

    Each SELECT of a READ COMMITTED transaction sees what is committed when it begins: alone it sees the same, holds no lock
    that an ALTER of the ERP would wait for, and leaves nothing to roll back. A page that only reads spares two round trips.
    """

    @event.listens_for(engine, "before_cursor_execute")
    def begin(
        connection: Connection, cursor: Any, statement: str, _values: Any, _context: Any, _many: bool
    ) -> None:
        if connection.get_execution_options().get("isolation_level") != "AUTOCOMMIT":
            cursor.connection.begin_for(statement)


def overlay_url(url: str, overlay_schema: str) -> URL:
    """The same server and account with the overlay as the default schema."""
    parsed = make_url(url).update_query_dict({"charset": "utf8mb4"})
    return parsed.set(database=overlay_schema)


def session_settings(server: str, **limits: int) -> list[str]:
    """Statements that make every connection harmless to the ERP: strict writes, short waits, limited statements."""
    page = limits.get("page_statement_seconds", 5)
    wait = limits.get("lock_wait_seconds", 3)
    settings = [
        f"SET SESSION sql_mode='{','.join(MODES)}'",
        f"SET SESSION innodb_lock_wait_timeout={wait}",
        f"SET SESSION lock_wait_timeout={wait}",
        "SET SESSION default_storage_engine=InnoDB",  # the overlay needs transactions, whatever the server prefers
        # A page wants the first rows in order: two indexes laid over each other are read whole and sorted for it.
        "SET SESSION optimizer_switch='index_merge_intersection=off'",
    ]
    if "MariaDB" in server:
        return [
            *settings,
            f"SET SESSION max_statement_time={page}",
            "SET SESSION idle_transaction_timeout=60",
        ]
    return [*settings, f"SET SESSION max_execution_time={page * 1000}"]


def ensure_overlay_schema(url: str, overlay_schema: str) -> None:
    """Create the overlay schema when the account may; the legacy schema is never touched."""
    engine = create_engine(make_url(url))
    try:
        with engine.connect() as connection:
            found = connection.execute(
                text("SELECT 1 FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = :name"),
                {"name": overlay_schema},
            ).scalar()
            if not found:
                quoted = overlay_schema.replace("`", "``")
                connection.execute(text(f"CREATE DATABASE `{quoted}` CHARACTER SET utf8mb4"))
    finally:
        engine.dispose()


def _sha256(*values: Any) -> str:
    """SQLite's side of the row token: a hash over each value with its type."""
    digest = hashlib.sha256()
    for value in values:
        digest.update(repr((type(value).__name__, value)).encode())
    return digest.hexdigest()
