"""Verifying the chain: every link follows the one before, every entry is what was linked, and none is missing."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, select

from models.audit import chain, pruning, redaction
from models.change import change_table

LATE = timedelta(minutes=10)
"""An entry that nobody has linked for so long: the runner stands still, or the entry was slipped in."""
MOST_FAULTS = 50


@dataclass(frozen=True)
class Fault:
    """What is wrong with an entry. `kind`: broken (its link), altered, missing, or unlinked; "cut" = the known head is gone."""

    kind: str
    change_id: int = 0


@dataclass
class Report:
    """What was found. `head` is worth keeping elsewhere: whoever rewrites the whole chain cannot rewrite that."""

    linked: int = 0
    pruned: int = 0
    anonymised: int = 0
    """Entries from which a person's values were taken out, as the audit itself says."""
    waiting: int = 0
    """Entries of the last minutes that are not linked yet."""
    head: str = chain.START
    faults: list[Fault] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Is everything as it was written?"""
        return not self.faults

    def blame(self, kind: str, change_id: int = 0) -> None:
        """Add a fault; the first MOST_FAULTS are enough."""
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(Fault(kind, change_id))


def verify(connection: Connection, known: str = "") -> Report:
    """Read the whole chain. `known` is a head kept from before: it must still be part of it."""
    report, limits, witness = Report(), pruning.limits(connection), redaction.Witness(connection)
    is_known = known in {"", chain.START}
    for link, entry in chain.linked(connection):
        _check_link(report, link)
        _check_entry(report, link, entry, limits, witness)
        is_known = is_known or link.digest == known
    if not is_known:
        report.blame("cut")
    _look_for_unlinked(connection, report)
    return report


def _check_link(report: Report, link: Row[Any]) -> None:
    """Goes on from the digest that is stored, so that one fault is told once."""
    report.linked += 1
    expected = chain.digest_of(report.head, report.linked, link.kind, link.content)
    if (link.seq, link.digest) != (report.linked, expected):
        report.blame("broken", link.change_id)
        report.linked = link.seq
    report.head = link.digest


def _check_entry(
    report: Report, link: Row[Any], entry: Row[Any] | None, limits: dict[str, int], witness: redaction.Witness
) -> None:
    if entry is not None:
        content = chain.content_of(entry)
        if content == link.content:
            return
        if witness.explains(link.change_id, link.content, content):
            report.anonymised += 1
        else:
            report.blame("altered", link.change_id)
    elif link.change_id < limits.get(link.kind, 0):
        report.pruned += 1
    else:
        report.blame("missing", link.change_id)


def _look_for_unlinked(connection: Connection, report: Report) -> None:
    is_linked = select(chain.link_table.c.seq).where(chain.link_table.c.change_id == change_table.c.id)
    found = select(change_table.c.id, change_table.c.at).where(~is_linked.exists())
    for change_id, at in connection.execute(found.order_by(change_table.c.id)):
        if datetime.now(UTC) - at > LATE:
            report.blame("unlinked", change_id)
        else:
            report.waiting += 1
