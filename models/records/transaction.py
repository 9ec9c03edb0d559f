"""One save is one transaction: the row, its Change and the idempotency key stand or fall together."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from flask_babel import gettext as _
from sqlalchemy import Column, Connection, Integer, String, Table, bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError, OperationalError, SQLAlchemyError

from app.errors import KeyReused, Problem, UnderWay, Unreachable
from models import limits
from models.dberrors import is_contended, problem_of, problem_of_write
from models.guard import RecordSession
from models.overlay import metadata
from models.overlay.types import LongText, UtcDateTime

TWIN_SECONDS = 1
"""How long a request waits for another one with the same key before it says so."""
idempotency_table = Table(
    "idempotency",
    metadata,
    Column("user_id", Integer, primary_key=True, autoincrement=False),
    Column("key", String(80), primary_key=True),
    Column("request_hash", String(64), nullable=False),
    Column("response", LongText, nullable=False),
    Column("at", UtcDateTime, nullable=False, index=True),
)
_CLAIM = insert(idempotency_table)
_ANSWER = update(idempotency_table).where(
    idempotency_table.c.user_id == bindparam("of_user"), idempotency_table.c.key == bindparam("of_key")
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


def run(session: RecordSession, once: Once, work: Callable[[Connection], Saved]) -> Saved:
    """One transaction around `work`; anything that fails leaves nothing behind. Raises Problems only."""
    connection = begin(session)
    try:
        answered = _claim(connection, session, once)
        if answered is not None:
            session.rollback()
            return answered
        saved = work(connection)
        _answer(connection, session, once, saved)
    except SQLAlchemyError as error:
        session.rollback()
        raise problem_of_write(error) from error
    except Problem:
        session.rollback()
        raise
    return _committed(session, once, saved)


def _committed(session: RecordSession, once: Once, saved: Saved) -> Saved:
    """Commit. When the reply is lost nobody knows what became of it, so the key is looked up; nothing is repeated."""
    try:
        session.commit()
    except SQLAlchemyError as error:
        session.rollback()
        problem = problem_of(error)
        if isinstance(problem, Unreachable) and _looked_up(session, once) is not None:
            return saved
        raise problem from error
    return saved


def _looked_up(session: RecordSession, once: Once) -> Saved | None:
    """The answer that a lost commit left behind; None when there is none or when the database is gone for longer.

    The lost transaction may still be at it: it holds the key's row until it has come to its end, and we wait for that.
    """
    if not once.key:
        return None
    try:
        return _earlier(session.connection(), session.policy.actor.user_id or 0, once, read_lock=True)
    except SQLAlchemyError:
        session.rollback()
        return None


def first_answer(session: RecordSession, once: Once, work: Callable[[], Saved]) -> Saved:
    """The answer of `work`, or to the same request sent before.

    `run` takes the key before it writes, so nothing is done twice. A repeat stumbles over what the first one changed, or finds
    nothing left to do: only then is the key looked up, and what the first one was told is told again.
    """
    try:
        saved = work()
    except Problem:
        session.rollback()
        earlier = answered(session, once)
        if earlier is None:
            raise
        return earlier
    return saved if saved.change_id is not None else answered(session, once) or saved


def begin(session: RecordSession) -> Connection:
    """A transaction that has written nothing yet and sees what is committed now.

    On a server each statement does (READ COMMITTED): a connection that has only read is as good as a fresh one. SQLite's
    driver begins by itself only at the first change, too late to see no other.
    """
    if session.in_transaction() and _is_at_rest(session.connection()):
        return session.connection()
    session.rollback()
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    return connection


def _is_at_rest(connection: Connection) -> bool:
    """Whether the server, by its last word, holds no transaction for this connection."""
    return not connection.invalidated and getattr(connection.connection.dbapi_connection, "is_at_rest", False)


def answered(session: RecordSession, once: Once) -> Saved | None:
    """The first answer to a key that was used before: a repeat must not stumble over what it changed itself."""
    if not once.key:
        return None
    user = session.policy.actor.user_id or 0
    return _earlier(session.connection(), user, once)


def _claim(connection: Connection, session: RecordSession, once: Once) -> Saved | None:
    """Take the idempotency key; the earlier answer when it was used for the same content."""
    if not once.key:
        return None
    user = session.policy.actor.user_id or 0
    row = {
        "user_id": user,
        "key": once.key,
        "request_hash": once.hash,
        "response": "",
        "at": datetime.now(UTC),
    }
    try:
        connection.execute(_CLAIM, row, execution_options=limits.waiting(TWIN_SECONDS))
    except IntegrityError:
        return _earlier(connection, user, once)
    except OperationalError as error:
        if not is_contended(error):
            raise
        raise UnderWay(
            _("The same request is being worked on right now. Wait a moment, then look at the record.")
        ) from error
    return None


def _earlier(connection: Connection, user: int, once: Once, *, read_lock: bool = False) -> Saved | None:
    table = idempotency_table
    asked = select(table).where((table.c.user_id == user) & (table.c.key == once.key))
    found = connection.execute(asked.with_for_update(read=True) if read_lock else asked).mappings().first()
    if found is None:
        return None
    if found["request_hash"] != once.hash:
        raise KeyReused(_("This form was sent before with other content. Open it again, then save."))
    return Saved(**json.loads(found["response"]))


def _answer(connection: Connection, session: RecordSession, once: Once, saved: Saved) -> None:
    if not once.key:
        return
    mine = {"of_user": session.policy.actor.user_id or 0, "of_key": once.key}
    connection.execute(_ANSWER, {**mine, "response": json.dumps(vars(saved))})
