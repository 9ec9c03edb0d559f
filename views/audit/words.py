"""The audit in words: it keeps codes, and each reader's language says what they mean."""

from __future__ import annotations

from flask_babel import gettext as _

from app.i18n import language
from models import access


def subject(code: str) -> str:
    """What an entry is about: an entity's label, or a part of Veneer itself."""
    entity = access.catalogue().get(code)
    return entity.label.text(language()) if entity else subjects().get(code, code.removeprefix("@"))


def subjects() -> dict[str, str]:
    """Parts of Veneer that are no entity."""
    return {
        "@account": _("Account"),
        "@access": _("Access"),
        "@export": _("Export"),
        "@rights": _("Rights"),
        "@view-as": _("View as another person"),
        "@wiring": _("Wiring"),
        "@personal-data": _("Personal data"),
        "@audit": _("Audit"),
        "@console": _("IT console"),
    }


def actions() -> dict[str, str]:
    """What was done."""
    return {
        "create": _("Added"),
        "change": _("Changed"),
        "delete": _("Deleted"),
        "undo": _("Taken back"),
        "sign-in": _("Signed in"),
        "sign-out": _("Signed out"),
        "failed": _("Failed to sign in"),
        "locked": _("Locked"),
        "unlocked": _("Unlocked"),
        "password": _("New password"),
        "refused": _("Refused"),
        "export": _("Exported"),
        "publish": _("Published"),
        "unlock": _("Opened the lock"),
        "lock": _("Closed the lock"),
        "prune": _("Removed old entries"),
    }


def action(code: str) -> str:
    """What was done, in words; a code that nobody has put into words stays as it is."""
    return actions().get(code, code)
