"""A cap on heavy statements: those no index serves. So many run at once over all processes, and no more.

Two gates. The first is in the process and costs the database nothing: it lets few threads in, so that light pages
always find a free one. The second is a named lock of the database server for each place: all web workers and the runner share
them, and the server itself takes a place back when a process dies. SQLite has no such locks; there the first gate is all.
"""

from __future__ import annotations

import hashlib
import random
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from flask_babel import ngettext
from sqlalchemy import Connection, Engine, event
from sqlalchemy.orm import Session

from app.errors import Busy
from config import Config
from models.wiring.nouns import Entity

GATE, PATIENCE = "veneer_gate", "veneer_patience_seconds"
ASK_SECONDS = 0.25
"""How long one question to the server for a place may wait there."""
BUSY_AGAIN_SECONDS = 5


@dataclass
class Gate:
    """The places of one installation as one engine sees them. `waits_seconds`, `big_rows` and `crowd` are settings.

    crowd: threads of this process that may be busy with heavy statements or waiting for a place at the same time.
    """

    places: int
    wait_seconds: float
    big_rows: int
    crowd: int
    _inside: threading.Semaphore = field(init=False, repr=False)
    _crowd: threading.Semaphore = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._inside = threading.Semaphore(self.places)
        self._crowd = threading.Semaphore(max(self.crowd, self.places))

    def put_on(self, engine: Engine) -> None:
        """From now on the engine's heavy statements pass this gate."""
        engine.update_execution_options(**{GATE: self})

    @contextmanager
    def place(self, connection: Any, *, is_server: bool, patience_seconds: float) -> Iterator[None]:
        """Hold one of the places for a block. Raises Busy when none gets free in time.

        connection: of the driver; it must have nothing left to read.
        """
        until = time.monotonic() + patience_seconds
        with self._entered(self._crowd, 0.0), self._entered(self._inside, patience_seconds):
            if not is_server:
                yield
                return
            with self._locked(connection, until):
                yield

    @contextmanager
    def _entered(self, gate: threading.Semaphore, seconds: float) -> Iterator[None]:
        if not gate.acquire(timeout=seconds) if seconds else not gate.acquire(blocking=False):
            raise busy(self.places)
        try:
            yield
        finally:
            gate.release()

    @contextmanager
    def _locked(self, connection: Any, until: float) -> Iterator[None]:
        name = _taken(connection, self.places, until)
        if name is None:
            raise busy(self.places)
        try:
            yield
        finally:
            _give_back(connection, name)


def gate_of(config: Config) -> Gate:
    """As the settings have it. Half of the threads stay free for light pages."""
    return Gate(
        config.heavy_statements, config.heavy_wait_seconds, config.big_table_rows, config.threads // 2
    )


def busy(places: int) -> Busy:
    """The sentence for whoever found no place."""
    sentence = ngettext(
        "The database is busy with a large question already. Try again in a moment.",
        "The database is busy with %(num)s large questions already. Try again in a moment.",
        places,
    )
    return Busy(sentence, retry_seconds=BUSY_AGAIN_SECONDS)


def heavy(target: Session | Connection, *, patience_seconds: float | None = None) -> dict[str, Any]:
    """Execution options: the statement needs a place. It waits for one as long as a page may, or as it is told to."""
    gate = _gate_of(target)
    if gate is None:
        return {}
    return {PATIENCE: gate.wait_seconds if patience_seconds is None else patience_seconds}


def unless_served(
    target: Session | Connection,
    entity: Entity,
    is_served: Callable[[], bool],
    *,
    patience_seconds: float | None = None,
) -> dict[str, Any]:
    """The same for a statement that may have to read the whole table: none where it is small or an index serves."""
    gate = _gate_of(target)
    if gate is None or entity.row_estimate < gate.big_rows or is_served():
        return {}
    return heavy(target, patience_seconds=patience_seconds)


def is_heavy(options: Mapping[str, Any]) -> bool:
    """Whether a statement with these options passes a gate."""
    return options.get(PATIENCE) is not None and options.get(GATE) is not None


def _gate_of(target: Session | Connection) -> Gate | None:
    bind = target.get_bind() if isinstance(target, Session) else target
    gate: Gate | None = bind.get_execution_options().get(GATE)
    return gate


@event.listens_for(Engine, "do_execute")
def _pass_the_gate(cursor: Any, statement: str, parameters: Any, context: Any) -> bool | None:
    """A heavy statement runs inside; all others go their way."""
    options = context.execution_options if context is not None else {}
    if not is_heavy(options):
        return None
    dialect = context.dialect
    is_server = dialect.name != "sqlite"
    with options[GATE].place(cursor.connection, is_server=is_server, patience_seconds=options[PATIENCE]):
        dialect.do_execute(cursor, statement, parameters, context)
    return True


def _taken(connection: Any, places: int, until: float) -> str | None:
    """The name of the lock that this connection holds now; None when none got free in time."""
    names = random.sample([lock_name(connection, number) for number in range(places)], places)
    while True:
        number = _asked(connection, names, min(ASK_SECONDS, max(until - time.monotonic(), 0)))
        if number:
            return names[number - 1]
        if time.monotonic() >= until:
            return None


def _asked(connection: Any, names: list[str], seconds: float) -> int:
    """Ask for each place, and wait at the last one; 0 = none was free. One statement."""
    waits = [0.0] * (len(names) - 1) + [seconds]
    tries = "".join(f" WHEN GET_LOCK(%s,{wait:.2f}) THEN {number}" for number, wait in enumerate(waits, 1))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT CASE{tries} ELSE 0 END", names)
        return int(cursor.fetchone()[0])


def _give_back(connection: Any, name: str) -> None:
    """A connection that cannot even do that is lost, and the place with it; one that goes on must not keep it."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT RELEASE_LOCK(%s)", (name,))
    except Exception:  # noqa: BLE001 whatever the driver says: the server takes the place back when this one is gone
        connection.close()


def lock_name(connection: Any, number: int) -> str:
    """Of a place: the overlay's schema tells installations on one server apart."""
    schema = connection.db if isinstance(connection.db, bytes) else str(connection.db).encode()
    return f"veneer.heavy.{hashlib.sha256(schema).hexdigest()[:16]}.{number}"
