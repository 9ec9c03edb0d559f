"""Taking a change back, as a new change, as long as nobody changed the row since."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Connection, select, update
from sqlalchemy.exc import IntegrityError

from app.errors import Stale
from models.change import Change, Note, add_change, change_with_id, changes_of
from models.guard import RecordSession
from models.legacy.sql_type import parse_sql_type
from models.records import cascades, read, whole
from models.records.outside import LOOKED_AT, TELLING, differing, known_values
from models.records.transaction import Once, Saved, run
from models.records.write import check_fields, check_reach, hit_one, one_row, removal
from models.rowtoken import key_of, token_for
from models.wiring.nouns import Entity, Field


def undo(session: RecordSession, entity: Entity, change_id: int, once: Once) -> Saved:
    """Take one change back. Raises Conflict when the row was changed since, NotVisible when it is not mine."""

    def work(connection: Connection) -> Saved:
        entry = change_with_id(connection, change_id)
        if entry is None or entry.entity != entity.name or not may_undo(session, entry):
            raise read.not_there()
        if entry.anonymised:
            raise Stale(_("The values of this change were made anonymous. It cannot be taken back."))
        if entry.undone_by is not None:
            raise Stale(_("This was taken back already."))
        token = _UNDO[entry.action](session, connection, entity, entry)
        if entry.action != "create":
            check_reach(session, entity, token, entry.action)
        note = Note(
            entity.name, token, entry.title, "undo", entry.after, entry.before, "", once.request_id, change_id
        )
        return Saved(token, _noted(connection, session, note))

    return run(session, once, work)


def _noted(connection: Connection, session: RecordSession, note: Note) -> int:
    """The entry's id; a change can be taken back once."""
    try:
        return add_change(connection, session.policy.actor, note)
    except IntegrityError as error:
        raise Stale(_("This was taken back already.")) from error


def may_undo(session: RecordSession, entry: Change) -> bool:
    """One's own changes; an administrator anybody's. What was taken back stays so."""
    actor = session.policy.actor
    return entry.action in _UNDO and (actor.is_administrator or entry.actor_id == actor.user_id)


def _undo_create(session: RecordSession, connection: Connection, entity: Entity, entry: Change) -> str:
    read.require(session, entity, "delete")
    present = _held(session, connection, entity, entry.record, "delete")
    hit_one(session, entity, entry.record, int(_is_as_created(connection, entity, entry, present)))
    if present is not None and not entity.delete_flag:
        cascades.refuse(connection, session.policy.catalogue, entity, present)
    statement = removal(entity, one_row(session, entity, entry.record, "", "delete"))
    hit_one(session, entity, entry.record, connection.execute(statement).rowcount)
    return entry.record


def _held(
    session: RecordSession, connection: Connection, entity: Entity, record: str, action: str
) -> dict[str, Any] | None:
    """The whole row, locked until the end; None when `action` does not reach it."""
    where = one_row(session, entity, record, "", action)
    reached = connection.execute(
        select(entity.table.c[entity.key[0]]).where(*where).with_for_update()
    ).first()
    return whole.row(connection, entity, key_of(entity, record)) if reached else None


def _is_as_created(
    connection: Connection, entity: Entity, entry: Change, present: Mapping[str, Any] | None
) -> bool:
    """Nobody has given the new row anything since, neither here nor in another program, that would go with it."""
    later = changes_of(connection, entity.name, entry.record, limit=LOOKED_AT)
    standing = [one for one in later if one.id > entry.id and one.action != "undo" and one.undone_by is None]
    telling = [one for one in standing if one.action in TELLING]
    return (
        present is not None and not telling and not differing(entity, known_values(entity, [entry]), present)
    )


def _undo_change(session: RecordSession, connection: Connection, entity: Entity, entry: Change) -> str:
    read.require(session, entity, "change")
    check_fields(session, entity, entry.before)
    key = key_of(entity, entry.record)
    present = _held(session, connection, entity, entry.record, "change")
    is_still = present is not None and all(
        _same(entity.fields[n], present[n], v) for n, v in entry.after.items()
    )
    hit_one(session, entity, entry.record, int(is_still))
    check_reach(
        session, entity, entry.record, "change", [name for name in entry.before if name in entity.fields]
    )
    whole.set_back(connection, entity, key, entry.before)
    return token_for(entity, {**key, **{n: v for n, v in entry.before.items() if n in entity.key}})


def _same(field: Field, stored: Any, written: Any) -> bool:
    """Equal to the letter, however the column compares; CHAR keeps no blanks at the end."""
    if isinstance(stored, str) and isinstance(written, str) and parse_sql_type(field.sql_type).name == "char":
        return stored.rstrip(" ") == written.rstrip(" ")
    return bool(stored == written)


def _undo_delete(session: RecordSession, connection: Connection, entity: Entity, entry: Change) -> str:
    read.require(session, entity, "delete")
    flag = entity.delete_flag.get("field")
    if flag:
        where = one_row(session, entity, entry.record, "", "delete")
        live = {entity.table.c[flag]: entry.before.get(flag, entity.delete_flag["live"])}
        count = connection.execute(update(entity.table).where(*where).values(live)).rowcount
        hit_one(session, entity, entry.record, count)
        return entry.record
    whole.put_back(connection, entity, entry.before)
    return entry.record


_UNDO: dict[str, Callable[[RecordSession, Connection, Entity, Change], str]] = {
    "create": _undo_create,
    "change": _undo_change,
    "delete": _undo_delete,
}
UNDONE = frozenset(_UNDO)
"""Actions that can be taken back."""
