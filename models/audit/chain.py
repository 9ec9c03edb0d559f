"""The chain: each entry of the audit is linked to all before it, so that whoever alters or removes one is found out.

Entries are written in the transactions of what they tell of, many at once; the runner links them a moment later, in the
order in which it finds them. A link holds the hash of the entry's content and the hash over that and the link before.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import BigInteger, Column, Connection, Index, Row, String, Table, func, insert, select

from models.change import BigKey, change_table
from models.overlay import metadata

START = "0" * 64
"""What the first link follows."""
BATCH = 500
LOOK_BACK = 20_000
"""Ids below the newest linked one among which entries are looked for whose transactions ended late."""
COLUMNS = (
    "id", "at", "actor_id", "actor_name", "cause", "entity", "record", "title", "action", "before", "after", "reason",
    "request_id", "address", "undoes",
)  # fmt: skip
"""What an entry's hash is made of, in this order; behind them the salt, where the entry has one."""

link_table = Table(
    "audit_link",
    metadata,
    Column("seq", BigKey, primary_key=True, autoincrement=False),
    Column("change_id", BigInteger, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("content", String(64), nullable=False),
    Column("digest", String(64), nullable=False),
    Index("ux_audit_link_change", "change_id", unique=True),
    Index("ix_audit_link_kind", "kind", "change_id"),
)


def content_of(entry: Mapping[str, Any] | Row[Any]) -> str:
    """The hash of an entry as it is stored."""
    values = dict(entry._mapping) if isinstance(entry, Row) else entry  # noqa: SLF001 the row's public name for it
    parts = [values[name].isoformat() if name == "at" else values[name] for name in COLUMNS]
    parts += [values["salt"]] if values["salt"] else []
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()


CLASSES = {
    "@account": "sign-in",
    "@access": "refusal",
    "@export": "export",
    "@rights": "rights",
    "@view-as": "rights",
    "@read": "read",
}


def kind_of(entity: str) -> str:
    """The class that retention goes by: "record" (a change of one), a class of events, or "event" for the others."""
    return CLASSES.get(entity, "event") if entity.startswith("@") else "record"


def digest_of(before: str, seq: int, kind: str, content: str) -> str:
    """The hash of a link: over the one before, its own place, its kind and its content."""
    return hashlib.sha256(f"{before}|{seq}|{kind}|{content}".encode()).hexdigest()


def entries() -> list[Any]:
    """The columns that an entry's hash needs."""
    return [change_table.c[name] for name in (*COLUMNS, "salt")]


def head(connection: Connection) -> tuple[int, str]:
    """Place and digest of the newest link; (0, START) before the first."""
    found = select(link_table.c.seq, link_table.c.digest).order_by(link_table.c.seq.desc()).limit(1)
    row = connection.execute(found).first()
    return (row[0], row[1]) if row else (0, START)


def extend(connection: Connection) -> int:
    """Link up to BATCH entries that are not linked yet; returns how many. Two at once: the second one fails and waits."""
    seq, digest = head(connection)
    links = []
    for entry in _unlinked(connection):
        seq, kind, content = seq + 1, kind_of(entry.entity), content_of(entry)
        digest = digest_of(digest, seq, kind, content)
        made = {"seq": seq, "change_id": entry.id, "kind": kind, "content": content, "digest": digest}
        links.append(made)
    if links:
        connection.execute(insert(link_table), links)
    return len(links)


def _unlinked(connection: Connection) -> Sequence[Row[Any]]:
    newest = connection.execute(select(func.max(link_table.c.change_id))).scalar() or 0
    is_linked = select(link_table.c.seq).where(link_table.c.change_id == change_table.c.id).exists()
    found = select(*entries()).where(change_table.c.id > newest - LOOK_BACK, ~is_linked)
    return connection.execute(found.order_by(change_table.c.id).limit(BATCH)).all()


def linked(connection: Connection) -> Iterator[tuple[Row[Any], Row[Any] | None]]:
    """(link, its entry or None when that is gone), from the first to the newest, in batches."""
    after = 0
    while True:
        found = select(link_table).where(link_table.c.seq > after).order_by(link_table.c.seq).limit(BATCH)
        batch = connection.execute(found).all()
        if not batch:
            return
        ids = [link.change_id for link in batch]
        rows = connection.execute(select(*entries()).where(change_table.c.id.in_(ids)))
        held = {row.id: row for row in rows}
        yield from ((link, held.get(link.change_id)) for link in batch)
        after = batch[-1].seq
