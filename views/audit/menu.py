"""The audit's entry in the menu, for those who may look."""

from __future__ import annotations

from flask import url_for
from flask_babel import gettext as _

from app.theme.menus import MenuGroup, MenuItem
from app.theme.shell import Shell
from views.audit.access import may_look


def add_audit(shell: Shell) -> None:
    """One entry under the heading of accounts and roles."""
    if shell.user is None or not may_look.is_open():
        return
    entry = MenuItem(_("Audit"), url_for("AuditView.list"), "history")
    shell.add(MenuGroup("Security", _("Security"), [entry], "settings"))
