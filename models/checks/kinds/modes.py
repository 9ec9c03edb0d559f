"""sql_mode: Veneer's own connections must be strict; whether other programs' are tells what the data may hold."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import gettext as _

from models.checks.finding import Finding
from models.checks.ground import Ground

IDS = ("V121", "V122")
STRICT = {"STRICT_TRANS_TABLES", "STRICT_ALL_TABLES", "TRADITIONAL"}


def look(ground: Ground) -> Iterator[Finding]:
    """A proxy that undoes our mode is grave; a lenient server is worth knowing."""
    if not ground.is_server:
        return
    if not _modes(ground, "SESSION") & STRICT:
        yield Finding(
            "V121",
            "error",
            _("The server does not keep the strict mode that Veneer sets: it would cut values silently."),
            _("Look for a proxy or an init_connect that sets sql_mode, and take that away for this account."),
        )
    if not _modes(ground, "GLOBAL") & STRICT:
        yield Finding(
            "V122",
            "notice",
            _("The server lets other programs store values that do not fit: it cuts them."),
            _(
                "Nothing has to be done. Expect zero dates and shortened texts in old rows; Veneer leaves them as they are."
            ),
        )


def _modes(ground: Ground, scope: str) -> set[str]:
    return set(str(ground.value(f"SELECT @@{scope}.sql_mode")).upper().split(","))
