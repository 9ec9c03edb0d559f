"""Where tries are counted: in Redis when REDIS_URL names one, else in the overlay. All workers agree in either."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import Column, Integer, String, Table, case, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from app.extensions import reading, services
from models.overlay import metadata
from models.overlay.types import UtcDateTime

limit_table = Table(
    "sign_in_limit",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("tries", Integer, nullable=False),
    Column("last_at", UtcDateTime, nullable=False, index=True),
)
log = logging.getLogger("veneer")
REDIS_SECONDS = 1
"""Redis answers within this time, or the overlay counts."""
COUNT = """
local tries = tonumber(redis.call('GET', KEYS[1]) or '0')
if tries >= tonumber(ARGV[1]) then return 0 end
redis.call('SET', KEYS[1], tries + 1, 'PX', ARGV[2])
return ARGV[1] - tries
"""
GIVE_BACK = """
if tonumber(redis.call('GET', KEYS[1]) or '0') > 0 then redis.call('DECR', KEYS[1]) end
"""


class Counter(Protocol):
    """Tries by key; a key is forgotten when it has rested for `pause`."""

    def count(self, key: str, most: int, pause: timedelta) -> int:
        """One more try; how many were left before it, 0 when there are none."""

    def give_back(self, key: str) -> None:
        """The last try does not count."""

    def forget(self, keys: Iterable[str]) -> None:
        """None of the tries counts."""

    def shut(self, keys: Iterable[str], most: int, pause: timedelta) -> dict[str, datetime]:
        """The keys that have no tries left, and until when."""

    def clean(self, pause: timedelta) -> None:
        """Clear away what is over."""


class OverlayCounter:
    """In the overlay.

    Each statement is a transaction of its own: several that find the same row missing would wait for each other's locks.
    """

    def count(self, key: str, most: int, pause: timedelta) -> int:
        left = self._raise(key, most, pause)
        if left is None and self._add(key):
            return most
        if left is None:  # asked again: somebody else may just have added the first one
            left = self._raise(key, most, pause)
        return left or 0

    def _raise(self, key: str, most: int, pause: timedelta) -> int | None:
        """Count on where there are fewer than `most`, from one again after a pause; how many were left, None where nothing is counted."""
        now, table = datetime.now(UTC), limit_table.c
        rested = table.last_at < now - pause
        counted = case((rested, 1), else_=table.tries + 1)
        open_ = (table.key == key) & (rested | (table.tries < most))
        values = (
            (table.tries, counted),
            (table.last_at, now),
        )  # in this order: MariaDB reads what was set before
        with services().engine.begin() as connection:
            if not connection.execute(update(limit_table).where(open_).ordered_values(*values)).rowcount:
                return None
            tries = connection.execute(select(table.tries).where(table.key == key)).scalar_one()
        return most - int(tries) + 1

    def _add(self, key: str) -> bool:
        """The first try; False when there was one already."""
        row = {"key": key, "tries": 1, "last_at": datetime.now(UTC)}
        try:
            with services().engine.begin() as connection:
                connection.execute(insert(limit_table).values(row))
        except IntegrityError:
            return False
        return True

    def give_back(self, key: str) -> None:
        table = limit_table.c
        mine = (table.key == key) & (table.tries > 0)
        with services().engine.begin() as connection:
            connection.execute(update(limit_table).where(mine).values(tries=table.tries - 1))

    def forget(self, keys: Iterable[str]) -> None:
        with services().engine.begin() as connection:
            connection.execute(delete(limit_table).where(limit_table.c.key.in_(list(keys))))

    def shut(self, keys: Iterable[str], most: int, pause: timedelta) -> dict[str, datetime]:
        table = limit_table.c
        is_shut = (table.tries >= most) & (table.last_at >= datetime.now(UTC) - pause)
        rows = reading().execute(select(table.key, table.last_at).where(table.key.in_(list(keys)), is_shut))
        return {key: last + pause for key, last in rows}

    def clean(self, pause: timedelta) -> None:
        with services().engine.begin() as connection:
            connection.execute(delete(limit_table).where(limit_table.c.last_at < datetime.now(UTC) - pause))


class RedisCounter:
    """In Redis: a number that ends by itself. While Redis does not answer the overlay counts, so that no limit is ever off."""

    def __init__(self, url: str) -> None:
        from redis import Redis  # only those who have one load its protocol

        wait = {"socket_timeout": REDIS_SECONDS, "socket_connect_timeout": REDIS_SECONDS}
        self.redis: Any = Redis.from_url(url, decode_responses=True, **wait)
        self.otherwise = OverlayCounter()

    def count(self, key: str, most: int, pause: timedelta) -> int:
        milliseconds = int(pause.total_seconds() * 1000)
        left = self._asked(lambda: self.redis.eval(COUNT, 1, _name(key), most, milliseconds))
        return self.otherwise.count(key, most, pause) if left is None else int(left)

    def give_back(self, key: str) -> None:
        if self._asked(lambda: self.redis.eval(GIVE_BACK, 1, _name(key)) or 1) is None:
            self.otherwise.give_back(key)

    def forget(self, keys: Iterable[str]) -> None:
        """In both: the overlay may have counted for a while."""
        names = list(keys)
        self._asked(lambda: self.redis.delete(*map(_name, names)))
        self.otherwise.forget(names)

    def shut(self, keys: Iterable[str], most: int, pause: timedelta) -> dict[str, datetime]:
        names = list(keys)
        found = self.otherwise.shut(names, most, pause)
        tries = self._asked(lambda: self.redis.mget([_name(key) for key in names])) if names else []
        full = [key for key, one in zip(names, tries or [], strict=False) if int(one or 0) >= most]
        left = self._asked(lambda: [self.redis.pttl(_name(key)) for key in full]) or []
        now = datetime.now(UTC)
        return found | {key: now + timedelta(milliseconds=one) for key, one in zip(full, left, strict=False)}

    def clean(self, pause: timedelta) -> None:
        self.otherwise.clean(pause)

    def _asked(self, ask: Any) -> Any:
        """What Redis answers; None when it does not."""
        from redis.exceptions import RedisError

        try:
            return ask()
        except RedisError as error:
            log.warning("Redis does not answer (%s): tries are counted in the overlay.", type(error).__name__)
            return None


def _name(key: str) -> str:
    """Keys are made under the overlay's own secret, so that several Veneers may share a Redis."""
    return f"veneer:limit:{key}"


def counter() -> Counter:
    """The application's counter."""
    rooms = services().rooms
    if "tries" not in rooms:
        url = services().config.redis_url
        rooms["tries"] = RedisCounter(url) if url else OverlayCounter()
    found: Counter = rooms["tries"]
    return found
