"""The names of the roles that every installation starts with, in the reader's language; others keep their own."""

from __future__ import annotations

from flask_appbuilder.security.sqla.models import Role
from flask_babel import lazy_gettext as _l

WORDS = {
    "Admin": _l("Administrator"),
    "Public": _l("Visitors"),
    "Executive": _l("Executive"),
    "Regional manager": _l("Regional manager"),
    "Sales": _l("Sales"),
    "Clerk": _l("Clerk"),
    "Service engineer": _l("Service engineer"),
    "IT": _l("IT"),
    "Auditor": _l("Auditor"),
}


def role_words(name: str) -> str:
    """What a role is called on the screen; its name in the overlay stays as it is."""
    return str(WORDS.get(name, name))


def _shown(role: Role) -> str:
    return role_words(role.name)


def show_roles_in_words() -> None:
    """Flask-AppBuilder shows a role in lists, pickers and badges by its text form."""
    Role.__repr__ = _shown
