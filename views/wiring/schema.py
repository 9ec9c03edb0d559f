"""The legacy schema as the wizard sees it: read once, kept in this process, read anew when somebody asks."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

from sqlalchemy import Connection

from app.extensions import services
from fields import best_kind
from models.drift import store as drift
from models.legacy.facts import SchemaFacts
from models.legacy.reflect import reflect
from models.legacy.samples import LegacySamples
from models.wiring.dictionaries import read_dictionaries
from models.wiring.infer import Inference

KEPT_SECONDS = 300.0


@dataclass(frozen=True)
class Known:
    """What was read, and when by the monotonic clock."""

    inference: Inference
    read_at: float

    @property
    def age(self) -> float:
        """Seconds since it was read."""
        return time.monotonic() - self.read_at

    @property
    def facts(self) -> SchemaFacts:
        return self.inference.facts


class SchemaCache:
    """One for each application; safe for many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: Known | None = None
        self._shape = ""

    def known(self, connection: Connection) -> Known:
        """The schema, at most five minutes old, and read anew when a change of it was noticed."""
        noticed = drift.glance(connection)
        shape = noticed.fingerprint if noticed else ""
        with self._lock:
            if self._known is None or shape != self._shape or self._known.age > KEPT_SECONDS:
                self._known, self._shape = _read(connection), shape
            return self._known

    def forget(self) -> None:
        """Read anew at the next look."""
        with self._lock:
            self._known = None


def _read(connection: Connection) -> Known:
    schema = services().schema
    facts = reflect(connection, schema)
    dictionaries = read_dictionaries(facts, LegacySamples(connection, schema))
    return Known(Inference(facts, best_kind, dictionaries), time.monotonic())


def cache() -> SchemaCache:
    """The application's cache."""
    found: SchemaCache = services().rooms.setdefault("wiring_schema", SchemaCache())
    return found
