"""What the pages of hand-overs call states and reasons."""

from __future__ import annotations

from flask_babel import gettext as _

from models.hand_over.tables import BACK, DONE, GOING, STOPPED, STOPPED_BACK, TAKEN_BACK


def states() -> dict[str, str]:
    """How a hand-over stands."""
    return {
        GOING: _("under way"),
        DONE: _("done"),
        BACK: _("being taken back"),
        TAKEN_BACK: _("taken back"),
        STOPPED: _("stopped"),
        STOPPED_BACK: _("stopped while it was taken back"),
    }


def halts() -> dict[str, str]:
    """Why one stopped by itself."""
    return {
        "account": _("It stopped: the account that asked for it is closed, or may not hand over any more. Let it go on yourself."),
        "right": _("It stopped: whoever asked for it may not change the owner of these records. Let it go on yourself, or ask an administrator."),
    }  # fmt: skip


def left(code: str) -> str:
    """Why a record stayed as it is; "" where the database's own sentence says it."""
    found: str = {
        "changed": _("Somebody changed it at the same time, or gave it another owner."),
        "locked": _("Another program was at it, three times."),
        "gone": _("It is not there any more, or out of reach."),
        "right": _("It may not be changed."),
    }.get(code, "")
    return found
