"""The mark in whatever leaves: who took it, when, and the number under which the audit knows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask import g
from flask_babel import format_datetime
from flask_babel import gettext as _

from models import access, audit

HEADER = "X-Veneer-Mark"


@dataclass(frozen=True)
class Mark:
    """Who, when, which export. `who` is the account, with the one for whom it works."""

    who: str
    at: datetime
    number: str

    @property
    def stamp(self) -> str:
        """The instant as programs read it."""
        return self.at.strftime("%Y-%m-%dT%H:%M:%SZ")

    @property
    def header(self) -> str:
        """The mark in a header of HTTP: nothing but printable ASCII."""
        who = self.who.encode("ascii", "backslashreplace").decode()
        return f"{who}; {self.stamp}; {self.number}"


def made(number: str = "") -> Mark:
    """The mark of what is taken now; without a number of its own that of the request, which the log and the audit have."""
    actor = access.actor()
    who = f"{actor.username} ({actor.cause})" if actor.cause else actor.username
    return Mark(who, datetime.now(UTC), number or str(g.get("request_id", "")))


def audited(subject: str, **parts: Any) -> Mark:
    """The mark of a file that is taken now, with its entry in the audit: the number is that of the entry."""
    return made(str(audit.tell(access.actor(), subject, "export", **parts)))


def sentence(mark: Mark) -> str:
    """The mark in words, on one line."""
    words = {"who": mark.who, "at": format_datetime(mark.at, "medium"), "number": mark.number}
    return " ".join(str(_("Taken by %(who)s on %(at)s, number %(number)s.", **words)).split())


def print_mark() -> str:
    """The mark at the foot of a printed page."""
    return sentence(made())
