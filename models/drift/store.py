"""What the overlay knows about the legacy schema, read and written as one row."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from app.clock import now
from models.drift.changes import Change
from models.drift.plain import table_from_plain, table_to_plain
from models.drift.tables import ROW, watch
from models.legacy.facts import TableFacts

Tables = Mapping[str, TableFacts | None]
MINE = watch.c.id == ROW


@dataclass(frozen=True)
class Seen:
    """One look at the schema and what came of it."""

    generation: int = 0
    version: int = 0
    fingerprint: str = ""
    looked_at: datetime | None = None
    baseline: Mapping[str, TableFacts] = field(default_factory=dict)
    overrides: Tables = field(default_factory=dict)
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True)
class Glance:
    """What tells whether anything has to be compared at all."""

    generation: int
    version: int
    fingerprint: str


def glance(connection: Connection) -> Glance | None:
    """The last look in short; None before the first one."""
    wanted = select(watch.c.generation, watch.c.version, watch.c.fingerprint).where(MINE)
    row = connection.execute(wanted).first()
    return Glance(*row) if row else None


def load(connection: Connection) -> Seen:
    """The last look; an empty one before the first."""
    row = connection.execute(select(watch).where(MINE)).mappings().first()
    if row is None:
        return Seen()
    plain = {name: row[name] for name in ("generation", "version", "fingerprint", "looked_at")}
    baseline = {name: table for name, table in _tables(row["baseline"]).items() if table is not None}
    changes = tuple(Change(**one) for one in json.loads(row["changes"]))
    return Seen(**plain, baseline=baseline, overrides=_tables(row["facts"]), changes=changes)


def count(connection: Connection) -> int:
    """How many changes stand; the rest stays unread."""
    text = connection.execute(select(watch.c.changes).where(MINE)).scalar()
    return len(json.loads(text)) if text else 0


def overrides(connection: Connection) -> Tables:
    """What the catalogue has to be built around; the rest stays unread."""
    text = connection.execute(select(watch.c.facts).where(MINE)).scalar()
    return _tables(text) if text else {}


def touch(connection: Connection) -> None:
    """Note that somebody looked and found everything as before."""
    connection.execute(update(watch).where(MINE).values(looked_at=now(connection)))


def keep(connection: Connection, seen: Seen, before: int) -> bool:
    """Keep a look in place of the one of generation `before`; False when somebody else kept one meanwhile."""
    row: dict[str, Any] = {
        "generation": seen.generation,
        "version": seen.version,
        "fingerprint": seen.fingerprint,
        "looked_at": now(connection),
        "baseline": _text(seen.baseline),
        "facts": _text(seen.overrides),
        "changes": json.dumps([asdict(change) for change in seen.changes], ensure_ascii=False),
    }
    if before == 0:
        connection.execute(insert(watch).values({**row, "id": ROW}))
        return True
    mine = update(watch).where(MINE, watch.c.generation == before)
    return connection.execute(mine.values(row)).rowcount == 1


def _text(tables: Tables) -> str:
    plain = {name: table_to_plain(table) if table else None for name, table in tables.items()}
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":"))


def _tables(text: str) -> dict[str, TableFacts | None]:
    return {name: table_from_plain(plain) if plain else None for name, plain in json.loads(text).items()}
