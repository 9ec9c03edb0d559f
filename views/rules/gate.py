"""Who may look at rules and who may change them: Flask-AppBuilder's permissions on "Rules"."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from flask_login import current_user

from app.errors import NotAllowed, NotVisible
from models import access
from models.wiring.nouns import Entity
from views.access import to_login

NAME = "Rules"


def rules_access(action: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A page for people with can_<action> on Rules: "list" to look, "edit" to change."""

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def wrapped(*args: Any, **kwargs: Any) -> Any:
            if not current_user.is_authenticated:
                return to_login()
            if not may(action):
                raise NotAllowed(_("You may not do this here. Ask an administrator if you need it."))
            return view(*args, **kwargs)

        wrapped._permission_name = action  # type: ignore[attr-defined]  # noqa: SLF001 how FAB names permissions
        return wrapped

    return decorate


def may(action: str) -> bool:
    """Whether the person holds can_<action> on Rules."""
    return bool(current_app.appbuilder.sm.has_access(f"can_{action}", NAME))  # type: ignore[attr-defined]


def published(name: str) -> Entity:
    """An entity that the person may see, by name; raises NotVisible."""
    found = access.catalogue().get(name)
    if found is None or not access.policy().may(found, "see"):
        raise NotVisible(_("There is nothing here. Check the address or go back."))
    return found
