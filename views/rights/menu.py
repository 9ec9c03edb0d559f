"""The page's entry in the menu, beside accounts and roles."""

from __future__ import annotations

from flask import url_for
from flask_babel import gettext as _

from app.theme.menus import MenuGroup, MenuItem
from app.theme.shell import Shell
from views.rights.access import is_administrator


def add_rights(shell: Shell) -> None:
    """One entry under the heading of accounts and roles."""
    if shell.user is None or not is_administrator():
        return
    entry = MenuItem(_("Rights"), url_for("RightsView.matrix"), "lock")
    shell.add(MenuGroup("Security", _("Security"), [entry], "settings"))
