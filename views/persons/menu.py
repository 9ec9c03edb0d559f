"""The entry in the menu, for those who may ask or decide."""

from __future__ import annotations

from flask import url_for
from flask_babel import gettext as _

from app.theme.menus import MenuGroup, MenuItem
from app.theme.shell import Shell
from views.persons.access import anybody


def add_persons(shell: Shell) -> None:
    """One entry under the heading of accounts and roles."""
    if shell.user is None or not anybody.is_open():
        return
    entry = MenuItem(_("Requests of persons"), url_for("PersonsView.list"), "user-circle")
    shell.add(MenuGroup("Security", _("Security"), [entry], "settings"))
