"""Who may make requests of persons, and who may decide those of others."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from flask_login import current_user

from app.errors import NotAllowed
from models.persons import DECIDE, REQUEST, VIEW
from views.access import for_oneself, to_login


def may(permission: str) -> bool:
    """Has the signed-in person this right?"""
    return bool(current_app.appbuilder.sm.has_access(permission, VIEW))  # type: ignore[attr-defined]


def holders_of(*permissions: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A page for holders of one of these rights; raises NotAllowed for others."""

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def wrapped(*args: Any, **kwargs: Any) -> Any:
            if not current_user.is_authenticated:
                return to_login()
            if not any(may(one) for one in permissions):
                raise NotAllowed(_("Requests of persons need a right of their own. Ask an administrator."))
            if permissions == (DECIDE,):
                for_oneself()
            return view(*args, **kwargs)

        wrapped._permission_name = permissions[0].removeprefix("can_")  # type: ignore[attr-defined]  # noqa: SLF001
        return wrapped

    return decorate


anybody = holders_of(REQUEST, DECIDE)
asking = holders_of(REQUEST)
deciding = holders_of(DECIDE)
