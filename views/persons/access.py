"""Who may make requests of persons, and who may decide those of others."""

from __future__ import annotations

from flask_babel import gettext as _

from models.persons import DECIDE, DELETE, REQUEST, VIEW
from views.access import Gate


def _refusal() -> str:
    return str(_("Requests of persons need a right of their own. Ask an administrator."))


anybody = Gate(REQUEST, VIEW, _refusal, or_else=(DECIDE,))
asking = Gate(REQUEST, VIEW, _refusal)
deleting = Gate(DELETE, VIEW, _refusal)
"""To ask for rows to be deleted is a right of its own, beside that to ask at all."""
deciding = Gate(DECIDE, VIEW, _refusal, is_personal=True)
