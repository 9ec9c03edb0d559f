"""Where new work comes from: records that began or changed, by whichever program.

Every look is a bounded walk along an index: what began since the last look, what the ERP's own "changed at" column
shows, what Veneer's changes name, the open clocks in turn, and now and then everything that is open.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select

from app.clock import now
from models.change import change_table
from rules import records
from rules.records import Seen, Walk, stored_instant
from rules.sla import ledger, status
from rules.sla.clock import Reading
from rules.sla.engine import SlaEngine, rivals_of, words
from rules.sla.evaluate import Case
from rules.sla.policy import SlaPolicy
from rules.sla.standing import fields_read

log = logging.getLogger("veneer.sla")
PAGE = 300
BUDGET_SECONDS = 3.0
OVERLAP = timedelta(minutes=2)
"""Looked at twice: rows that were committed late, and clocks that differ a little."""
FULL_EVERY = timedelta(minutes=10)
OVERLAP_CHANGES = 100

Sweep = Callable[["Sweeps", SlaPolicy, Sequence[SlaPolicy]], None]


class Sweeps:
    """All looks of one tick, for all policies; what fails for one policy does not stop the others."""

    def __init__(self, engine: SlaEngine) -> None:
        self.engine = engine
        self.deadline = 0.0
        self._rested: set[str] = set()
        """Full looks that were finished since this runner started; the first one comes at once."""

    def run(self) -> None:
        """Look once."""
        policies = self.engine.policies()
        for policy in policies:
            self.deadline = time.monotonic() + BUDGET_SECONDS
            try:
                for sweep in SWEEPS:
                    sweep(self, policy, policies)
            except Exception as error:
                log.exception("policy %s cannot look for work", policy.id)
                with self.engine.engine.begin() as connection:
                    status.note_error(connection, policy.id, now(connection), words(error))

    def newcomers(self, policy: SlaPolicy, policies: Sequence[SlaPolicy]) -> None:
        """Records that began since the last look, those too that have ended meanwhile."""
        self._follow(policy, policies, policy.definition.start_field, lambda standing: standing.has_begun)

    def changed(self, policy: SlaPolicy, policies: Sequence[SlaPolicy]) -> None:
        """Records that any program changed, where the table says when."""
        field = self.engine.entity(policy).updated
        if field and any(index[:1] == (field,) for index in self.engine.entity(policy).indexes):
            self._follow(policy, policies, field, lambda standing: standing.begins)

    def everything(self, policy: SlaPolicy, policies: Sequence[SlaPolicy]) -> None:
        """All open records, page by page, every few minutes: for what no column and no change tells."""
        name, said = f"all:{policy.id}:{policy.version}", policy.definition
        with self._reading() as connection:
            moment, place = now(connection), status.cursor(connection, name) or {}
        if name in self._rested and place.get("rests_until", "") > moment.isoformat():
            return
        path = self._path(policy, policies, said.start_field, policy.valid_from)
        path = replace(path, never=said.stop_condition, after=_place(place.get("after")))
        seen: list[Seen] = []
        for seen in self._pages(policy, path):
            self.engine.look(policy, policies, seen)
        if len(seen) == PAGE:
            self._keep(name, {"after": [seen[-1].values[said.start_field], seen[-1].token]})
        else:
            self._rested.add(name)
            self._keep(name, {"rests_until": (moment + FULL_EVERY).isoformat()})

    def clocks(self, policy: SlaPolicy, policies: Sequence[SlaPolicy]) -> None:
        """The next page of open clocks, in turn: their records may have changed or gone."""
        name, entity = f"open:{policy.id}", self.engine.entity(policy)
        with self._reading() as connection:
            rows = ledger.open_clocks(connection, policy.id, status.cursor(connection, name) or 0, PAGE)
            names = fields_read(entity, policies)
            seen = records.read_many(connection, entity, [row["record"] for row in rows], names)
        self.engine.look(policy, policies, list(seen.values()))
        for row in rows:
            if row["record"] not in seen:
                self.engine.attempt(
                    Case(entity, policy, rivals_of(policy, policies), row["record"], None, row)
                )
        self._keep(name, rows[-1]["id"] if len(rows) == PAGE else 0)

    def changes(self, policy: SlaPolicy, policies: Sequence[SlaPolicy]) -> None:
        """Records that people changed in Veneer."""
        name, entity = f"change:{policy.id}", self.engine.entity(policy)
        with self._reading() as connection:
            last = status.cursor(connection, name)
            if last is None:
                last = latest_change(connection)
            found = select(change_table.c.id, change_table.c.entity, change_table.c.record)
            found = (
                found.where(change_table.c.id > last - OVERLAP_CHANGES)
                .order_by(change_table.c.id)
                .limit(PAGE)
            )
            rows = connection.execute(found).all()
            tokens = list(
                dict.fromkeys(row.record for row in rows if row.entity == entity.name and row.record)
            )
            seen = records.read_many(connection, entity, tokens, fields_read(entity, policies))
        self.engine.look(policy, policies, list(seen.values()))
        self._keep(name, max(last, rows[-1].id if rows else 0))

    def _follow(
        self, policy: SlaPolicy, policies: Sequence[SlaPolicy], field: str, is_new: Callable[[Reading], bool]
    ) -> None:
        """Records whose `field`, a time, lies behind the last look.

        The first look begins now: what is open from before is found by `everything`.
        """
        name = f"{field}:{policy.id}:{policy.version}"
        with self._reading() as connection:
            moment, place = now(connection), status.cursor(connection, name) or {}
        since = place.get("since", moment.isoformat())
        path = self._path(policy, policies, field, datetime.fromisoformat(since) - OVERLAP)
        seen: list[Seen] = []
        for seen in self._pages(policy, replace(path, after=_place(place.get("after")))):
            self.engine.look(policy, policies, seen, is_new)
        if len(seen) == PAGE:
            after = [seen[-1].values[field], seen[-1].token]
            self._keep(
                name, {"since": since, "after": after, "looked": place.get("looked", moment.isoformat())}
            )
        else:
            self._keep(name, {"since": place.get("looked", moment.isoformat())})

    def _path(self, policy: SlaPolicy, policies: Sequence[SlaPolicy], field: str, since: datetime) -> Walk:
        entity, said = self.engine.entity(policy), policy.definition
        behind = {"field": field, "op": "gte", "value": stored_instant(entity, field, since, said.zone)}
        condition = [said.match, behind] if said.match else [behind]
        return Walk(field, {"and": condition}, fields_read(entity, policies), PAGE)

    def _pages(self, policy: SlaPolicy, path: Walk) -> Iterator[list[Seen]]:
        """Pages of a walk until it ends or the time is up; the last one is shorter than PAGE."""
        entity = self.engine.entity(policy)
        while True:
            with self._reading() as connection:
                seen = records.walk(connection, entity, path)
            if seen:
                yield seen
            if len(seen) < PAGE or time.monotonic() > self.deadline:
                return
            path = replace(path, after=(seen[-1].values[path.order], seen[-1].token))

    def _reading(self) -> Any:
        return self.engine.engine.connect()

    def _keep(self, name: str, value: Any) -> None:
        with self.engine.engine.begin() as connection:
            status.keep_cursor(connection, name, value, now(connection))


def _place(after: Any) -> tuple[Any, str] | None:
    return (after[0], after[1]) if after else None


SWEEPS: tuple[Sweep, ...] = (
    Sweeps.newcomers,
    Sweeps.changed,
    Sweeps.changes,
    Sweeps.clocks,
    Sweeps.everything,
)


def latest_change(connection: Connection) -> int:
    """The newest change, where following begins for a policy that is new."""
    return (
        connection.execute(select(change_table.c.id).order_by(change_table.c.id.desc()).limit(1)).scalar()
        or 0
    )
