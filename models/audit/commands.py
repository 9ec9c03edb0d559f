"""`run.py audit`: verify the chain, prune what retention no longer asks for."""

from __future__ import annotations

import sys
from collections.abc import Callable

import click
from flask_babel import gettext as _
from sqlalchemy import Engine

from config_values import LEAST_DAYS
from models.audit import NOBODY, chain, note, pruning
from models.audit.verify import Report, verify
from models.overlay.migrate import upgrade


def commands(engine: Callable[[], Engine]) -> click.Group:
    """The commands over the overlay that `engine` leads to."""

    @click.group(name="audit")
    def group() -> None:
        """Look after the audit."""

    @group.command(name="verify")
    @click.option("--known", default="", help="A head printed earlier: it must still be part of the chain.")
    def verify_chain(known: str) -> None:
        """Read the whole chain; the exit code is 1 when an entry was altered, removed or slipped in."""
        with _opened(engine()).connect() as connection:
            report = verify(connection, known)
        click.echo("\n".join(lines(report)))
        sys.exit(0 if report.holds else 1)

    @group.command()
    @click.option("--kind", type=click.Choice(pruning.KINDS), required=True, help="The class of entries.")
    @click.option("--days", type=click.IntRange(min=LEAST_DAYS), required=True, help="What is younger stays.")
    def prune(kind: str, days: int) -> None:
        """Remove entries older than a number of days. Their links stay, and the audit says what was removed."""
        opened = _opened(engine())
        with opened.begin() as connection:
            while chain.extend(connection) == chain.BATCH:
                pass
        with opened.connect() as connection:
            number = pruning.prune(connection, kind, days)
            note(connection, NOBODY, "@audit", "prune", after={"kind": kind, "days": days, "entries": number})
            connection.commit()
        click.echo(_("%(number)s entries were removed.", number=number))

    return group


def _opened(engine: Engine) -> Engine:
    upgrade(engine)
    return engine


def lines(report: Report) -> list[str]:
    """The report in words."""
    told = [
        _(
            "%(linked)s entries are linked, %(pruned)s of them removed by age.",
            linked=report.linked,
            pruned=report.pruned,
        ),
        _("%(number)s entries had a person's values taken out, as the audit says.", number=report.anonymised),
        _("%(waiting)s of the last minutes wait for the runner.", waiting=report.waiting),
    ]
    told += [WORDS[fault.kind](fault.change_id) for fault in report.faults]
    verdict = (
        _("The chain holds.")
        if report.holds
        else _("The chain does not hold. Ask who could reach the overlay.")
    )
    return [
        *told,
        verdict,
        _("Head: %(head)s. Keep it elsewhere and give it to the next check.", head=report.head),
    ]


WORDS: dict[str, Callable[[int], str]] = {
    "broken": lambda number: str(_("Entry %(id)s: its link does not follow the one before.", id=number)),
    "altered": lambda number: str(_("Entry %(id)s was altered.", id=number)),
    "missing": lambda number: str(_("Entry %(id)s was removed.", id=number)),
    "unlinked": lambda number: str(
        _("Entry %(id)s was never linked: the runner stood still, or it was slipped in.", id=number)
    ),
    "cut": lambda _number: str(
        _("The head that was kept is gone: the end of the chain was cut off or all of it rewritten.")
    ),
}
