"""A finding: something about the database that somebody should know, under an id that never changes."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

Severity = Literal["error", "warning", "notice"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "notice")
"""The gravest first: an error stops work, a warning will bite some day, a notice is good to know."""


@dataclass(frozen=True)
class Finding:
    """What was found, and what to do. `id` has a heading of its own in docs/checks.md."""

    id: str
    severity: Severity
    sentence: str
    todo: str
    details: tuple[str, ...] = ()
    """Names of tables, columns or settings that it is about."""
    statements: tuple[str, ...] = ()
    """SQL to paste as an account that may grant rights; Veneer never runs it."""

    @property
    def as_plain(self) -> dict[str, Any]:
        """For JSON."""
        return {**asdict(self), "details": list(self.details), "statements": list(self.statements)}
