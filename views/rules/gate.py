"""Who may look at rules and who may change them: Flask-AppBuilder's permissions on "Rules"."""

from __future__ import annotations

from flask_babel import gettext as _

from app.errors import NotVisible
from models import access
from models.wiring.nouns import Entity
from views.access import Gate

NAME = "Rules"


def rules_access(action: str) -> Gate:
    """A page for people with can_<action> on Rules: "list" to look, "edit" to change."""
    return Gate(
        f"can_{action}", NAME, lambda: _("You may not do this here. Ask an administrator if you need it.")
    )


def may(action: str) -> bool:
    """Whether the person holds can_<action> on Rules."""
    return rules_access(action).is_open()


def published(name: str) -> Entity:
    """An entity that the person may see, by name; raises NotVisible."""
    found = access.catalogue().get(name)
    if found is None or not access.policy().may(found, "see"):
        raise NotVisible(_("There is nothing here. Check the address or go back."))
    return found
