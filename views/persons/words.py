"""Requests of persons in words: kinds, states, choices, and why something stays as it is."""

from __future__ import annotations

from flask_babel import gettext as _

from models.wiring.nouns import Entity


def kinds() -> dict[str, str]:
    """What is asked for."""
    return {
        "export": _("Export a copy"),
        "erase": _("Erase"),
        "anonymise": _("Make anonymous"),
        "delete": _("Delete records"),
    }


def choices() -> dict[str, str]:
    """What happens with a group of records."""
    return {**kinds(), "leave": _("Leave as it is")}


def states() -> dict[str, tuple[str, str]]:
    """(words, tone of the badge) by state."""
    return {
        "draft": (_("Draft"), ""),
        "waiting": (_("Waits for a second person"), "warn"),
        "approved": (_("Approved"), "info"),
        "running": (_("Under way"), "info"),
        "ready": (_("Ready"), "good"),
        "done": (_("Done"), "good"),
        "refused": (_("Refused"), "bad"),
        "expired": (_("Expired"), ""),
        "cancelled": (_("Given up"), ""),
        "failed": (_("Could not be worked off"), "bad"),
    }


def ways() -> dict[str, str]:
    """How records were found."""
    return {
        "start": _("the record it starts from"),
        "value": _("found by a value"),
        "relation": _("belongs to the person"),
    }


def why_group(why: str, entity: Entity | None) -> str:
    """Why nothing of a group can be altered."""
    if why == "kept" and entity is not None and entity.kept:
        return str(_("Must be kept: %(reason)s", reason=entity.kept))
    known: dict[str, str] = {
        "kept": _("Must be kept."),
        "right": _("You have no right to this here."),
        "read-only": _("Read-only in the wiring."),
    }
    return known.get(why, why)


def why_field(why: str) -> str:
    """Why a field stays as it is."""
    known: dict[str, str] = {
        "key": _("identifies the record"),
        "relation": _("leads to other records"),
        "read-only": _("read-only in the wiring"),
        "type": _("cannot be empty"),
        "right": _("no right to change it"),
    }
    return known.get(why, why)


def why_skipped(why: str) -> str:
    """Why something was not looked through."""
    known: dict[str, str] = {
        "index": _("not looked through: the table is big and no index serves this field"),
        "right": _("not looked through: the field is masked or hidden from you"),
        "many": _("more records than one request holds: narrow it down"),
    }
    return known.get(why, why)


def why_not_deleted(why: str) -> str:
    """Why the rows of a group are not deleted."""
    known: dict[str, str] = {
        "wiring": _("The wiring does not allow these records to be deleted."),
        "flag": _(
            "These records are only marked as deleted, which leaves the data where it is. Erase them instead."
        ),
        "read-only": _("Read-only in the wiring."),
        "right": _("You may not delete these records."),
    }
    return known.get(why, why)


def notes() -> dict[str, str]:
    """Why a record was left as it was while the request was worked off."""
    return {
        "gone": _("is no longer there"),
        "right": _("no right to change it"),
        "kept": _("must be kept"),
        "used": _("other records still point to it"),
        "unsure": _("no index tells whether other records point to it"),
        "refused": _("the database did not take it"),
    }
