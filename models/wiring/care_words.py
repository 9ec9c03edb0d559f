"""Which of a person's data a column holds, and which reads are written down, in words."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _


def personal_kinds() -> dict[str, str]:
    """Which of a person's data a field holds."""
    return {
        "name": _("Name"),
        "phone": _("Phone"),
        "mail": _("E-mail"),
        "number": _("Number of a person or account"),
        "address": _("Address"),
        "birth": _("Birthday"),
        "other": _("Other data"),
    }


def personal_text(kind: str) -> str:
    """The same with "none", and "" for what tells itself by type and name."""
    return personal_kinds().get(kind) or {
        "none": _("No person's data"),
        "": _("as its type and name say"),
    }.get(kind, kind)


def reads_text(audited: str) -> str:
    """Which reads of an entity are written down."""
    words = {
        "": _("No reads"),
        "opened": _("Whoever opens a record"),
        "sensitive": _("Whoever is shown the value of a masked column"),
        "both": _("Both: opened records and masked values"),
    }
    return str(words.get(audited, audited))


def request_text(on_request: str) -> str:
    """What a request of a person may do with a whole record."""
    words = {"": _("Nothing: its fields alone are emptied or made anonymous"), "delete": _("Delete it")}
    return str(words.get(on_request, on_request))


WORDS = {"personal": personal_text, "audited": reads_text, "on_request": request_text}


def in_words(attribute: str, value: Any) -> Any:
    """A setting's value in words where it is one of a few codes; else as it is."""
    return WORDS[attribute](str(value or "")) if attribute in WORDS else value
