"""The engine: finds records that need a clock, sees what other programs changed, and evaluates what falls due.

Everything is found again from data, never from missed ticks: a runner that was off for hours loses nothing. Each record
is a transaction of its own; what fails there is noted on the policy and tried again later, and the others go on.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import Connection, Engine, RowMapping
from sqlalchemy.exc import DBAPIError, IntegrityError

from app.clock import now
from app.errors import Problem
from models.catalogue import Catalogue
from models.wiring.nouns import Entity
from rules import records
from rules.records import Seen
from rules.sla import ledger, status
from rules.sla.clock import Reading
from rules.sla.evaluate import Case, Workshop, evaluate
from rules.sla.policy import SlaPolicy
from rules.sla.standing import fields_lost, fields_read, signature, standing_of
from rules.sla.store import all_policies

log = logging.getLogger("veneer.sla")
RETRY = timedelta(minutes=5)
SLEEP = timedelta(minutes=10)
"""How long a clock rests whose policy is switched off."""
NOTE_SECONDS = 10.0
"""Time between two notes of success when nothing falls due: a note is a write."""
PASSING = ("1205", "1213", "1020", "database is locked")
"""Errors that mean somebody else was quicker: the next tick tries again."""


class SlaEngine:
    """Works through the policies in force. `catalogue` gives the published entities at this moment."""

    def __init__(self, engine: Engine, catalogue: Callable[[], Catalogue], workshop: Workshop) -> None:
        self.engine, self.catalogue, self.workshop = engine, catalogue, workshop
        self._noted = -NOTE_SECONDS
        self._blind: set[int] = set()

    def policies(self) -> list[SlaPolicy]:
        """Active policies whose entity is published and has all columns that they look at, in their order."""
        with self.engine.connect() as connection:
            found = all_policies(connection)
        entities = self.catalogue().entities
        served = [policy for policy in found if policy.active and policy.entity in entities]
        blind = {one.id: lost for one in served if (lost := fields_lost(entities[one.entity], one))}
        self._note_blind(blind)
        return [policy for policy in served if policy.id not in blind]

    def _note_blind(self, blind: Mapping[int, Sequence[str]]) -> None:
        """Say once why a policy rests: its clocks would be judged by what cannot be read any more."""
        for policy_id in blind.keys() - self._blind:
            names = ", ".join(blind[policy_id])
            sentence = _(
                "The policy rests: the database does not have %(names)s any more. Choose other fields.",
                names=names,
            )
            with self.engine.begin() as connection:
                status.note_error(connection, policy_id, now(connection), sentence)
        self._blind = set(blind)

    def entity(self, policy: SlaPolicy) -> Entity:
        """The policy's entity."""
        found = self.catalogue().get(policy.entity)
        if found is None:
            raise LookupError(policy.entity)
        return found

    def look(
        self,
        policy: SlaPolicy,
        policies: Sequence[SlaPolicy],
        seen: Sequence[Seen],
        is_new: Callable[[Reading], bool] = lambda standing: standing.begins,
    ) -> int:
        """Start clocks for records that have none, and follow those that stand otherwise than recorded.

        `is_new` says of a record without a clock whether it gets one; returns how many were evaluated.
        """
        entity, rivals = self.entity(policy), rivals_of(policy, policies)
        with self.engine.connect() as connection:
            moment = now(connection)
            rows = ledger.latest_clocks(connection, policy.id, [one.token for one in seen])
            kept = {row["id"]: self._kept(connection, row, policy) for row in rows.values()}
        done = 0
        for one in seen:
            row = rows.get(one.token)
            standing = standing_of(entity, kept[row["id"]] if row else policy, rivals, one, moment)
            if is_new(standing) if row is None else _is_news(row, policy, standing):
                done += self.attempt(Case(entity, policy, rivals, one.token, one, row))
        return done

    def attempt(self, case: Case) -> bool:
        """Evaluate one record in a transaction of its own; whether it went well."""
        try:
            with self.engine.begin() as connection:
                if case.row is not None:
                    row = ledger.claim(connection, case.row["id"], self.workshop.runner)
                    case = replace(case, row=row)
                evaluate(connection, self.workshop, case, now(connection))
        except IntegrityError:
            return False  # another runner did it in this moment
        except Exception as error:  # noqa: BLE001 one bad record never stops the batch; _fail logs it
            self._fail(error, case.policy.id, case.row["id"] if case.row else None)
            return False
        return True

    def run_due(self, limit: int = 500) -> int:
        """Evaluate clocks whose next event has come, the longest waiting first; returns how many."""
        policies, lags = self.policies(), dict[int, float]()
        done = 0
        while done < limit and self._run_next(policies, lags):
            done += 1
        if lags or time.monotonic() - self._noted > NOTE_SECONDS:
            self._noted = time.monotonic()
            with self.engine.begin() as connection:
                status.note_success(connection, {policy.id: lags.get(policy.id, 0.0) for policy in policies})
        return done

    def _run_next(self, policies: Sequence[SlaPolicy], lags: dict[int, float]) -> bool:
        row: RowMapping | None = None
        try:
            with self.engine.begin() as connection:
                moment = now(connection)
                row = ledger.claim_due(connection, moment, self.workshop.runner)
                if row is None:
                    return False
                late = (moment - row["next_event_at"]).total_seconds()
                lags[row["policy_id"]] = max(late, lags.get(row["policy_id"], 0.0))
                self._run(connection, row, policies, moment)
        except Exception as error:
            if row is None or is_passing(error):
                raise
            self._fail(error, row["policy_id"], row["id"])
        return True

    def _run(
        self, connection: Connection, row: RowMapping, policies: Sequence[SlaPolicy], moment: datetime
    ) -> None:
        policy = next((one for one in policies if one.id == row["policy_id"]), None)
        if policy is None:
            ledger.postpone(connection, row["id"], moment + SLEEP)
            return
        entity, rivals = self.entity(policy), rivals_of(policy, policies)
        names = fields_read(entity, [policy, self._kept(connection, row, policy), *rivals])
        seen = records.read(connection, entity, row["record"], names)
        evaluate(connection, self.workshop, Case(entity, policy, rivals, row["record"], seen, row), moment)

    def _kept(self, connection: Connection, row: RowMapping, policy: SlaPolicy) -> SlaPolicy:
        """The version that a clock under way runs by."""
        if not row["is_open"]:
            return policy
        return self.workshop.library.policy(connection, policy.id, row["policy_version"])

    def _fail(self, error: Exception, policy_id: int, clock_id: int | None) -> None:
        """Keep the error where administrators look, and let the record wait."""
        if is_passing(error):
            return
        log.error("policy %s failed on a record", policy_id, exc_info=error)
        with self.engine.begin() as connection:
            moment = now(connection)
            status.note_error(connection, policy_id, moment, words(error))
            if clock_id is not None:
                ledger.postpone(connection, clock_id, moment + RETRY, words(error))


def rivals_of(policy: SlaPolicy, policies: Sequence[SlaPolicy]) -> list[SlaPolicy]:
    """Policies of the same entity and kind that come before this one."""
    alike = [one for one in policies if (one.entity, one.kind) == (policy.entity, policy.kind)]
    return alike[: [one.id for one in alike].index(policy.id)]


def words(error: Exception) -> str:
    """An error for administrators: our own sentence, or the kind of error and its text."""
    return str(error) if isinstance(error, Problem) else f"{type(error).__name__}: {error}"


def is_passing(error: Exception) -> bool:
    """Whether the error only means that somebody else was quicker, so that the next look puts it right."""
    return isinstance(error, DBAPIError) and any(part in str(error.orig) for part in PASSING)


def _is_news(row: RowMapping, policy: SlaPolicy, standing: Reading) -> bool:
    """Whether the record stands otherwise than recorded, in a way that can change its clock."""
    if row["standing"] == signature(standing):
        return False
    return bool(row["is_open"]) or (standing.begins and policy.reopen != "ignore")
