"""Limits on guessing, by account and by address, counted in the overlay so that all workers agree.

A try is counted before it is looked at, in one statement: guesses sent at the same moment cannot slip past each other.
Names that do not exist are counted like all others, so that being locked says nothing about them.
"""

from __future__ import annotations

import ipaddress
import random
import unicodedata
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from flask import has_request_context, request
from flask_babel import ngettext
from sqlalchemy import Column, Integer, String, Table, case, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from app.errors import TooMany
from app.extensions import reading, services
from app.tokens import keyed
from models.overlay import metadata
from models.overlay.types import UtcDateTime

limit_table = Table(
    "sign_in_limit",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("tries", Integer, nullable=False),
    Column("last_at", UtcDateTime, nullable=False, index=True),
)
CLEANING = 0.01
"""How often a try also clears away what is over."""


def address() -> str:
    """Who asks: an address, or the network of 64 bits that a household gets of the newer kind."""
    given = (request.remote_addr or "") if has_request_context() else ""
    try:
        found = ipaddress.ip_address(given)
    except ValueError:
        return given
    return str(found) if found.version == 4 else str(ipaddress.ip_network((found, 64), strict=False))


def account_key(name: str) -> str:
    """What the database keeps of a name that was typed; spellings that a database takes for the same are one."""
    letters = unicodedata.normalize("NFKD", name).casefold()
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter)).strip()
    return keyed(f"account:{plain}")


def address_key(place: str) -> str:
    """What the database keeps of an address."""
    return keyed(f"address:{place}")


def claim(*names: str) -> bool:
    """Count one try from this address for these names; True when it was the last that is allowed. Raises TooMany."""
    config = services().config
    wanted = {address_key(address()): config.sign_in_address_tries}
    wanted |= {account_key(name): config.sign_in_tries for name in names}
    left = [_count(key, most) for key, most in wanted.items()]
    if random.random() < CLEANING:  # noqa: S311 nothing secret hangs on it
        _clean()
    if not all(one > 0 for one in left):
        raise locked()
    return 1 in left[1:]


def _count(key: str, most: int) -> int:
    """One more try; how many were left before it, 0 when there are none.

    Each statement is a transaction of its own: several that find the same row missing would wait for each other's locks.
    """
    left = _raise(key, most)
    if left is None and _add(key):
        return most
    if left is None:  # asked again: somebody else may just have added the first one
        left = _raise(key, most)
    return left or 0


def _raise(key: str, most: int) -> int | None:
    """Count on where there are fewer than `most`, from one again after a pause; how many were left, None where nothing is counted."""
    now, table = datetime.now(UTC), limit_table.c
    rested = table.last_at < now - _pause()
    counted = case((rested, 1), else_=table.tries + 1)
    open_ = (table.key == key) & (rested | (table.tries < most))
    values = (table.tries, counted), (table.last_at, now)  # in this order: MariaDB reads what was set before
    with services().engine.begin() as connection:
        if not connection.execute(update(limit_table).where(open_).ordered_values(*values)).rowcount:
            return None
        tries = connection.execute(select(table.tries).where(table.key == key)).scalar_one()
    return most - int(tries) + 1


def _add(key: str) -> bool:
    """The first try; False when there was one already."""
    row = {"key": key, "tries": 1, "last_at": datetime.now(UTC)}
    try:
        with services().engine.begin() as connection:
            connection.execute(insert(limit_table).values(row))
    except IntegrityError:
        return False
    return True


def give_back() -> None:
    """The try was right: it does not count against the address."""
    table = limit_table.c
    mine = (table.key == address_key(address())) & (table.tries > 0)
    with services().engine.begin() as connection:
        connection.execute(update(limit_table).where(mine).values(tries=table.tries - 1))


def forget(*names: str) -> None:
    """Somebody signed in, or an administrator unlocked the account."""
    keys = [account_key(name) for name in names]
    with services().engine.begin() as connection:
        connection.execute(delete(limit_table).where(limit_table.c.key.in_(keys)))


def locked_names(names: Iterable[str]) -> dict[str, datetime]:
    """Which of these accounts are locked, and until when."""
    keys = {account_key(name): name for name in names}
    table = limit_table.c
    shut = (table.tries >= services().config.sign_in_tries) & (table.last_at >= datetime.now(UTC) - _pause())
    rows = reading().execute(select(table.key, table.last_at).where(table.key.in_(list(keys)), shut))
    return {keys[key]: last + _pause() for key, last in rows}


def locked() -> TooMany:
    """What everybody is told, whether the account exists or not."""
    minutes = services().config.sign_in_lock_minutes
    return TooMany(
        ngettext(
            "Too many attempts. Wait a minute, then try again, or ask an administrator to unlock the account.",
            "Too many attempts. Wait %(num)s minutes, then try again, or ask an administrator to unlock the account.",
            minutes,
        )
    )


def _pause() -> timedelta:
    return timedelta(minutes=services().config.sign_in_lock_minutes)


def _clean() -> None:
    with services().engine.begin() as connection:
        connection.execute(delete(limit_table).where(limit_table.c.last_at < datetime.now(UTC) - _pause()))
