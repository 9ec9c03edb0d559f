"""Character sets of the legacy columns: which of them cannot hold every character that people type."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from flask_babel import gettext as _

from models.checks.finding import Finding
from models.checks.ground import Ground

IDS = ("V191",)
WIDE = {"", "utf8mb4", "utf16", "utf32", "gb18030", "binary"}


def look(ground: Ground) -> Iterator[Finding]:
    """Columns in narrower sets, counted by table."""
    counted: Counter[tuple[str, str]] = Counter()
    for table in ground.facts.tables.values():
        counted.update(
            (table.name, c.charset) for c in table.columns if c.charset not in WIDE and not table.is_view
        )
    if counted:
        yield Finding(
            "V191",
            "notice",
            _(
                "Columns whose character set cannot hold every character (emoji and rare Chinese characters are refused)."
            ),
            _(
                "Nothing has to be done: Veneer refuses such characters with a sentence instead of damaging the text."
            ),
            details=tuple(
                f"{table}: {number} × {charset}" for (table, charset), number in sorted(counted.items())
            ),
        )
