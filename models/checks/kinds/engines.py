"""Storage engines: only those with transactions can take a save back."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import gettext as _

from models.checks.finding import Finding
from models.checks.ground import Ground

IDS = ("V131",)
SAFE = {"innodb", "rocksdb", "xtradb", "tokudb", "ndbcluster", "sqlite", ""}


def look(ground: Ground) -> Iterator[Finding]:
    """Tables whose rows stay changed after a save that failed."""
    unsafe = [t for t in ground.facts.tables.values() if not t.is_view and t.engine.lower() not in SAFE]
    if unsafe:
        yield Finding(
            "V131",
            "warning",
            _(
                "Tables without transactions (MyISAM and its kin): a save that fails half-way stays half-done there."
            ),
            _(
                "Ask the ERP's vendor whether they may become InnoDB. Until then publish them read-only where you can."
            ),
            details=tuple(f"{table.name} ({table.engine})" for table in unsafe),
        )
