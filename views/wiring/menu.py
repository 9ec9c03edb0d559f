"""The wizard's entry in the menu, for those who may use it."""

from __future__ import annotations

from flask import url_for
from flask_babel import gettext as _

from app.theme.menus import MenuGroup, MenuItem
from app.theme.shell import Shell
from views.wiring.access import may_wire


def add_wiring(shell: Shell) -> None:
    """One entry under the heading of things that are set up."""
    if shell.user is None or not may_wire.is_open():
        return
    entry = MenuItem(_("Wiring"), url_for("WiringView.tables"), "plug")
    shell.add(MenuGroup("setup", _("Set-up"), [entry], "tool"))
