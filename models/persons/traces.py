"""What the overlay holds of a person beside the records: past entries of the audit, saved views, messages, clocks, the search index.

Each is walked in stretches of ids, so that no statement reads a whole big table. Values that name one person are taken out
wherever they stand; names only where they stand alone, since others have the same.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Collection, Iterable
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, func, or_, select, true, update
from sqlalchemy.exc import IntegrityError, OperationalError

from models.audit import chain
from models.audit.redaction import GONE, cleaned, redact
from models.change import change_table
from models.inside.tables import space_table
from models.overlay import metadata
from models.persons.job import Job
from models.persons.kinds import personal
from models.persons.plan import LEAVE
from models.persons.tables import find_table
from models.wiring.nouns import Entity

SHORTEST = 6
"""Characters from which a value is sought inside other words."""
STRETCH = 2000
TITLE = "title of the entry"
"""Among fields: what the record was called is personal, too."""
WAIT_SECONDS = 0.2
MOST_FAILURES = 50
MOST_IN_SQL = 20
"""Values that a statement looks for; with more of them every text of a stretch is read and looked through here."""
HOLDERS = {
    "saved_view": ("name", "definition"),
    "sla_clock": ("title",),
    "notification": ("params",),
    "outbox": ("payload",),
    "export_run": ("filter", "search", "reason"),
    "export_request": ("filter", "condition", "search"),
    "approval_request": ("reason", "sentence"),
}
"""Tables with one key, "id", and the texts in them that may name a person."""


def clean(job: Job) -> None:
    """Take the person out of everything; goes on where an earlier process stopped."""
    with job.engine.connect() as connection:
        job.place.setdefault(
            "until", int(connection.execute(select(func.max(change_table.c.id))).scalar() or 0)
        )
    _link(job)
    _entries_of_records(job)
    _all_entries(job)
    for table, columns in HOLDERS.items():
        _texts(job, table, columns)
    _search_index(job)


def forget() -> None:
    """Keep nothing of a person in memory."""
    _pattern.cache_clear()


def _link(job: Job) -> None:
    """All entries must be linked before they can be altered: the runner's own job may be at it too."""
    failures = 0
    while True:
        try:
            with job.engine.begin() as connection:
                if chain.extend(connection) < chain.BATCH:
                    return
        except (IntegrityError, OperationalError):
            failures += 1
            if failures > MOST_FAILURES:
                raise
            time.sleep(WAIT_SECONDS)


def _entries_of_records(job: Job) -> None:
    """Every value of the personal fields in the histories of the records that were written over; of those deleted every value."""
    table = find_table.c
    done = select(table.entity, table.record, table.state).where(
        table.request == job.id, table.state.in_(["done", "deleted"])
    )
    with job.engine.connect() as connection:
        places = connection.execute(done).all()
    for name, token, state in places:
        fields = _gone(job.entity(name), is_whole=state == "deleted")
        where = (change_table.c.entity == name) & (change_table.c.record == token)
        _redact(job, where & (change_table.c.id <= job.place["until"]), fields)


def _gone(entity: Entity | None, *, is_whole: bool) -> set[str]:
    """Fields of which nothing may stay in a history, with TITLE where the record was called by one of them."""
    if entity is None:
        return set()
    named = set(entity.fields) if is_whole else set(personal(entity))
    return named | ({TITLE} if {entity.title, entity.code} & named else set())


def _all_entries(job: Job) -> None:
    """Entries of anything that hold one of the values, stretch by stretch."""
    sought = _sought(job)
    while sought and job.place.get("after", 0) < job.place["until"]:
        after = job.place.get("after", 0)
        columns = change_table.c
        within = (columns.id > after) & (columns.id <= min(after + STRETCH, job.place["until"]))
        texts = (columns.before, columns.after, columns.title, columns.reason)
        _redact(job, within & _holds(texts, sought), set())
        job.place["after"] = after + STRETCH
        job.keep()


def _holds(texts: Iterable[Any], values: Collection[str]) -> Any:
    if len(values) > MOST_IN_SQL:
        return true()
    return or_(*(text.contains(value, autoescape=True) for text in texts for value in values))


def _redact(job: Job, where: Any, fields: set[str]) -> None:
    """Clean the entries that fit, in one transaction; what an earlier turn has cleaned is left alone."""
    with job.engine.begin() as connection:
        found = connection.execute(select(*chain.entries()).where(where).order_by(change_table.c.id)).all()
        clean = {entry.id: _left(job, entry, fields) for entry in found}
        wanted = {number: values for number, values in clean.items() if values}
        if wanted:
            redact(connection, job.session.policy.actor, str(job.id), wanted)
            job.place["entries"] = job.place.get("entries", 0) + len(wanted)


def _left(job: Job, entry: Any, fields: set[str]) -> Any:
    if entry.action in {"anonymise", "erase", "purge", "redacted"}:
        return {}  # these hold stand-ins only
    found = cleaned(
        entry,
        lambda name, value: _wiped(job, value, always=name in fields),
        lambda text: wiped_text(job, text),
    )
    return {**found, "title": GONE} if TITLE in fields and entry.title not in {"", GONE} else found


def _wiped(job: Job, value: Any, *, always: bool) -> Any:
    if value is None or value == "":
        return value
    if always or str(value) in job.values:
        return GONE
    return wiped_text(job, value) if isinstance(value, str) else value


def wiped_text(job: Job, text: str) -> str:
    """A text without the person's values."""
    if text in job.values:
        return GONE
    pattern = _pattern(tuple(job.values))
    return pattern.sub(lambda found: f'"{GONE}"' if found["alone"] else GONE, text) if pattern else text


@lru_cache(maxsize=2)
def _pattern(values: tuple[str, ...]) -> re.Pattern[str] | None:
    """Values that stand alone in quotes, as JSON spells them, and those that are sought inside other words."""
    if not values:
        return None
    quoted = {json.dumps(value, ensure_ascii=is_ascii) for value in values for is_ascii in (True, False)}
    alone, inside = "|".join(map(re.escape, sorted(quoted))), "|".join(map(re.escape, _long(values)))
    return re.compile(f"(?P<alone>{alone})" + (f"|{inside}" if inside else ""))


def _sought(job: Job) -> list[str]:
    """Values that are looked for inside other words; the longest first, so that none is cut by a part of it."""
    return _long(job.values)


def _long(values: Iterable[str]) -> list[str]:
    names_one = {
        v for v in values if len(v) >= SHORTEST and ("@" in v or sum(c.isdigit() for c in v) >= SHORTEST)
    }
    return sorted(names_one, key=len, reverse=True)


def _texts(job: Job, name: str, columns: Iterable[str]) -> None:
    table = metadata.tables.get(name)
    if table is None or not job.values:
        return
    place = f"text:{name}"
    after = job.place.get(place)
    while True:
        with job.engine.begin() as connection:
            after = _clean_stretch(job, connection, table, list(columns), after)
        if after is None:
            return
        job.place[place] = after
        job.keep()


def _clean_stretch(job: Job, connection: Connection, table: Any, columns: list[str], after: Any) -> Any:
    """Clean the next rows in the order of the key; returns the last key of them, None where no row is left."""
    keys = select(table.c.id) if after is None else select(table.c.id).where(table.c.id > after)
    last = connection.execute(keys.order_by(table.c.id).limit(STRETCH)).scalars().all()
    if not last:
        return None
    within = (table.c.id >= last[0]) & (table.c.id <= last[-1])
    spelled = {*job.values, *(json.dumps(value)[1:-1] for value in job.values)}
    texts = [table.c[name] for name in columns]
    found = select(table.c.id, *texts).where(within & _holds(texts, spelled))
    for row in connection.execute(found).mappings():
        left = {name: wiped_text(job, row[name]) for name in columns if row[name]}
        changed = {name: text for name, text in left.items() if text != row[name]}
        if changed:
            connection.execute(update(table).where(table.c.id == row["id"]).values(changed))
            job.place["texts"] = job.place.get("texts", 0) + 1
    return last[-1]


def _search_index(job: Job) -> None:
    """The keeper follows the new values by itself; told that much is to be swept, it sweeps what is left of the old ones soon."""
    names = {entity for (entity, _way), part in job.parts.items() if part.choice != LEAVE}
    columns = space_table.c
    with job.engine.begin() as connection:
        much = columns.garbage + columns.expected + 100_000
        connection.execute(update(space_table).where(columns.entity.in_(names)).values(garbage=much))
