"""A claimed request: whom it acts for, what it looks for, how far it is, and the lease that says that this process is at it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, select, update

from models import approvals
from models.audit import note
from models.guard import RecordSession
from models.persons.plan import Part
from models.persons.requests import DONE, RUNNING, SUBJECT, approval_of, ended
from models.persons.tables import request_table
from models.wiring.nouns import Entity

LEASE = timedelta(seconds=120)
COUNTED = ("entries", "texts", "unsought")
MOST_BYTES = 30_000
"""Of the values that a request remembers: encrypted they must fit into its column."""


class Lost(Exception):
    """Somebody else has taken the request over."""


@dataclass
class Job:
    """A claimed request; `session` acts for whoever made it."""

    engine: Engine
    id: int
    runner: str
    secret: str
    values: list[str]
    """What was looked for, and what was found of it on the way."""
    parts: dict[tuple[str, str], Part]
    place: dict[str, Any]
    session: RecordSession

    def entity(self, name: str) -> Entity | None:
        """The published entity of that name."""
        return self.session.policy.catalogue.get(name)

    def remember(self, values: Iterable[str]) -> bool:
        """Look for these, too; False where nothing is new. Beyond MOST_BYTES they are counted alone, and the page says so."""
        fresh = [value for value in dict.fromkeys(values) if value not in self.values]
        for value in fresh:
            if len(json.dumps([*self.values, value])) > MOST_BYTES:
                self.place["unsought"] = self.place.get("unsought", 0) + 1
            else:
                self.values.append(value)
        return bool(fresh)

    def keep(self) -> None:
        """Note how far it is and go on holding the lease. Raises Lost."""
        kept = {"ask": json.dumps({"values": self.values}), "place": json.dumps(self.place)}
        with self.engine.begin() as connection:
            self._write(connection, lease_until=datetime.now(UTC) + LEASE, **kept)

    def end(self) -> None:
        """It is done: whom it was about is forgotten. Raises Lost."""
        from models.persons.traces import wiped_text

        with self.engine.begin() as connection:
            mine = select(request_table.c.reason).where(request_table.c.id == self.id)
            reason = wiped_text(self, connection.execute(mine).scalar_one())
            approvals.reword(connection, approval_of(self.id), lambda text: wiped_text(self, text))
            self._write(connection, state=DONE, reason=reason, place=json.dumps(self.place), **ended())
            counted = {key: number for key, number in self.place.items() if key in COUNTED}
            note(
                connection,
                self.session.policy.actor,
                SUBJECT,
                "worked-off",
                record=str(self.id),
                after=counted,
            )

    def _write(self, connection: Connection, **values: Any) -> None:
        table = request_table.c
        where = (table.id == self.id) & (table.state == RUNNING) & (table.leased_by == self.runner)
        if connection.execute(update(request_table).where(where).values(values)).rowcount != 1:
            raise Lost
