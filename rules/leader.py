"""One runner at work: an elected process, by a lock that ends with the process that holds it.

It only spares work. That nothing is told twice does not depend on it: rows are claimed, never believed to be ours.
"""

from __future__ import annotations

import fcntl
import logging
from pathlib import Path
from typing import IO, Protocol

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

log = logging.getLogger("veneer.runner")


class Leader(Protocol):
    """An election."""

    def holds(self) -> bool:
        """Whether this process leads at this moment; tries to take the lead when nobody has it."""

    def resign(self) -> None:
        """Let another process lead."""


class ServerLock:
    """GET_LOCK on a connection of its own: the server frees it when that connection ends. Not for Galera or proxies."""

    def __init__(self, engine: Engine, name: str) -> None:
        self._engine, self._name = engine, name[:64]
        self._connection: Connection | None = None

    def holds(self) -> bool:
        try:
            return self._still_holds() if self._connection is not None else self._take()
        except SQLAlchemyError as error:
            log.warning("the lead was lost with its connection: %s", type(error).__name__)
            self._drop()
            return False

    def resign(self) -> None:
        self._drop()

    def _take(self) -> bool:
        self._connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        if self._ask("SELECT GET_LOCK(:name, 0)") == 1:
            return True
        self._drop()
        return False

    def _still_holds(self) -> bool:
        if self._ask("SELECT IS_USED_LOCK(:name) = CONNECTION_ID()") == 1:
            return True
        self._drop()
        return False

    def _ask(self, statement: str) -> object:
        assert self._connection is not None  # noqa: S101 only called with one
        return self._connection.execute(text(statement), {"name": self._name}).scalar()

    def _drop(self) -> None:
        """Close the connection itself, not just hand it back to the pool with the lock on it."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.invalidate()
            connection.close()


class FileLock:
    """A lock on a file beside the embedded database: the system frees it when the process ends."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[str] | None = None

    def holds(self) -> bool:
        if self._file is not None:
            return True
        self._path.parent.mkdir(parents=True, exist_ok=True)
        file = self._path.open("w")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.close()
            return False
        self._file = file
        return True

    def resign(self) -> None:
        file, self._file = self._file, None
        if file is not None:
            file.close()
