"""Tables without a key: their rows cannot be told apart, so they can be read only."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import gettext as _

from models.checks.finding import Finding
from models.checks.ground import Ground

IDS = ("V171",)


def look(ground: Ground) -> Iterator[Finding]:
    """Tables with neither a primary key nor a unique key without NULL."""
    without = [t.name for t in ground.facts.tables.values() if not t.is_view and not t.identity]
    if without:
        yield Finding(
            "V171",
            "notice",
            _("Tables without a key can be read but not changed."),
            _(
                "Nothing has to be done. If rows are to be changed here, ask the ERP's vendor for a primary key."
            ),
            details=tuple(without),
        )
