"""Why records of an entity cannot be changed, and what of them is missing, in words."""

from __future__ import annotations

from flask_babel import gettext as _

from app.i18n import language
from models import access
from models.wiring.nouns import Entity


def entity_message(entity: Entity) -> str:
    """Why nothing can be changed here, and what is missing, when that is so."""
    return " ".join(part for part in (_why_read_only(entity), _what_is_lost(entity)) if part)


def _what_is_lost(entity: Entity) -> str:
    """The columns that are left out because the table has them no more, as far as the person knew them."""
    rights = access.policy().right
    names = [label.text(language()) or n for n, label in entity.lost.items() if rights(entity, n) != "hidden"]
    if not names:
        return ""
    return str(
        _(
            "Left out, because the old database does not have it any more: %(names)s. IT has been told.",
            names=", ".join(names),
        )
    )


def _why_read_only(entity: Entity) -> str:
    """The reason in words; empty where records can be changed."""
    reasons = {
        "drift": _(
            "The column that marks deleted rows is gone, so nothing is changed here until IT has looked at it."
        ),
        "no-key": _("This table has no key, so its rows can be read but not changed."),
        "view": _("This is a view of the database: it can be read but not changed."),
    }
    return reasons.get(entity.read_only, "") if entity.read_only else ""
