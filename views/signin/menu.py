"""The desk's entry in the menu, beside the accounts."""

from __future__ import annotations

from flask import url_for
from flask_babel import gettext as _

from app.theme.menus import MenuGroup, MenuItem
from app.theme.shell import Shell
from views.signin.keepers import may_keep


def add_desk(shell: Shell) -> None:
    """One entry under the heading of accounts and roles."""
    if shell.user is None or not may_keep.is_open():
        return
    entry = MenuItem(_("Sign-in"), url_for("SignInDeskView.desk"), "lock")
    shell.add(MenuGroup("Security", _("Security"), [entry], "settings"))
