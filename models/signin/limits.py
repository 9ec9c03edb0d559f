"""Limits on guessing, by account and by address, kept where all workers see them: see `models.signin.counters`.

A try is counted before it is looked at, in one step: guesses sent at the same moment cannot slip past each other.
Names that do not exist are counted like all others, so that being locked says nothing about them. A browser in which
the person has signed in before has tries of its own, so that strangers cannot lock the person out.
"""

from __future__ import annotations

import ipaddress
import random
import unicodedata
from collections.abc import Iterable
from datetime import datetime, timedelta

from flask import has_request_context, request
from flask_babel import ngettext

from app.errors import TooMany
from app.extensions import services
from app.tokens import keyed
from models.signin.counters import counter, limit_table

__all__ = ["account_key", "address", "claim", "forget", "give_back", "limit_table", "locked", "locked_names"]
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


def claim(*names: str, device: str = "") -> bool:
    """Count one try from this address for these names; True when it was the last that is allowed. Raises TooMany.

    `device` stands for a browser that the account knows: its tries are counted apart from everybody else's.
    """
    config = services().config
    wanted = {address_key(address()): config.sign_in_address_tries}
    wanted |= dict.fromkeys(_keys(names, device), config.sign_in_tries)
    left = [counter().count(key, most, _pause()) for key, most in wanted.items()]
    if random.random() < CLEANING:  # noqa: S311 nothing secret hangs on it
        counter().clean(_pause())
    if not all(one > 0 for one in left):
        raise locked()
    return 1 in left[1:]


def _keys(names: Iterable[str], device: str) -> list[str]:
    return [keyed(f"device:{device}")] if device else [account_key(name) for name in names]


def give_back() -> None:
    """The try was right: it does not count against the address."""
    counter().give_back(address_key(address()))


def forget(*names: str, device: str = "") -> None:
    """Somebody signed in, or an administrator unlocked the account."""
    counter().forget(_keys(names, device))


def locked_names(names: Iterable[str]) -> dict[str, datetime]:
    """Which of these accounts are locked, and until when."""
    keys = {account_key(name): name for name in names}
    shut = counter().shut(keys, services().config.sign_in_tries, _pause())
    return {keys[key]: until for key, until in shut.items()}


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
