"""Who looked at what, for entities whose wiring asks for it: one entry for each page, with the keys of its records, at most MOST.

Every record that a person is given goes through `models.records.read`, which tells this module. What a request has read is
written down when it has been answered with it, by a form that is shown again and a conflict too; a save that leads on, or a refusal
in a sentence, shows nothing and leaves no entry.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, Response, g, has_request_context, request
from sqlalchemy import BigInteger, Column, Connection, Index, String, Table, insert, select
from sqlalchemy.exc import SQLAlchemyError

from app.actor import Actor
from app.errors import Problem
from app.extensions import services
from models.audit import note
from models.masking import Masked
from models.overlay import metadata
from models.wiring.nouns import Entity

log = logging.getLogger("veneer")
OPENED, SENSITIVE, BOTH = "opened", "sensitive", "both"
SUBJECT = "@read"
MOST = 100
AGAIN_SECONDS = 60
"""The parts of a record's page are requests of their own: together they are one reading."""
MOST_REMEMBERED = 10_000

read_table = Table(
    "audit_read",
    metadata,
    Column("entity", String(64), primary_key=True),
    Column("record", String(255), primary_key=True),
    Column("change_id", BigInteger, primary_key=True, autoincrement=False),
    Index("ix_audit_read_change", "change_id"),
)


@dataclass
class Seen:
    """What one request has read of an entity."""

    actor: Actor
    tokens: dict[str, None] = field(default_factory=dict)
    fields: dict[str, None] = field(default_factory=dict)
    opened: dict[str, None] = field(default_factory=dict)
    number: int = 0
    """Records whose sensitive fields were read; the first MOST are named."""


def saw(actor: Actor, entity: Entity, token: str, values: Mapping[str, Any]) -> None:
    """A record was read for somebody. Sensitive values that were masked or empty were not seen."""
    if entity.audited not in {SENSITIVE, BOTH} or not has_request_context():
        return
    names = [
        n
        for n, v in values.items()
        if v is not None and v != "" and not isinstance(v, Masked) and _is(entity, n)
    ]
    if names:
        seen = _seen(actor, entity)
        seen.number += 1
        if len(seen.tokens) < MOST:
            seen.tokens.setdefault(token)
        seen.fields |= dict.fromkeys(names)


def opened(actor: Actor, entity: Entity, token: str) -> None:
    """One record was read as a whole."""
    if entity.audited in {OPENED, BOTH} and has_request_context():
        seen = _seen(actor, entity)
        if len(seen.opened) < MOST:
            seen.opened.setdefault(token)


def init_app(app: Flask) -> None:
    """Write down what each answer has shown."""
    services().rooms["reads"] = {}
    app.after_request(_write)


def ids_of(connection: Connection, entity: str, record: str, below: int | None, size: int) -> list[int]:
    """Entries that tell of somebody reading a record, newest first."""
    columns = read_table.c
    found = select(columns.change_id).where(columns.entity == entity, columns.record == record)
    if below is not None:
        found = found.where(columns.change_id < below)
    return list(connection.execute(found.order_by(columns.change_id.desc()).limit(size)).scalars())


def _is(entity: Entity, name: str) -> bool:
    one = entity.fields.get(name)
    return one is not None and one.sensitive


def _seen(actor: Actor, entity: Entity) -> Seen:
    held: dict[str, Seen] = g.setdefault("audited_reads", {})
    return held.setdefault(entity.name, Seen(actor))


def _write(answer: Response) -> Response:
    held: dict[str, Seen] = g.pop("audited_reads", {})
    if held and _shows(answer):
        for name, seen in held.items():
            _write_one(name, seen)
    return answer


def _shows(answer: Response) -> bool:
    """A page, or what is shown again with the record: a form that was refused, a conflict. Not a sentence alone, nor where it leads on."""
    is_again = answer.status_code >= 400 and not g.get("says_no_more")
    return 200 <= answer.status_code < 300 or is_again


def _write_one(name: str, seen: Seen) -> None:
    """An overlay that takes no entry at the moment must not turn the page into an error: the log has it then."""
    tokens = list(dict.fromkeys([*seen.opened, *seen.tokens]))
    if not _is_news(name, seen, tokens):
        return
    try:
        with services().engine.begin() as connection:
            _tell(connection, name, seen, tokens)
    except (SQLAlchemyError, Problem):
        log.exception("who read %s is in the log alone (request %s)", name, g.get("request_id", ""))


def _tell(connection: Connection, name: str, seen: Seen, tokens: list[str]) -> None:
    record = f"{name}/{tokens[0]}" if len(tokens) == 1 else name
    told: dict[str, Any] = {
        "subject": name,
        "rows": max(len(tokens), seen.number),
        "records": ", ".join(tokens[:MOST]),
    }
    told |= {"columns": ", ".join(seen.fields)} if seen.fields else {}
    told |= {"page": (request.endpoint or "")[:80]}
    action = "opened" if seen.opened else "listed"
    entry = note(connection, seen.actor, SUBJECT, action, record=record, after=told)
    rows = [{"entity": name, "record": token[:255], "change_id": entry} for token in tokens[:MOST]]
    connection.execute(insert(read_table), rows)


def _is_news(name: str, seen: Seen, tokens: Iterable[str]) -> bool:
    """Has this person not just been told to have read the same? Whatever is new of it is told in a new entry."""
    known: dict[Any, float] = services().rooms["reads"]
    now = time.monotonic()
    if len(known) > MOST_REMEMBERED:
        for key in [key for key, until in list(known.items()) if until < now]:
            known.pop(key, None)
    what = [(seen.actor.user_id, seen.actor.cause, name, token, one) for token in tokens
            for one in [*seen.fields, *(["."] if token in seen.opened else [])]]  # fmt: skip
    fresh = [one for one in what if known.get(one, 0.0) < now]
    known.update(dict.fromkeys(fresh, now + AGAIN_SECONDS))
    return bool(fresh)
