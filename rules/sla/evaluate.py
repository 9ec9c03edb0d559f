"""One record under one policy: recompute its clocks from the recorded history and tell what is new, in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping

from models.wiring.nouns import Entity
from rules.people import People
from rules.records import Seen
from rules.sla import ledger
from rules.sla.clock import Event, Reading
from rules.sla.history import clocks_of
from rules.sla.notices import Subject, Teller, notices
from rules.sla.policy import SlaPolicy
from rules.sla.standing import gone, owner_of, readings_after, signature, standing_of
from rules.sla.store import Library


def record_link(entity: str, token: str) -> str:
    """The path of a record's page."""
    return f"/data/{entity}/show/{token}"


@dataclass
class Workshop:
    """What an evaluation needs beside the record: definitions, people, open channels, and who is at work."""

    people: People
    runner: str = "runner"
    channels: frozenset[str] = frozenset()
    """Channels that are set up; others are left out."""
    library: Library = field(default_factory=Library)
    link_of: Callable[[str, str], str] = record_link


@dataclass(frozen=True)
class Case:
    """A record under a policy. `policy` is the version in force, `rivals` are its kind's policies that come first."""

    entity: Entity
    policy: SlaPolicy
    rivals: Sequence[SlaPolicy]
    token: str
    seen: Seen | None
    """None: the record is gone."""
    row: RowMapping | None
    """Its newest clock, claimed; None when it has none yet."""


def evaluate(connection: Connection, workshop: Workshop, case: Case, moment: datetime) -> list[Event]:
    """Bring the record's clocks up to `moment`; returns the events that are new."""
    policy, calendar_id, version = _definition(connection, workshop, case)
    calendar = workshop.library.calendar(connection, calendar_id, version)
    past = ledger.history(connection, policy.id, case.token) if case.row else []
    added = _added(case, policy, past, moment)
    known, cycle = ledger.known_breach(case.row), case.row["cycle"] if case.row else 1
    first = cycle + 1 if _is_finished(case) else cycle
    found = clocks_of(policy.metric(calendar), [*past, *added], moment, {cycle: known} if known else None)
    if not found:
        return []
    ledger.add_readings(connection, policy.id, case.token, added)
    stated = _stated(case, policy, (calendar_id, version), moment) | {
        "standing": signature((added or past)[-1])
    }
    teller = Teller(connection, workshop.people, workshop.channels, moment)
    fresh: list[Event] = []
    for clock in found:
        if clock.cycle >= first:
            row_id = case.row["id"] if case.row and clock.cycle == cycle else None
            worked = {"worked_s": clock.worked_s(calendar, moment)}
            clock_id = ledger.save_clock(connection, clock, stated | worked, row_id)
            subject = Subject(
                policy, clock, clock_id, case.token, title=stated["title"], owner=stated["owner"],
                link=workshop.link_of(policy.entity, case.token),
            )  # fmt: skip
            fresh += _tell(teller, workshop.runner, subject)
    if found[-1].cycle > cycle:
        ledger.retire(connection, policy.id, case.token, found[-1].cycle)
    return fresh


def _definition(connection: Connection, workshop: Workshop, case: Case) -> tuple[SlaPolicy, int, int]:
    """A clock under way keeps the versions it began with; a new one takes those in force."""
    row, policy = case.row, case.policy
    if row is None or _is_finished(case):
        stored = workshop.library.calendar_in_force(connection, policy.definition.calendar)
        return policy, stored.id, stored.calendar.version
    kept = workshop.library.policy(connection, row["policy_id"], row["policy_version"])
    return kept, row["calendar_id"], row["calendar_version"]


def _is_finished(case: Case) -> bool:
    """Whether what comes is a cycle of its own, so that the last one stays as it ended."""
    return case.row is not None and not case.row["is_open"] and case.policy.reopen == "new_cycle"


def _added(case: Case, policy: SlaPolicy, past: Sequence[Reading], moment: datetime) -> list[Reading]:
    last = past[-1] if past else None
    if case.seen is None:
        return (
            []
            if last is None or last.cancels
            else readings_after(case.entity, policy, None, last, gone(last, moment))
        )
    standing = standing_of(case.entity, policy, case.rivals, case.seen, moment)
    return readings_after(case.entity, policy, case.seen, last, standing)


def _stated(case: Case, policy: SlaPolicy, calendar: tuple[int, int], moment: datetime) -> dict[str, Any]:
    """Columns of a clock's row that the clock does not know itself; `calendar` is (id, version)."""
    row = case.row
    title = case.seen.title if case.seen else row["title"] if row else ""
    owner = owner_of(policy, case.seen) if case.seen else row["owner"] if row else ""
    return {
        "policy_id": policy.id,
        "policy_version": policy.version,
        "calendar_id": calendar[0],
        "calendar_version": calendar[1],
        "kind": policy.kind,
        "entity": policy.entity,
        "record": case.token,
        "title": title[:255],
        "owner": owner[:64],
        "evaluated_at": moment,
    }


def _tell(teller: Teller, runner: str, subject: Subject) -> list[Event]:
    """Write the fresh events of one cycle into the ledger together with their messages."""
    clock, clock_id = subject.clock, subject.clock_id
    fresh = ledger.fresh_events(teller.connection, clock_id, clock)
    told = notices(teller, subject, fresh)
    rows = [
        ledger.event_row(event, clock, teller.moment, told.get(event.step, {}), runner) for event in fresh
    ]
    ledger.add_events(teller.connection, clock_id, clock, rows)
    return fresh
