"""The pool of database connections: all waits of one request together last as long as one may."""

from __future__ import annotations

import time

from flask import g, has_request_context
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool


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
