"""Opening and closing the lock: POST /it/unlock with a reason, POST /it/lock; signing out closes it too."""

from __future__ import annotations

from typing import Any

from flask import flash, g, redirect, request, session, url_for
from flask_babel import gettext as _

from app.errors import Invalid, NotAllowed
from models import access, unlock
from models.access import actor_of
from views.access import safe_next

SESSION_KEY = "console_unlock"
SHORTEST_REASON = 5


def opened() -> Any:
    """Open the lock with the reason that was sent. Raises Invalid without one."""
    reason = request.form.get("reason", "").strip()
    if len(reason) < SHORTEST_REASON:
        raise Invalid(_("Say why you need to change raw rows."), fields={"reason": _("Fill this in.")})
    session[SESSION_KEY] = unlock.open_lock(access.overlay(), access.actor(), reason[:500])
    flash(_("Raw rows can be changed for %(minutes)s minutes.", minutes=unlock.MINUTES), "warning")
    return redirect(back())


def closed() -> Any:
    """Close the lock."""
    number = session.pop(SESSION_KEY, None)
    if isinstance(number, int):
        unlock.close_lock(access.overlay(), access.actor(), number)
    flash(_("Raw rows are locked again."), "success")
    return redirect(back())


def back() -> str:
    """Where the person was."""
    return safe_next(request.form.get("next"), url_for("console.index"))


def current() -> unlock.Unlock | None:
    """The opening of this session, while it lasts."""
    if "console_unlock" not in g:
        number = session.get(SESSION_KEY)
        found = (
            unlock.held(access.overlay(), number, access.actor().user_id) if isinstance(number, int) else None
        )
        g.console_unlock = found
    found = g.console_unlock
    return found if found is None or isinstance(found, unlock.Unlock) else None


def needed() -> unlock.Unlock:
    """The opening; raises NotAllowed while the lock is closed."""
    found = current()
    if found is None:
        raise NotAllowed(_("Raw rows are locked. Unlock them with a reason, then try again."))
    return found


def close_at_logout(_app: Any, user: Any) -> None:
    """Signing out ends the opening, so that an old cookie cannot go on with it."""
    number = session.pop(SESSION_KEY, None)
    if isinstance(number, int):
        unlock.close_lock(access.overlay(), actor_of(user), number)
