"""Writing records: one transaction holds the row, its Change and the idempotency key.

An UPDATE or DELETE names the key, the row token and the policy's rows in one statement and must hit exactly one row.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Column, Connection, Integer, LargeBinary, String, Table, delete, insert, select, type_coerce, update
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from app.errors import Invalid, NotAllowed, Problem, Stale
from models.change import Change, add_change, change_with_id, mark_undone
from models.dberrors import problem_of
from models.guard import RecordSession
from models.overlay import metadata
from models.overlay.types import LongText, UtcDateTime
from models.records import read
from models.rowtoken import key_of, row_hash, token_for
from models.wiring.nouns import Entity

idempotency_table = Table(
    "idempotency",
    metadata,
    Column("user_id", Integer, primary_key=True, autoincrement=False),
    Column("key", String(80), primary_key=True),
    Column("request_hash", String(64), nullable=False),
    Column("response", LongText, nullable=False),
    Column("at", UtcDateTime, nullable=False, index=True),
)


@dataclass(frozen=True)
class Saved:
    """What a write left behind. `change_id` is None when nothing differed and so nothing was written."""

    token: str
    change_id: int | None = None


@dataclass(frozen=True)
class Once:
    """An idempotency key: the same key and content again gives the first answer, other content is refused."""

    key: str = ""
    content: str = ""
    request_id: str = ""

    @property
    def hash(self) -> str:
        """Of the content that came with the key."""
        return hashlib.sha256(self.content.encode()).hexdigest()


class Conflict(Stale):
    """Somebody else changed the row; `current` is the record as it is now."""

    def __init__(self, current: read.Record) -> None:
        super().__init__(
            _("Somebody changed this record after you opened it. Look at that change, then save again.")
        )
        self.current = current


def create(session: RecordSession, entity: Entity, values: Mapping[str, Any], once: Once) -> Saved:
    """Insert a row; the database fills what is left out. Raises NotAllowed, Invalid."""
    read.require(session, entity, "create")
    _check_fields(session, entity, values, creating=True)
    _check_targets(session, entity, values)

    def work(connection: Connection) -> Saved:
        result = connection.execute(insert(entity.table).values(**_columns(entity, values)))
        token = token_for(entity, _new_key(entity, values, result))
        _check_reach(session, entity, token, "create")
        return Saved(token, _note(session, connection, entity, token, "create", None, values, once))

    return _run(session, once, work)


def change(session: RecordSession, entity: Entity, token: str, row: str, values: Mapping[str, Any], once: Once) -> Saved:
    """Write the differing fields of one row. `row` is the row token it was read with. Raises Conflict."""
    read.require(session, entity, "change")
    _check_fields(session, entity, values)
    with session.for_action("change"):
        current = read.get(session, entity, token)
    if row and current.hash != row:
        raise Conflict(current)
    changed = {n: v for n, v in values.items() if _differs(current.values.get(n), v)}
    if not changed:
        return Saved(token)
    _check_targets(session, entity, changed)

    def work(connection: Connection) -> Saved:
        statement = update(entity.table).where(*_one_row(session, entity, token, current.hash, "change"))
        _hit_one(session, entity, token, connection.execute(statement.values(_columns(entity, changed))).rowcount)
        after = token_for(entity, {**key_of(entity, token), **{k: v for k, v in changed.items() if k in entity.key}})
        _check_reach(session, entity, after, "change")
        before = {n: current.values.get(n) for n in changed}
        return Saved(after, _note(session, connection, entity, after, "change", before, changed, once, title=current.title))

    return _run(session, once, work)


def remove(session: RecordSession, entity: Entity, token: str, row: str, reason: str, once: Once) -> Saved:
    """Delete one row, or set its delete flag where the entity has one. The whole row is kept for undo."""
    read.require(session, entity, "delete")
    with session.for_action("delete"):
        current = read.get(session, entity, token)
    if row and current.hash != row:
        raise Conflict(current)

    def work(connection: Connection) -> Saved:
        before = _whole_row(connection, entity, token)
        where = _one_row(session, entity, token, current.hash, "delete")
        result = connection.execute(_removal(entity, where))
        _hit_one(session, entity, token, result.rowcount)
        note = _note(session, connection, entity, token, "delete", before, None, once, reason, current.title)
        return Saved(token, note)

    return _run(session, once, work)


def undo(session: RecordSession, entity: Entity, change_id: int, once: Once) -> Saved:
    """Take a change back as a new change. Raises Conflict when the row was changed since."""

    def work(connection: Connection) -> Saved:
        entry = change_with_id(connection, change_id)
        if entry is None or entry.entity != entity.name or not _may_undo(session, entry):
            raise read.not_there()
        token = _UNDO[entry.action](session, connection, entity, entry)
        by = _note(session, connection, entity, token, "undo", entry.after, entry.before, once, title=entry.title)
        if not mark_undone(connection, change_id, by):
            raise Stale(_("This was taken back already."))
        return Saved(token, by)

    return _run(session, once, work)


def _may_undo(session: RecordSession, entry: Change) -> bool:
    actor = session.policy.actor
    return actor.is_administrator or entry.actor_id == actor.user_id


def _undo_create(session: RecordSession, connection: Connection, entity: Entity, entry: Change) -> str:
    read.require(session, entity, "delete")
    where = _one_row(session, entity, entry.record, "", "delete")
    _hit_one(session, entity, entry.record, connection.execute(_removal(entity, where)).rowcount)
    return entry.record


def _undo_change(session: RecordSession, connection: Connection, entity: Entity, entry: Change) -> str:
    read.require(session, entity, "change")
    _check_fields(session, entity, entry.before)
    still = [entity.table.c[n] == v if v is not None else entity.table.c[n].is_(None) for n, v in entry.after.items()]
    where = [*_one_row(session, entity, entry.record, "", "change"), *still]
    statement = update(entity.table).where(*where).values(_columns(entity, entry.before))
    _hit_one(session, entity, entry.record, connection.execute(statement).rowcount)
    return token_for(entity, {**key_of(entity, entry.record), **{k: v for k, v in entry.before.items() if k in entity.key}})


def _undo_delete(session: RecordSession, connection: Connection, entity: Entity, entry: Change) -> str:
    read.require(session, entity, "create" if not entity.delete_flag else "delete")
    if entity.delete_flag:
        flag = entity.delete_flag["field"]
        where = _one_row(session, entity, entry.record, "", "delete")
        statement = update(entity.table).where(*where).values({flag: entry.before.get(flag, entity.delete_flag["live"])})
        _hit_one(session, entity, entry.record, connection.execute(statement).rowcount)
    else:
        kept = {n: v for n, v in entry.before.items() if entity.fields[n].read_only != "generated"}
        connection.execute(insert(entity.table).values(_raw_columns(entity, kept)))
    return entry.record


_UNDO: dict[str, Callable[[RecordSession, Connection, Entity, Change], str]] = {
    "create": _undo_create,
    "change": _undo_change,
    "delete": _undo_delete,
}


def _run(session: RecordSession, once: Once, work: Callable[[Connection], Saved]) -> Saved:
    """One transaction around `work`; anything that fails leaves nothing behind."""
    session.rollback()  # a fresh snapshot, and SQLite's write lock from the first statement on
    connection = session.connection()
    try:
        answered = _claim(connection, session, once)
        if answered is not None:
            session.rollback()
            return answered
        saved = work(connection)
        _answer(connection, session, once, saved)
        session.commit()
    except SQLAlchemyError as error:
        session.rollback()
        raise problem_of(error) from error
    except Problem:
        session.rollback()
        raise
    return saved


def _claim(connection: Connection, session: RecordSession, once: Once) -> Saved | None:
    """Take the idempotency key; the earlier answer when it was used for the same content."""
    if not once.key:
        return None
    user = session.policy.actor.user_id or 0
    row = {"user_id": user, "key": once.key, "request_hash": once.hash, "response": "", "at": datetime.now(UTC)}
    try:
        with connection.begin_nested():
            connection.execute(insert(idempotency_table).values(row))
    except IntegrityError:
        return _earlier(connection, user, once)
    return None


def _earlier(connection: Connection, user: int, once: Once) -> Saved:
    table = idempotency_table
    found = connection.execute(select(table).where(table.c.user_id == user, table.c.key == once.key)).mappings().one()
    if found["request_hash"] != once.hash:
        raise Invalid(_("This form was sent before with other content. Open it again, then save."))
    return Saved(**json.loads(found["response"]))


def _answer(connection: Connection, session: RecordSession, once: Once, saved: Saved) -> None:
    if not once.key:
        return
    table = idempotency_table
    mine = (table.c.user_id == (session.policy.actor.user_id or 0)) & (table.c.key == once.key)
    connection.execute(update(table).where(mine).values(response=json.dumps(vars(saved))))


def _check_fields(session: RecordSession, entity: Entity, values: Mapping[str, Any], *, creating: bool = False) -> None:
    for name in values:
        allowed = name in entity.fields and session.policy.is_editable(entity, name)
        if not allowed and not (creating and name in entity.key and name in entity.fields):
            raise NotAllowed(_("You may not change one of these fields. Nothing was saved."))


def _check_targets(session: RecordSession, entity: Entity, values: Mapping[str, Any]) -> None:
    """Every record that a written column points to must be in reach (an empty one points nowhere)."""
    for relation in entity.relations.values():
        target = session.policy.catalogue.get(relation.target)
        match = {t: values.get(c) for c, t in zip(relation.columns, relation.target_columns, strict=True)}
        written = any(c in values for c in relation.columns)
        if target is None or not written or len(match) > 1 or any(v in {None, ""} for v in match.values()):
            continue
        if not (session.policy.may(target, "see") and read.exists(session, target, match)):
            sentence = _("There is no such record, or you may not see it. Choose another one.")
            raise Invalid(sentence, fields={relation.columns[0]: sentence})


def _check_reach(session: RecordSession, entity: Entity, token: str, action: str) -> None:
    """The row as it is now must still be one that the person may change."""
    with session.for_action(action):
        found = session.execute(
            select(entity.attribute(entity.key[0])).where(read.by_key(entity, key_of(entity, token)))
        ).first()
    if found is None:
        raise NotAllowed(_("This would move the record out of your reach. Ask somebody who may transfer it."))


def _one_row(session: RecordSession, entity: Entity, token: str, row: str, action: str) -> list[Any]:
    parts = [read.by_key(entity, key_of(entity, token)), session.policy.rows(entity, action)]
    if row:
        parts.append(row_hash(entity.table, list(entity.table.c)) == row)
    return parts


def _hit_one(session: RecordSession, entity: Entity, token: str, count: int) -> None:
    if count == 1:
        return
    session.rollback()
    raise Conflict(read.get(session, entity, token))


def _removal(entity: Entity, where: list[Any]) -> Any:
    if entity.delete_flag:
        flag = {entity.delete_flag["field"]: entity.delete_flag["deleted"]}
        return update(entity.table).where(*where).values(flag)
    return delete(entity.table).where(*where)


def _whole_row(connection: Connection, entity: Entity, token: str) -> dict[str, Any]:
    """Every column exactly, heavy ones too, so that the row can be put back."""
    columns = [_raw(entity, name) for name in entity.fields]
    row = connection.execute(select(*columns).where(read.by_key(entity, key_of(entity, token)))).one()
    return dict(zip(entity.fields, row, strict=True))


def _raw(entity: Entity, name: str) -> Any:
    column = entity.table.c[name]
    return type_coerce(column, LargeBinary()) if getattr(column.type, "is_heavy", False) else column


def _columns(entity: Entity, values: Mapping[str, Any]) -> dict[Any, Any]:
    return {entity.table.c[name]: value for name, value in values.items()}


def _raw_columns(entity: Entity, values: Mapping[str, Any]) -> dict[Any, Any]:
    return _columns(entity, values)


def _new_key(entity: Entity, values: Mapping[str, Any], result: Any) -> dict[str, Any]:
    key = {name: values[name] for name in entity.key if name in values}
    missing = [name for name in entity.key if name not in key]
    if len(missing) == 1:
        key[missing[0]] = result.lastrowid
    return key


def _differs(stored: Any, new: Any) -> bool:
    return type(stored) is not type(new) or stored != new


def _note(  # noqa: PLR0913 the audit entry has this many parts
    session: RecordSession,
    connection: Connection,
    entity: Entity,
    token: str,
    action: str,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
    once: Once,
    reason: str = "",
    title: str = "",
) -> int:
    return add_change(
        connection,
        session.policy.actor,
        entity=entity.name,
        record=token,
        title=title or read.title_of(entity, after or {}, token),
        action=action,
        before=before,
        after=after,
        reason=reason,
        request_id=once.request_id,
    )
