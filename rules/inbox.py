"""The in-app inbox: messages to one person, newest first."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, func, insert, select, update

from app.clock import now
from rules.messages import Message
from rules.tables import notifications

MOST_COUNTED = 99


@dataclass(frozen=True)
class Notification:
    """A message as it lies in somebody's inbox."""

    id: int
    code: str
    params: Mapping[str, Any]
    link: str
    created_at: datetime
    read_at: datetime | None


def tell(connection: Connection, user_ids: Iterable[int], message: Message, moment: datetime) -> None:
    """Put a message into inboxes, in the caller's transaction."""
    text = json.dumps(dict(message.params), ensure_ascii=False)
    row = {"code": message.code, "params": text, "link": message.link, "created_at": moment}
    rows = [{**row, "user_id": user_id} for user_id in user_ids]
    if rows:
        connection.execute(insert(notifications), rows)


def messages_of(
    connection: Connection, user_id: int, *, size: int = 25, below: int | None = None, unread: bool = False
) -> list[Notification]:
    """A page of somebody's inbox; `below` continues under an id."""
    found = select(notifications).where(notifications.c.user_id == user_id)
    if below is not None:
        found = found.where(notifications.c.id < below)
    if unread:
        found = found.where(notifications.c.read_at.is_(None))
    rows = connection.execute(found.order_by(notifications.c.id.desc()).limit(size)).mappings()
    return [_notification(row) for row in rows]


def unread_count(connection: Connection, user_id: int) -> int:
    """How many are unread, counted up to 100: more than that is shown as 99+."""
    mine = and_(notifications.c.user_id == user_id, notifications.c.read_at.is_(None))
    capped = select(notifications.c.id).where(mine).limit(MOST_COUNTED + 1).subquery()
    return int(connection.execute(select(func.count()).select_from(capped)).scalar_one())


def mark_read(connection: Connection, user_id: int, ids: Iterable[int] | None = None) -> int:
    """Mark messages as read, all of them when `ids` is None; other people's stay as they are."""
    mine = and_(notifications.c.user_id == user_id, notifications.c.read_at.is_(None))
    if ids is not None:
        mine = and_(mine, notifications.c.id.in_(list(ids)))
    return connection.execute(update(notifications).where(mine).values(read_at=now(connection))).rowcount


def _notification(row: Any) -> Notification:
    values = {name: row[name] for name in Notification.__dataclass_fields__}
    return Notification(**{**values, "params": json.loads(row["params"])})
