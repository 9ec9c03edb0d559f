"""The server's version: what Veneer relies on came with certain releases."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import gettext as _

from models.checks.finding import Finding
from models.checks.ground import Ground

IDS = ("V111", "V112")
NEEDED = {"MariaDB": (10, 3), "MySQL": (5, 7)}
"""Older ones lack statement limits or cannot tell the row tokens."""
WANTED = {"MariaDB": (10, 6), "MySQL": (8, 0)}
"""From here on several runners can share the work (SKIP LOCKED)."""


def look(ground: Ground) -> Iterator[Finding]:
    """Too old to work, or old enough to do with one runner only."""
    if not ground.is_server:
        return
    product = "MariaDB" if ground.is_mariadb else "MySQL"
    words = {"product": product, "version": dotted(ground.version), "wanted": dotted(WANTED[product])}
    if ground.version < NEEDED[product]:
        yield Finding(
            "V111",
            "error",
            _("%(product)s %(version)s is too old for Veneer.", **words),
            _("Use %(product)s %(wanted)s or newer, perhaps as a replica that Veneer works on.", **words),
        )
    elif ground.version < WANTED[product]:
        yield Finding(
            "V112",
            "warning",
            _("On %(product)s %(version)s only one process can work on rules and alerts.", **words),
            _("Run one runner, or move to %(product)s %(wanted)s or newer.", **words),
        )


def dotted(version: tuple[int, ...]) -> str:
    """(10, 11, 6) → "10.11.6"."""
    return ".".join(str(part) for part in version)
