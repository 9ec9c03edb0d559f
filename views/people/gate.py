"""Who may keep people and the organisation: whoever administers accounts."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from flask_login import current_user

from app.errors import NotAllowed
from views.access import to_login

PERMISSION, VIEW = "can_link", "People"


def is_allowed() -> bool:
    """May the signed-in person link accounts?"""
    return bool(current_app.appbuilder.sm.has_access(PERMISSION, VIEW))  # type: ignore[attr-defined]


def may_link(view: Callable[..., Any]) -> Callable[..., Any]:
    """A page for administrators of accounts."""

    @wraps(view)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        if not current_user.is_authenticated:
            return to_login()
        if not is_allowed():
            raise NotAllowed(_("This page is for administrators. Ask one of them."))
        return view(*args, **kwargs)

    wrapped._permission_name = "link"  # type: ignore[attr-defined]  # noqa: SLF001 how FAB names permissions
    return wrapped
