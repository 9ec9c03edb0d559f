"""The pool of database connections: all waits of one request together last as long as one may, and few need a ping."""

from __future__ import annotations

import select
import time
from collections.abc import Callable
from typing import Any

from flask import g, has_request_context
from sqlalchemy import Engine
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

PING_SECONDS = 5.0
"""A connection that answered within this time is only looked at: a server that has gone has closed it."""


class PatientPool(QueuePool):
    """A page asks for a connection several times; without this it would wait anew each time."""

    @property
    def _timeout(self) -> float:
        return max(0.0, self._patience - waited())

    @_timeout.setter
    def _timeout(self, seconds: float) -> None:
        self._patience = seconds

    def _do_get(self) -> ConnectionPoolEntry:
        started = time.monotonic()
        try:
            return super()._do_get()
        finally:
            if has_request_context():
                g.pool_waited = waited() + time.monotonic() - started


def waited() -> float:
    """Seconds that this request has waited for connections; 0 outside of one."""
    return float(g.get("pool_waited", 0.0)) if has_request_context() else 0.0


def ping_sparingly(engine: Engine) -> None:
    """Spare the round trip of a ping for connections that answered just now and that the server has not closed."""
    ping = engine.dialect.do_ping

    def look(connection: Any) -> bool:
        if time.monotonic() - getattr(connection, "answered_at", 0.0) < PING_SECONDS and is_quiet(connection):
            return True
        return _pinged(connection, ping)

    engine.dialect.do_ping = look  # type: ignore[method-assign, assignment]


def is_quiet(connection: Any) -> bool:
    """Nothing waits to be read: a closed connection would have its end there, or the server's last words."""
    socket = getattr(connection, "_sock", None)
    if socket is None:
        return False
    poll = select.poll()
    poll.register(socket, select.POLLIN | select.POLLHUP | select.POLLERR)
    return not poll.poll(0)


def _pinged(connection: Any, ping: Callable[[Any], bool]) -> bool:
    answered = ping(connection)
    connection.answered_at = time.monotonic()
    return answered
