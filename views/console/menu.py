"""The console's entry in the menu, for those who may open it."""

from __future__ import annotations

from flask import current_app
from flask_babel import gettext as _

from app.theme.menus import MenuGroup, MenuItem
from app.theme.shell import Shell
from views.console.base import PERMISSION

ADDRESS = "/it/"


def add_console(shell: Shell) -> None:
    """One entry under the heading of things that are set up."""
    manager = current_app.appbuilder.sm  # type: ignore[attr-defined]
    if shell.user is None or not manager.has_access(*PERMISSION):
        return
    entry = MenuItem(_("IT console"), ADDRESS, "tool")
    shell.add(MenuGroup("setup", _("Set-up"), [entry], "tool"))
