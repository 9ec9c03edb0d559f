"""Writing records. An UPDATE or DELETE names the key, the row token and the policy's rows and must hit exactly one row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Connection, delete, insert, select, update

from app.errors import NotAllowed, Stale
from models import fixed
from models.change import Note, add_change
from models.guard import RecordSession
from models.legacy.types import Heavy
from models.records import cascades, reach, read, targets, whole
from models.records.rows import by_key
from models.records.statements import write_over
from models.records.transaction import Once, Saved, first_answer, run
from models.rowtoken import key_of, token_for, whole_row_hash
from models.wiring.nouns import Entity


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
    check_fields(session, entity, values, creating=True)
    targets.check_targets(session, entity, values)
    whole_row = {**values, **fixed.given(entity)}

    def work(connection: Connection) -> Saved:
        result = connection.execute(
            insert(entity.table).values(_columns(entity, _blanks(entity) | whole_row))
        )
        token = token_for(entity, _new_key(entity, whole_row, result))
        is_settled = not set(entity.key) & set(whole_row) and reach.is_unbounded(
            session, entity, "create", values
        )
        token = token if is_settled else check_reach(session, entity, token, "create", values)
        targets.check_codes(session, connection, entity, values, token)
        note = Note(
            entity.name,
            token,
            read.title_of(entity, values, token),
            "create",
            None,
            whole_row,
            "",
            once.request_id,
        )
        return Saved(token, add_change(connection, session.policy.actor, note))

    return run(session, once, work)


def change(
    session: RecordSession,
    entity: Entity,
    token: str,
    row: str,
    values: Mapping[str, Any],
    *,
    once: Once,
    current: read.Record | None = None,
) -> Saved:
    """Write the differing fields of one row. `row` is the row token it was read with. Raises Conflict.

    `current` is the record as this request has read it for "change"; the UPDATE itself sees when it is that no more.
    """
    read.require(session, entity, "change")
    check_fields(session, entity, values)

    def work() -> Saved:
        found = current or current_row(session, entity, token, "", "change")
        return _change(session, entity, same_row(found, row), values, once)

    return first_answer(session, once, work)


def _change(
    session: RecordSession, entity: Entity, current: read.Record, values: Mapping[str, Any], once: Once
) -> Saved:
    changed = {n: v for n, v in values.items() if _differs(current.values.get(n), v)}
    token = current.token  # a server that compares without case knows one row under many spellings
    if not changed:
        return Saved(token)
    if entity.delete_flag.get("field") in changed:
        current_row(session, entity, token, "", "delete")
    targets.check_targets(session, entity, changed, token)
    key = {**key_of(entity, token), **{n: v for n, v in changed.items() if n in entity.key}}
    before = {n: current.values.get(n) for n in changed}
    check_row(current, changed)
    may_leave = reach.has(session, entity, token, "transfer")

    def work(connection: Connection) -> Saved:
        stored = before | whole.exactly(connection, entity, key_of(entity, token), changed)
        count = write_over(session, connection, entity, token, current.raw_hash, changed)
        hit_one(session, entity, token, count)
        moved = token
        if set(entity.key) & set(changed) or not (may_leave or reach.is_unbounded(session, entity, "change")):
            moved = _settled(session, connection, entity, token_for(entity, key), may_leave=may_leave)
        targets.check_codes(session, connection, entity, changed, moved)
        note = Note(entity.name, moved, current.title, "change", stored, changed, "", once.request_id)
        return Saved(moved, add_change(connection, session.policy.actor, note))

    return run(session, once, work)


def remove(session: RecordSession, entity: Entity, token: str, row: str, reason: str, *, once: Once) -> Saved:
    """Delete one row, or set its delete flag where the entity has one. The whole row is kept for undo."""
    read.require(session, entity, "delete")
    return first_answer(session, once, lambda: _remove(session, entity, token, row, reason, once))


def _remove(  # noqa: PLR0917 - what `remove` was given
    session: RecordSession, entity: Entity, token: str, row: str, reason: str, once: Once
) -> Saved:
    current = current_row(session, entity, token, row, "delete")
    token = current.token

    def work(connection: Connection) -> Saved:
        before = whole.row(connection, entity, key_of(entity, token))
        if before is not None and not entity.delete_flag:
            cascades.refuse(connection, session.policy.catalogue, entity, before)
        where = one_row(session, entity, token, current.raw_hash, "delete")
        hit_one(session, entity, token, connection.execute(removal(entity, where)).rowcount)
        note = Note(entity.name, token, current.title, "delete", before, None, reason, once.request_id)
        return Saved(token, add_change(connection, session.policy.actor, note))

    return run(session, once, work)


def current_row(session: RecordSession, entity: Entity, token: str, row: str, action: str) -> read.Record:
    """The record as far as `action` reaches it; raises Conflict when it is not the row that was read."""
    with session.for_action(action):
        current = read.get(session, entity, token)
    return same_row(current, row)


def same_row(current: read.Record, row: str) -> read.Record:
    """The record; raises Conflict when `row` is the token of another state of it."""
    if row and current.hash != row:
        raise Conflict(current)
    return current


def check_fields(
    session: RecordSession, entity: Entity, values: Mapping[str, Any], *, creating: bool = False
) -> None:
    """Every written field must be one that the person may write; a key may be given to a new row."""
    for name in values:
        action = "create" if creating else "change"
        allowed = name in entity.fields and session.policy.is_editable(entity, name, action)
        is_new_key = creating and name in entity.key and name in entity.fields and name not in entity.fixed
        if not allowed and not is_new_key:
            raise field_refused()


def check_row(record: read.Record, values: Iterable[str]) -> None:
    """Every written field must be one that the person may write on this very row."""
    if any(record.rights.get(name, "edit") != "edit" for name in values):
        raise field_refused()


def field_refused() -> NotAllowed:
    """The same words for a field that nobody may write here and for one that this person may not."""
    return NotAllowed(_("You may not change one of these fields. Nothing was saved."))


def check_reach(
    session: RecordSession, entity: Entity, token: str, action: str, written: Iterable[str] = ()
) -> str:
    """The row as it is now must still be one that the person may act on; returns its token as the database spells it.

    `written` are fields that the person must be allowed to write on the row as it is now.
    """
    names = list(dict.fromkeys([*entity.key, *(name for name in written if name not in entity.key)]))
    with session.for_action(action):
        found = read.in_reach(session, entity, token, names)
    if found is None:
        raise NotAllowed(_("This would move the record out of your reach. Ask somebody who may transfer it."))
    check_row(found, written)
    return found.token


def _settled(
    session: RecordSession, connection: Connection, entity: Entity, token: str, *, may_leave: bool
) -> str:
    """The token of a changed row: it is still in reach, or the person might transfer it."""
    if not may_leave:
        return check_reach(session, entity, token, "change")
    names = [entity.table.c[name] for name in entity.key]
    found = connection.execute(select(*names).where(by_key(entity, key_of(entity, token)))).one()
    return token_for(entity, dict(zip(entity.key, found, strict=True)))


def one_row(session: RecordSession, entity: Entity, token: str, row: str, action: str) -> list[Any]:
    """The WHERE of a write: the key, the policy's rows and, when given, the row token."""
    parts = [by_key(entity, key_of(entity, token)), session.policy.rows(entity, action)]
    if row:
        parts.append(whole_row_hash(entity.table) == row)
    return parts


def hit_one(session: RecordSession, entity: Entity, token: str, count: int) -> None:
    """Raise Conflict (after rolling back) unless exactly one row was written."""
    if count != 1:
        session.rollback()
        raise Conflict(read.get(session, entity, token))


def removal(entity: Entity, where: list[Any]) -> Any:
    """DELETE, or the UPDATE of the delete flag."""
    if entity.delete_flag:
        flag = {entity.table.c[entity.delete_flag["field"]]: entity.delete_flag["deleted"]}
        return update(entity.table).where(*where).values(flag)
    return delete(entity.table).where(*where)


def _columns(entity: Entity, values: Mapping[str, Any]) -> dict[Any, Any]:
    return {entity.table.c[name]: value for name, value in values.items()}


def _blanks(entity: Entity) -> dict[str, Any]:
    """What a new row starts with where nobody can give it: alive, and with large binaries empty that must not be NULL."""
    needed = (
        f for f in entity.fields.values() if f.required and isinstance(entity.table.c[f.name].type, Heavy)
    )
    flag = entity.fields.get(entity.delete_flag.get("field", ""))
    alive = {flag.name: entity.delete_flag["live"]} if flag and flag.required else {}
    return {field.name: b"" for field in needed} | alive


def _new_key(entity: Entity, values: Mapping[str, Any], result: Any) -> dict[str, Any]:
    key = {name: values[name] for name in entity.key if name in values}
    missing = [name for name in entity.key if name not in key]
    if len(missing) == 1:
        key[missing[0]] = result.lastrowid
    return key


def _differs(stored: Any, new: Any) -> bool:
    return type(stored) is not type(new) or stored != new
