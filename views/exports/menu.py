"""The entries of the menu for those who approve or audit exports."""

from __future__ import annotations

from flask import url_for
from flask_babel import gettext as _

from app.theme.menus import MenuGroup, MenuItem
from app.theme.shell import Shell
from views.audit.access import may_look
from views.exports.access import is_approver


def add_exports(shell: Shell) -> None:
    """One's own stand in the person's menu, which everybody has."""
    if shell.user is None:
        return
    items = []
    if is_approver():
        items.append(MenuItem(_("Requests for exports"), url_for("ExportsView.requests"), "circle-check"))
    if may_look.is_open():
        items.append(MenuItem(_("All exports"), url_for("ExportsView.everybodys"), "file-spreadsheet"))
        items.append(MenuItem(_("Masked values shown"), url_for("ExportsView.unmasked"), "eye"))
    if items:
        shell.add(MenuGroup("Security", _("Security"), items, "settings"))
