"""From fresh events of a clock to messages: of several steps crossed at once only the highest is told, to all of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from rules import inbox, outbox
from rules.messages import Message
from rules.outbox import Letter
from rules.people import People, Receivers, receivers_of
from rules.sla.clock import Clock, Event
from rules.sla.policy import BREACH, WARNING, Definition, Rung, SlaPolicy

TOLD = {"step", "breached", "withdrawn"}


@dataclass(frozen=True)
class Subject:
    """What a notice is about: the clock's row, its record and the people who may be told."""

    policy: SlaPolicy
    clock: Clock
    clock_id: int
    record: str
    title: str
    owner: str
    link: str


@dataclass(frozen=True)
class Teller:
    """The transaction in which messages are written, the people they may go to, and the ways that are open."""

    connection: Connection
    people: People
    channels: frozenset[str]
    moment: datetime


def notices(teller: Teller, subject: Subject, fresh: Sequence[Event]) -> dict[str, Any]:
    """Tell what is new, in the caller's transaction; returns the ledger's note on the receivers by step."""
    told = [event for event in fresh if event.type in TOLD and not _is_backlog(subject.policy, event)]
    if not told:
        return {}
    highest = max(told, key=lambda event: (event.at, event.type == "breached"))
    rungs = [_rung(subject.policy.definition, event) for event in told]
    audience = dict.fromkeys(name for rung in rungs for name in rung.audience)
    found = receivers_of(teller.connection, teller.people, audience, subject.owner)
    found.users += [
        user
        for user in teller.people.substitutes_of(teller.connection, found.users)
        if user not in found.users
    ]
    message = _message(subject, highest, skipped=len(told) - 1)
    ways = {way for rung in rungs for way in rung.channels}
    if "inbox" in ways:
        inbox.tell(teller.connection, found.users, message, teller.moment)
    for letter in _letters(subject, highest, message, found, ways & teller.channels):
        outbox.post(teller.connection, letter, teller.moment)
    return {event.step: _note(found) if event is highest else {"told_with": highest.step} for event in told}


def _is_backlog(policy: SlaPolicy, event: Event) -> bool:
    """Late before the policy was switched on: kept in the ledger, not told, or thousands would be told at once."""
    return event.at < policy.activated_at and not policy.definition.tells_backlog


def _rung(definition: Definition, event: Event) -> Rung:
    """The step of the ladder behind an event."""
    if event.type in {"breached", "withdrawn"}:
        return Rung(BREACH, audience=definition.told_of_breach, channels=definition.channels)
    name = event.step.partition("#")[0]
    if name == WARNING:
        return Rung(WARNING, "percent", definition.warning_percent, definition.warned, definition.channels)
    return next((rung for rung in definition.ladder if rung.name == name), Rung(name))


def _message(subject: Subject, event: Event, skipped: int) -> Message:
    due = event.due or subject.clock.due_at
    params: dict[str, Any] = {
        "title": subject.title,
        "policy": subject.policy.name,
        "policy_zh": subject.policy.name_in("zh"),
        "due": due.isoformat() if due else "",
        "percent": f"{subject.policy.definition.warning_percent:g}",
        "step": event.step,
        "skipped": skipped,
    }
    return Message(_code(subject.policy.definition, event), params, subject.link)


def _code(definition: Definition, event: Event) -> str:
    if event.type == "step" and event.step != WARNING:
        return "sla.early" if _rung(definition, event).step.is_warning else "sla.late"
    return {"step": "sla.warning", "breached": "sla.breach"}.get(event.type, "sla.withdrawn")


def _letters(
    subject: Subject, event: Event, message: Message, found: Receivers, ways: Iterable[str]
) -> Iterator[Letter]:
    due = (event.due or subject.clock.started_at).strftime("%Y%m%dT%H%M%S.%f")
    key = f"sla:{subject.clock_id}:{subject.clock.cycle}:{event.step[:90]}:{due}"
    for way in sorted(ways):
        for user_id in found.users:
            payload = {"user_id": user_id, **vars(message)}
            yield Letter(
                way, payload, f"{key}:{way}:{user_id}", f"{subject.policy.entity}:{subject.record}"[:190]
            )


def _note(found: Receivers) -> dict[str, Any]:
    return {"users": found.users, "instead": found.instead} if found.instead else {"users": found.users}
