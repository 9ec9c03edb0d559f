"""Reading records: pages, one record, titles of related ones. Every statement runs in a RecordSession."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import false, or_, select, true

from app.errors import NotAllowed, NotVisible
from models import condition as conditions
from models import counting, heavy, keyset, offsets
from models.audit import reads
from models.branches import by_branches
from models.guard import RecordSession, lost_field, unknown_field
from models.masking import CONCEALED
from models.prepared import Prepared
from models.records import inside, rights, served, stretch
from models.records.ordering import order_of, settling
from models.records.paths import check_path, is_lost
from models.records.rows import columns_of, nothing_more, row_at_key, row_in_reach, with_identity
from models.rowtoken import token_for
from models.wiring.nouns import Entity


@dataclass(frozen=True)
class Record:
    """One row as a person may see it: stored values by field name, masked where the policy says so."""

    entity: Entity
    values: Mapping[str, Any]
    token: str = ""
    """URL-safe identity; empty when the table has no key."""
    hash: str = ""
    """Row token as it leaves, sealed: changes whenever any column of the row changes. Only read when asked for."""
    raw_hash: str = field(default="", repr=False)
    """The same as the database works it out, for the WHERE of a write."""
    rights: Mapping[str, str] = field(default_factory=dict, repr=False)
    """The right on fields whose right differs from row to row."""

    @property
    def title(self) -> str:
        """What names the record to a person."""
        return title_of(self.entity, self.values, self.token)


@dataclass(frozen=True)
class Query:
    """What a list asks for. `sort` holds (field, descending) pairs; `condition` is resolved to stored values."""

    columns: tuple[str, ...]
    condition: Mapping[str, Any] | None = None
    search: str = ""
    sort: tuple[tuple[str, bool], ...] = ()
    cursor: str = ""
    size: int = 25
    big: int = 0
    """From how many rows on a table is a big one; 0 = none is."""
    scanned: int = 0
    """Of a big table, how many of the newest rows are looked at where no index serves "contains"; 0 = all."""


@dataclass(frozen=True)
class Page:
    """A page of records and the cursors of its neighbours ("" = none)."""

    records: list[Record] = field(default_factory=list)
    next_cursor: str = ""
    previous_cursor: str = ""


def page(session: RecordSession, entity: Entity, query: Query) -> Page:
    """The records of one page in a total order; raises NotAllowed, NotVisible (unknown field) and Invalid."""
    light = heavy.unless_served(session, entity, lambda: is_light(session, entity, query))
    return _records(session, entity, query, keyset.held_size(query.size), light)


def batch(session: RecordSession, entity: Entity, query: Query, seconds_to_wait: float | None = None) -> Page:
    """The same for an export: as many records as it asks for. Without a key still a page, by position.

    On a big table each batch needs a place among the heavy statements, and waits for it as long as it is told to.
    """
    patient = heavy.unless_served(session, entity, lambda: False, patience_seconds=seconds_to_wait)
    return _records(session, entity, query, query.size, patient)


def is_light(session: RecordSession, entity: Entity, query: Query) -> bool:
    """Whether an index serves the list: it needs no place among the heavy statements. After `check_path` alone."""
    found = served.verdict(entity, query.condition, query.sort, big=0)
    sought = all(served.begins_index(entity, name) for name in searched(session, entity)) or not query.search
    return (
        bool(entity.key)
        and sought
        and (not found.is_slow or looked_inside(session, entity, query).is_narrowed)
    )


def _records(
    session: RecordSession, entity: Entity, query: Query, size: int, options: Mapping[str, Any]
) -> Page:
    require(session, entity, session.action)
    names = with_identity(entity, query.columns)
    if not entity.key:
        statement = _list(session, entity, query, names).execution_options(**options)
        found = offsets.page(session, statement, _order(session, entity, query), query.cursor, query.size)
    else:
        ready = _prepared(session, entity, query, size)
        found = keyset.cut(
            _sought(session, entity, query, ready, size, options), ready.order, query.cursor, size
        )
    records = [record_of(session, entity, names, row) for row in found.rows]
    return Page(records, found.next_cursor, found.previous_cursor)


def _sought(  # noqa: PLR0917 - what a page is read with
    session: RecordSession,
    entity: Entity,
    query: Query,
    ready: Prepared,
    size: int,
    options: Mapping[str, Any],
) -> list[Any]:
    """The rows of a page and one more. What the search index answers anew each time is not learned from."""
    if query.search or served.looks_inside(entity, query.condition):
        return list(session.run(ready, options=options))
    return stretch.rows(session, entity, ready, (query.condition, query.cursor, size), options)


def _list(session: RecordSession, entity: Entity, query: Query, names: Sequence[str]) -> Any:
    return select(*columns_of(session, entity, names)).where(*filters(session, entity, query))


def _prepared(session: RecordSession, entity: Entity, query: Query, size: int) -> Prepared:
    """The page's select. First pages come again and again; where words are looked for inside, the index answers anew."""

    def build() -> Prepared:
        order, statement = _order(session, entity, query), _list(session, entity, query, names)
        if [part.attribute.key for part in order] == [entity.attribute(name).key for name in entity.key]:
            statement = by_branches(statement, entity)
        return Prepared(keyset.sought(statement, order, query.cursor, size), order)

    names = with_identity(entity, query.columns)
    if query.cursor or query.search or served.looks_inside(entity, query.condition):
        return build()
    asked = (tuple(names), repr(query.condition), query.sort, size)
    return session.prepared(("page", entity.name, asked), build)


def total(session: RecordSession, entity: Entity, query: Query) -> counting.Total:
    """How many records fit: exact when that is cheap, else about or over."""
    sees_all = session.policy.rows(entity, session.action) is true()
    parts = list(served.parts_of(entity, query.condition))
    is_whole = not parts and not query.search  # rows that are deleted softly are few beside the others
    estimate = entity.row_estimate if sees_all and is_whole else None
    if counting.is_enough(estimate):
        return counting.about(estimate)
    statement = select(identity_of(entity)[0]).where(*filters(session, entity, query))
    is_counted_by_index = served.is_one_index(entity, parts) and not query.search
    may_ask = sees_all and is_counted_by_index
    light = heavy.unless_served(session, entity, lambda: is_counted_by_index, patience_seconds=0)
    whose = f"{session.policy.fingerprint} {session.action}"
    return counting.kept_total(
        session, statement.execution_options(**light), estimate, may_ask_plan=may_ask, whose=whose
    )


def whole(query: Query, page: Page) -> counting.Total | None:
    """The total, where the first page is all there is; None = it has to be counted."""
    is_all = not (query.cursor or page.next_cursor or page.previous_cursor)
    return counting.Total("exact", len(page.records)) if is_all else None


def get(session: RecordSession, entity: Entity, token: str, columns: Iterable[str] | None = None) -> Record:
    """One record with its row token; NotVisible when it is not there or out of reach."""
    require(session, entity, "see")
    names = columns if columns is not None else session.policy.visible(entity)
    found = at_key(session, entity, token, names)
    if found is None:
        raise not_there()
    if columns is None:
        reads.opened(session.policy.actor, entity, found.token)
    return found


def at_key(session: RecordSession, entity: Entity, token: str, columns: Iterable[str]) -> Record | None:
    """The record with its row token; None when it is not there or out of reach for the action under way."""
    names = with_identity(entity, columns)
    row = row_at_key(session, entity, token, names, nothing_more)
    return record_of(session, entity, names, row, row[-1]) if row is not None else None


def in_reach(session: RecordSession, entity: Entity, token: str, columns: Iterable[str]) -> Record | None:
    """The same without its row token."""
    names = with_identity(entity, columns)
    row = row_in_reach(session, entity, token, names)
    return record_of(session, entity, names, row) if row is not None else None


def exists(session: RecordSession, entity: Entity, match: Mapping[str, Any]) -> bool:
    """Is there a row in reach with these column values?"""
    found = select(*columns_of(session, entity, list(match))).where(
        *(entity.attribute(n) == v for n, v in match.items())
    )
    return session.execute(found.limit(1)).first() is not None


def filters(session: RecordSession, entity: Entity, query: Query) -> list[Any]:
    """WHERE parts of a list's condition and quick search, on fields that are open to the person."""
    parts = []
    if query.condition:
        for name in conditions.fields_of(query.condition):
            check_path(session, entity, name)
        parts.append(conditions.to_sql(entity, query.condition, session.policy.catalogue))
        parts += looked_inside(session, entity, query).parts
    if query.search:
        names = searched(session, entity) or _title_only(session, entity)
        found = [inside.search_part(session, entity, name, query.search) for name in names]
        parts.append(or_(*found) if found else false())
    return parts


def looked_inside(session: RecordSession, entity: Entity, query: Query) -> inside.Look:
    """How the condition's comparisons inside words are answered; worked out once. After `check_path` alone."""
    held = session.info.setdefault("looks", {})
    key = (entity.name, repr(query.condition), query.big, query.scanned, session.action)
    if key not in held:
        held[key] = inside.of_condition(session, entity, query.condition, query.big, query.scanned)
    found: inside.Look = held[key]
    return found


def searched(session: RecordSession, entity: Entity) -> list[str]:
    """Fields of the quick search that the person may look in."""
    return [n for n, f in entity.fields.items() if f.searched and session.policy.is_open(entity, n)]


def require(session: RecordSession, entity: Entity, action: str) -> None:
    """Raise NotAllowed when no row of the entity could be reached for this action."""
    if not session.policy.may(entity, action):
        raise NotAllowed(_("You may not do this here. Ask an administrator if you need it."))


def title_of(entity: Entity, values: Mapping[str, Any], token: str = "") -> str:
    """The title column's value, else the code, else the key."""
    for name in (entity.title, entity.code):
        if name and values.get(name) not in {None, "", CONCEALED}:
            return str(values[name])
    return token


def not_there() -> NotVisible:
    """One sentence for a record that is gone and for one out of reach."""
    return NotVisible(_("This record does not exist, or you may not see it. Go back to the list."))


def _order(session: RecordSession, entity: Entity, query: Query) -> list[keyset.Order]:
    """What was asked for and then the key, in the direction of the last column so that one index serves."""
    wanted = dict(query.sort)
    for name in wanted:
        if is_lost(session, entity, name):
            raise lost_field(entity, name)
        if not session.policy.is_open(entity, name):
            raise unknown_field(name)
    last = query.sort[-1][1] if query.sort else False
    parts = wanted | {name: last for name in settling(session, entity, query.sort) if name not in wanted}
    on_server = session.get_bind().dialect.name != "sqlite"
    return [order_of(entity, n, descending=down, on_server=on_server) for n, down in parts.items()]


def _title_only(session: RecordSession, entity: Entity) -> list[str]:
    return [n for n in (entity.title, entity.code) if n and session.policy.is_open(entity, n)]


def identity_of(entity: Entity) -> list[Any]:
    return [entity.attribute(name) for name in entity.key or tuple(entity.fields)[:1]]


def record_of(
    session: RecordSession, entity: Entity, names: Sequence[str], row: Any, raw_hash: str = ""
) -> Record:
    raw = dict(zip(names, row, strict=False))
    token = token_for(entity, raw) if entity.key else ""
    shown, varying = rights.applied(session, entity, raw, row[len(raw) :])
    reads.saw(session.policy.actor, entity, token, shown)
    sealed = hmac.new(session.seal, raw_hash.encode(), "sha256").hexdigest() if raw_hash else ""
    return Record(entity, shown, token, sealed, raw_hash, varying)
