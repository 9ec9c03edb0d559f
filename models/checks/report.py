"""Findings for a terminal: as text for people, as JSON for scripts."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import make_url

from config import Config
from models.checks import grants
from models.checks.finding import SEVERITIES, Finding, Severity

SHOWN_DETAILS = 20


def as_text(findings: Sequence[Finding]) -> str:
    """One block a finding, the gravest first, and a last line that counts them."""
    blocks = ["\n".join(_block(finding)) for finding in findings]
    return "\n\n".join([*blocks, summary(findings)])


def as_json(findings: Sequence[Finding]) -> str:
    """{"findings": [{id, severity, sentence, todo, details, statements}]}"""
    return json.dumps({"findings": [finding.as_plain for finding in findings]}, ensure_ascii=False, indent=2)


def summary(findings: Sequence[Finding]) -> str:
    """How many of which severity."""
    if not findings:
        return _("All is well: nothing was found.")  # type: ignore[no-any-return]
    return str(_(", ")).join(_counted(s, sum(f.severity == s for f in findings)) for s in SEVERITIES)


def severity_word(severity: Severity) -> str:
    """The severity as people read it."""
    words = {"error": _("Error"), "warning": _("Warning"), "notice": _("Notice")}
    return str(words[severity])


def least_grants(config: Config) -> str:
    """SQL for an account with the least rights, to be run by somebody who may grant them."""
    url = make_url(config.database_url)
    account = (url.username or "veneer", "%")
    first = f"CREATE USER IF NOT EXISTS {grants.account_name(account)} IDENTIFIED BY '…';"
    return "\n".join([first, *grants.least(url.database or "", config.overlay_schema, account)])


def guarded_grants(config: Config, owner: str, tables: Iterable[str]) -> str:
    """SQL for two accounts: one that owns the overlay, and the app's, which may only add to the audit."""
    url = make_url(config.database_url)
    schema, overlay = url.database or "", config.overlay_schema
    app, holder = (url.username or "veneer", "%"), (owner, "%")
    made = [
        f"CREATE USER IF NOT EXISTS {grants.account_name(who)} IDENTIFIED BY '…';" for who in (holder, app)
    ]
    prepare = f"-- {_('Now run “run.py prepare” with the owner in DATABASE_URL, then go on:')}"
    return "\n".join([
        *made, *grants.owned(schema, overlay, holder), prepare, *grants.guarded(schema, overlay, app, tables),
    ])  # fmt: skip


def _block(finding: Finding) -> Iterator[str]:
    yield f"{finding.id}  {severity_word(finding.severity)}  {finding.sentence}"
    yield f"      {finding.todo}"
    if finding.details:
        yield f"      {shortened(finding.details)}"
    yield from (f"      {statement}" for statement in finding.statements)


def shortened(details: Sequence[str]) -> str:
    """The first names and how many more there are."""
    shown = ", ".join(details[:SHOWN_DETAILS])
    more = len(details) - SHOWN_DETAILS
    return shown + (" " + _("and %(number)s more", number=more) if more > 0 else "")


def _counted(severity: Severity, number: int) -> str:
    if severity == "error":
        return str(ngettext("%(num)s error", "%(num)s errors", number))
    if severity == "warning":
        return str(ngettext("%(num)s warning", "%(num)s warnings", number))
    return str(ngettext("%(num)s notice", "%(num)s notices", number))
