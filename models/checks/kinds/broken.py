"""What the legacy schema itself says wrongly: views that no longer work, foreign keys that lead nowhere."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import gettext as _

from models.checks.finding import Finding
from models.checks.ground import Ground

IDS = ("V181", "V182")


def look(ground: Ground) -> Iterator[Finding]:
    """Both are left out of what can be published."""
    views = [f.table for f in ground.facts.findings if f.code in {"broken-view", "no-columns", "unreadable"}]
    if views:
        yield Finding(
            "V181",
            "warning",
            _("Views that the database itself cannot open any more."),
            _("They cannot be published. Ask whoever looks after the ERP to mend or drop them."),
            details=tuple(views),
        )
    keys = [
        f"{f.table}: {f.detail}"
        for f in ground.facts.findings
        if f.code in {"broken-key", "foreign-schema-key"}
    ]
    if keys:
        yield Finding(
            "V182",
            "notice",
            _("Foreign keys that lead to a table or column that is not in this database."),
            _("Nothing has to be done: Veneer leaves them out. Relations can be set by hand in the wiring."),
            details=tuple(keys),
        )
