"""An export of what a list shows, read in keyset batches and sent as they are read; it can be watched and ended."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

from flask import g, request
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from app.errors import Invalid, NotAllowed, Unavailable
from app.extensions import services
from app.i18n import language
from models import access, exports, quota, viewing
from models.allowances import FILE, most
from models.change import Note
from models.guard import RecordSession
from models.limits import within
from models.records import read
from models.wiring.nouns import Entity
from views.records import export_limits, slow
from views.records.export_limits import Asked
from views.records.lines import line

BATCH = 2000
TELL_SECONDS = 1.0
PATIENCE_SECONDS = 60.0
"""How long half a file waits for its next batch while others ask the database large questions."""
MOST_AT_ONCE = 2


class Ended(Exception):
    """Somebody cancelled the export. The answer breaks off, so that nobody takes what came for a whole file."""


class Export:
    """One export under way, on a connection of its own that waits in no transaction while the reader is slow."""

    def __init__(self, entity: Entity, query: read.Query, run_id: str, connection: Connection) -> None:
        self.entity, self.query, self.run_id, self.connection = entity, query, run_id, connection
        self.session = RecordSession(connection, access.policy(), "export", access.seal())
        self.engine, self.most = services().engine, most(access.policy(), entity, FILE)
        self.claim: quota.Claim | None = None
        self.rows, self._told, self._is_over = 0, time.monotonic(), False
        self.first, self.is_cancelled, self.is_cut = read.Page(), False, False

    def read_first(self) -> None:
        """The first batch, before anything is sent: what cannot be read is answered in words and not by half a file."""
        try:
            self.first = self._batch("")
        except BaseException as error:
            self.close()
            if self.is_cancelled:
                raise Invalid(_("You cancelled this export. Start it again from the list.")) from error
            raise

    def lines(self) -> Iterator[list[str]]:
        """A head and a line for each record, up to EXPORT_MAX_ROWS."""
        yield [self.entity.fields[n].label.text(language()) or n for n in self.query.columns]
        found = self.first
        while True:
            kept = found.records[: self.most - self.rows]
            self.rows += len(kept)
            yield from (line(self.entity, self.query.columns, record) for record in kept)
            if not found.next_cursor or self.rows >= self.most:
                break
            self._tell()
            found = self._batch(found.next_cursor)
        self.is_cut = bool(found.next_cursor) or len(kept) < len(found.records)
        self._end("cut" if self.is_cut else "done")

    def close(self) -> None:
        """Whatever happened: nobody reads on, and the connection is free."""
        self._end("failed")

    def _batch(self, cursor: str) -> read.Page:
        try:
            query = replace(self.query, cursor=cursor, size=BATCH)
            return read.batch(self.session, self.entity, query, PATIENCE_SECONDS if cursor else None)
        finally:
            with suppress(SQLAlchemyError):  # a lost connection is what the caller hears of
                self.session.rollback()

    def _tell(self) -> None:
        if time.monotonic() - self._told < TELL_SECONDS:
            return
        self._told = time.monotonic()
        if not exports.note_progress(self.engine, self.run_id, self.rows):
            raise Ended

    def _end(self, state: str) -> None:
        """Once. Of a cancelled export the connection ends too: the call to end its statement may still be on its way."""
        if self._is_over:
            return
        self._is_over = is_unsure = True
        with suppress(SQLAlchemyError):
            self.is_cancelled = not exports.note_progress(self.engine, self.run_id, self.rows, state)
            is_unsure = self.is_cancelled
        with suppress(SQLAlchemyError):
            if self.claim is not None:
                quota.give_back(self.engine, self.claim, self.claim.count - self.rows)
        with suppress(SQLAlchemyError):
            self.session.close()
            if is_unsure:
                self.connection.invalidate()
            self.connection.close()


def begin(entity: Entity, query: read.Query, kind: str, asked: Asked) -> Export:
    """Start an export of what the list shows. Raises ReasonNeeded, ApprovalNeeded, Invalid, NotVisible, Unavailable."""
    run_id = asked.run_id or _run_id()
    _refuse_borrowed_eyes()
    _refuse_too_many()
    in_key_order = bool(entity.key and slow.verdict(entity, query).sort)
    query = replace(query, cursor="", sort=() if in_key_order else query.sort, scanned=0)
    options = within(services().config.job_statement_seconds)
    connection = services().engine.connect().execution_options(**options)
    made = Export(entity, query, run_id, connection)
    try:
        expected, is_exact = _expected(made)
        made.most, made.claim = export_limits.granted(entity, made.most, expected, asked, is_exact=is_exact)
        plan = exports.Plan(
            run_id, kind, expected, is_exact, in_key_order, exports.number_of(connection), asked.reason, asked.filter,
            query.search, json.dumps(query.columns), asked.request.id if asked.request else "",
        )  # fmt: skip
        exports.begin(services().engine, access.actor(), _note(entity, query, kind, plan), plan)
    except BaseException:
        made.close()
        raise
    made.read_first()
    return made


def _run_id() -> str:
    """The page's own number for it, so that it can ask how far it is; one of ours for a plain link."""
    given = request.args.get("run", "")
    if not given:
        return secrets.token_hex(16)
    with services().engine.connect() as connection:
        is_used = exports.own(connection, access.actor(), given) is not None
    if is_used or not (given.isascii() and given.isalnum() and 16 <= len(given) <= 40):
        raise Invalid(_("This link was used before. Start the export from the list again."))
    return given


def _refuse_borrowed_eyes() -> None:
    """A file taken while looking as somebody else would stand under that person's name."""
    if viewing.is_on():
        raise NotAllowed(_("Nothing is exported while you look as somebody else. End that first."))


def _refuse_too_many() -> None:
    with services().engine.connect() as connection:
        under_way = exports.running(connection, access.actor())
    if under_way >= MOST_AT_ONCE:
        sentence = ngettext(
            "%(num)s export of yours is still running. Wait for it or cancel it, then try again.",
            "%(num)s exports of yours are still running. Wait for one of them or cancel it, then try again.",
            under_way,
        )
        raise Unavailable(sentence)


def _expected(made: Export) -> tuple[int | None, bool]:
    """How many rows will come, and whether that is exact; None when finding out would cost too much."""
    try:
        found = read.total(made.session, made.entity, made.query)
    finally:
        made.session.rollback()
    number = min(found.number, made.most) if found.kind in {"exact", "about"} else None
    return number, found.kind == "exact"


def _note(entity: Entity, query: read.Query, kind: str, plan: exports.Plan) -> Note:
    """The entry of the audit: who took which rows and columns away."""
    condition = json.dumps(query.condition, ensure_ascii=False, default=str) if query.condition else ""
    taken = {"kind": kind, "columns": list(query.columns), "filter": condition, "search": query.search}
    taken |= {"number": plan.id, "request": plan.request_id}
    label = entity.label.en or entity.label.zh or entity.name
    return Note(entity.name, "", label, "export", None, taken, plan.reason, g.get("request_id", ""))
