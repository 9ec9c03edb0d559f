"""The rules' part of the frame: menu entries, the inbox's count, and a warning when the runner stands still."""

from __future__ import annotations

from flask import g, url_for
from flask_babel import gettext as _

from app.theme.menus import MenuGroup, MenuItem
from app.theme.shell import Shell
from models import access
from rules import heartbeat, inbox
from views.rules.gate import may


def add_rules(shell: Shell) -> None:
    """Deadlines for everybody, policies and calendars for those who may look at them."""
    if shell.user is None:
        return
    entries = [(_("Deadlines"), url_for("DeadlineView.list"), "clock")]
    if may("list"):
        entries.append((_("SLA policies"), url_for("PolicyView.list"), "adjustments-horizontal"))
        entries.append((_("Working calendars"), url_for("CalendarView.list"), "calendar"))
    items = [MenuItem(label, url, sign) for label, url, sign in entries]
    before = next(
        (place for place, group in enumerate(shell.menu) if group.name == "Security"), len(shell.menu)
    )
    shell.menu.insert(before, MenuGroup("rules", _("Service levels"), items, "clock"))


def count_unread(shell: Shell) -> None:
    """The number beside the bell."""
    if shell.user is not None:
        shell.inbox_count = unread()


def unread() -> int:
    """Unread messages of the person, read once a request."""
    if "unread" not in g:
        user_id = access.actor().user_id
        g.unread = access.own("unread", lambda: _unread(user_id)) if user_id is not None else 0
    found: int = g.unread
    return found


def _unread(user_id: int) -> int:
    return inbox.unread_count(access.overlay(), user_id)


def stopped_text() -> str:
    """What to say of a runner that stands still; empty while it works."""
    seconds = heartbeat.stands_still(access.overlay())
    if seconds is None:
        return ""
    if not seconds:
        return str(
            _(
                "Rules and alerts stand still: no runner has worked here yet. Start “run.py runner”, or restart Veneer."
            )
        )
    return str(
        _(
            "Rules and alerts stand still: the runner gave its last sign %(minutes)s minutes ago. Start “run.py runner”, or restart Veneer.",
            minutes=int(seconds // 60),
        )
    )
