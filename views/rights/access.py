"""Who may look at rights and change them: administrators alone, since whoever changes rights can give themselves any."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask_babel import gettext as _
from flask_login import current_user

from app.actor import current_actor
from app.errors import NotAllowed
from views.access import to_login


def for_administrators(view: Callable[..., Any]) -> Callable[..., Any]:
    """A page for administrators; raises NotAllowed for others."""

    @wraps(view)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        if not current_user.is_authenticated:
            return to_login()
        if not is_administrator():
            raise NotAllowed(_("This page is for administrators. Ask one of them."))
        return view(*args, **kwargs)

    wrapped._permission_name = "rights"  # type: ignore[attr-defined]  # noqa: SLF001 how FAB names permissions
    return wrapped


def is_administrator() -> bool:
    """Is the one who acts an administrator?"""
    actor = current_actor()
    return actor is not None and actor.is_administrator
