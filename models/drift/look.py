"""One look at the legacy schema: has anything changed since the last one, and does it touch what is published?

Each look is one statement; only when the fingerprint or the wiring differs is the schema read as a whole.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import IntegrityError, OperationalError

from app.clock import now
from models.dberrors import is_contended
from models.drift import store
from models.drift.adapt import overrides_of
from models.drift.changes import Change, changes
from models.drift.fingerprint import fingerprint
from models.drift.store import Seen
from models.legacy.facts import TableFacts
from models.legacy.reflect import reflect
from models.wiring import store as wirings
from models.wiring.document import entity_to_plain
from models.wiring.nouns import Wiring

log = logging.getLogger("veneer.drift")
Tell = Callable[[Connection, Sequence[Change]], None]
"""Tells people about changes, in the transaction that keeps them."""


def look(engine: Engine, schema: str, tell: Tell) -> bool:
    """Look once; True when something is different from the last look. Two who look at once tell it once."""
    try:
        with engine.begin() as connection:
            return _look(connection, schema, tell)
    except IntegrityError:
        return False  # another process wrote down the first look in this moment
    except OperationalError as error:
        if not is_contended(error):
            raise
        log.info("another process looks at the schema too")
        return False


def _look(connection: Connection, schema: str, tell: Tell) -> bool:
    last = store.glance(connection)
    shape, version = fingerprint(connection, schema), wirings.current_version(connection)
    if last and (last.fingerprint, last.version) == (shape, version):
        store.touch(connection)
        return False
    before = store.load(connection)
    seen = compared(connection, schema, before, version)
    if not store.keep(connection, replace(seen, fingerprint=shape), before.generation):
        return False
    known = {change.subject for change in before.changes}
    news = [change for change in seen.changes if change.subject not in known]
    if news:
        log.warning("the legacy schema has changed: %s", ", ".join(f"{c.kind} {c.name}" for c in news))
        tell(connection, news)
    return True


def compared(connection: Connection, schema: str, before: Seen, version: int) -> Seen:
    """The schema as it is against the wiring in force and what people have reviewed."""
    wiring, facts = wirings.load(connection, version), read(connection, schema)
    baseline = baseline_of(connection, wiring, before, facts)
    known, moment = {change.subject: change for change in before.changes}, now(connection).isoformat()
    found = tuple(known.get(c.subject, replace(c, at=moment)) for c in changes(wiring, baseline, facts))
    differing = overrides_of(wiring, facts)
    is_new = differing != before.overrides or before.generation == 0 or found != before.changes
    return replace(
        before,
        generation=before.generation + 1 if is_new else before.generation,
        version=version,
        baseline=baseline,
        overrides=differing,
        changes=found,
    )


def read(connection: Connection, schema: str) -> dict[str, TableFacts]:
    """The tables as they are compared: how many rows they hold is no part of it."""
    tables = reflect(connection, schema).tables
    return {name: replace(table, row_estimate=0, foreign_keys=()) for name, table in tables.items()}


def baseline_of(
    connection: Connection, wiring: Wiring, before: Seen, facts: Mapping[str, TableFacts]
) -> dict[str, TableFacts]:
    """What each wired table was when its wiring was last reviewed: publishing another wiring of a table is such a review."""
    reviewed = _as_before(connection, wiring, before)
    held = {name: table for name, table in before.baseline.items() if name in reviewed}
    wired = [e.table_name for e in wiring.entities.values()]
    return {name: held.get(name) or facts[name] for name in wired if name in held or name in facts}


def _as_before(connection: Connection, wiring: Wiring, before: Seen) -> set[str]:
    """Tables whose wiring is the same as when they were compared last."""
    if before.version == wiring.version:
        return {entity.table_name for entity in wiring.entities.values()}
    old = {e.table_name: entity_to_plain(e) for e in _loaded(connection, before.version).entities.values()}
    return {e.table_name for e in wiring.entities.values() if old.get(e.table_name) == entity_to_plain(e)}


def _loaded(connection: Connection, version: int) -> Wiring:
    return wirings.load(connection, version) if version else Wiring()


def accept(connection: Connection, schema: str, table: str) -> None:
    """Somebody has seen the changes of a table that need no other wiring: they are no news any more."""
    before = store.load(connection)
    facts = read(connection, schema)
    kept = {**before.baseline, **({table: facts[table]} if table in facts else {})}
    version = wirings.current_version(connection)
    seen = compared(connection, schema, replace(before, baseline=kept), version)
    store.keep(connection, seen, before.generation)
