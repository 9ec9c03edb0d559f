"""The audit's entry in the menu, for those who may look."""

from __future__ import annotations

from flask import request, url_for
from flask_babel import gettext as _

from app.theme.shell import MenuGroup, MenuItem, Shell
from views.audit.access import is_allowed


def add_audit(shell: Shell) -> None:
    """One entry under the heading of accounts and roles."""
    if shell.user is None or not is_allowed():
        return
    entry = MenuItem(_("Audit"), url_for("AuditView.list"), "history", request.path.startswith("/audit/"))
    shell.add(MenuGroup("Security", _("Security"), [entry], "settings"))
