"""Who may decide about requests for exports: holders of "can_approve" on "Exports", working for themselves."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from flask_login import current_user

from app.errors import NotAllowed
from views.access import for_oneself, to_login
from views.export_notices import PERMISSION, VIEW


def may_approve(view: Callable[..., Any]) -> Callable[..., Any]:
    """A page for approvers; raises NotAllowed for people without the permission."""

    @wraps(view)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        if not current_user.is_authenticated:
            return to_login()
        if not is_approver():
            raise NotAllowed(
                _("Exports are approved by others. Ask an administrator if you should be one of them.")
            )
        for_oneself()
        return view(*args, **kwargs)

    wrapped._permission_name = "approve"  # type: ignore[attr-defined]  # noqa: SLF001 how FAB names permissions
    return wrapped


def is_approver() -> bool:
    """The signed-in person may decide about requests of others."""
    return bool(current_app.appbuilder.sm.has_access(PERMISSION, VIEW))  # type: ignore[attr-defined]
