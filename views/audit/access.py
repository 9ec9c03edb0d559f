"""Who may look into the audit: holders of "can_look" on "Audit", administrators among them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from flask_login import current_user

from app.errors import NotAllowed
from views.access import to_login

PERMISSION, VIEW = "can_look", "Audit"


def may_look(view: Callable[..., Any]) -> Callable[..., Any]:
    """A page for auditors; raises NotAllowed for people without the permission."""

    @wraps(view)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        if not current_user.is_authenticated:
            return to_login()
        if not is_allowed():
            raise NotAllowed(_("The audit is for auditors and administrators. Ask one of them."))
        return view(*args, **kwargs)

    wrapped._permission_name = "look"  # type: ignore[attr-defined]  # noqa: SLF001 how FAB names permissions
    return wrapped


def is_allowed() -> bool:
    """The signed-in person may look."""
    return bool(current_app.appbuilder.sm.has_access(PERMISSION, VIEW))  # type: ignore[attr-defined]
