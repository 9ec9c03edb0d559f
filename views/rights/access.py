"""Who may look at rights and change them: administrators alone, since whoever changes rights can give themselves any."""

from __future__ import annotations

from flask_babel import gettext as _

from app.actor import current_actor
from views.access import Gate


class AdministratorsGate(Gate):
    """A gate that no permission opens: a role that could be given it would be as good as an administrator's."""

    def is_open(self) -> bool:
        """Is the one who acts an administrator?"""
        return is_administrator()


def is_administrator() -> bool:
    """Is the one who acts an administrator?"""
    actor = current_actor()
    return actor is not None and actor.is_administrator


for_administrators = AdministratorsGate(
    "can_rights", "Rights", lambda: _("This page is for administrators. Ask one of them.")
)
