"""The page's entry in the menu, beside the accounts."""

from __future__ import annotations

from flask import url_for
from flask_babel import gettext as _

from app.theme.menus import MenuGroup, MenuItem
from app.theme.shell import Shell
from views.people.gate import may_link


def add_people(shell: Shell) -> None:
    """Two entries under the heading of accounts and roles."""
    if shell.user is None or not may_link.is_open():
        return
    entry = MenuItem(_("People"), url_for("PeopleView.people"), "users")
    tree = MenuItem(_("Organisation"), url_for("UnitsView.units"), "sitemap")
    shell.add(MenuGroup("Security", _("Security"), [entry, tree], "settings"))
