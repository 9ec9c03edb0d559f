"""What stands before every page of records: signed in, the entity exists, the right is there. Rows are the guard's affair."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from flask import current_app, g, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from app.errors import NotAllowed, NotVisible, TableChanged
from app.i18n import language
from models.access import catalogue, policy
from models.wiring.nouns import Entity

LOCAL = re.compile(r"/(?![/\\])[^\\\x00-\x1f\x7f]*")
"""A path of this site, with whatever follows it."""


def entity_access(action: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Turn the first URL part into an Entity that the person may use for `action`."""

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def wrapped(self: Any, entity: str, *args: Any, **kwargs: Any) -> Any:
            if not current_user.is_authenticated:
                return to_login()
            return view(self, entity_for(entity, action), *args, **kwargs)

        wrapped._permission_name = action  # type: ignore[attr-defined]  # noqa: SLF001 how FAB names permissions
        return wrapped

    return decorate


def entity_for(name: str, action: str) -> Entity:
    """The published entity; an unknown one and one out of reach have the same answer. Raises NotVisible, NotAllowed."""
    found = catalogue().get(name)
    if found is None:
        refuse_gone(name)
    if found is None or not policy().may(found, "see"):
        raise NotVisible(_("There is nothing here. Check the address or go back."))
    if not policy().may(found, action):
        raise NotAllowed(_("You may not do this here. Ask an administrator if you need it."))
    return found


def refuse_gone(name: str) -> None:
    """Raise TableChanged for a published entity whose table is gone, to those who would see it."""
    lost = catalogue().gone.get(name)
    if lost is not None and policy().may(lost, "see"):
        raise TableChanged(
            _(
                "“%(entity)s” cannot be opened: its table is not in the database any more, or may not be read. IT has been told.",
                entity=lost.label.text(language()) or lost.name,
            )
        )


def signed_in(view: Callable[..., Any]) -> Callable[..., Any]:
    """A page for everybody who has signed in."""

    @wraps(view)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        return view(*args, **kwargs) if current_user.is_authenticated else to_login()

    wrapped._permission_name = view.__name__  # type: ignore[attr-defined]  # noqa: SLF001
    return wrapped


@dataclass(frozen=True)
class Gate:
    """A decorator for pages of those who hold a permission, or one in `or_else`; others are told `refusal`."""

    permission: str
    view: str
    refusal: Callable[[], str]
    or_else: tuple[str, ...] = ()
    is_personal: bool = False
    """Closed to whoever works for somebody else: a second person's word is nobody's to lend."""

    def __call__(self, view: Callable[..., Any]) -> Callable[..., Any]:
        """Signed in first; raises NotAllowed without the permission."""

        @wraps(view)
        def wrapped(*args: Any, **kwargs: Any) -> Any:
            if not current_user.is_authenticated:
                return to_login()
            if not self.is_open():
                raise NotAllowed(self.refusal())
            if self.is_personal:
                for_oneself()
            return view(*args, **kwargs)

        name = self.permission.removeprefix("can_")
        wrapped._permission_name = name  # type: ignore[attr-defined]  # noqa: SLF001 how FAB names permissions
        return wrapped

    def is_open(self) -> bool:
        """Does the signed-in person hold a permission of the gate?"""
        held = current_app.appbuilder.sm.has_access  # type: ignore[attr-defined]
        return any(held(one, self.view) for one in (self.permission, *self.or_else))


def to_login() -> Any:
    """To the sign-in page and back here afterwards."""
    back = request.full_path if request.method == "GET" else "/"
    return redirect(url_for(f"{current_app.appbuilder.sm.auth_view.endpoint}.login", next=back))  # type: ignore[attr-defined]


def safe_next(url: str | None, otherwise: str) -> str:
    """A redirect target on this site; `otherwise` for everything else.

    Browsers drop tabs and newlines and read a backslash as a slash, so nothing with one of these is followed.
    """
    return url if url and LOCAL.fullmatch(url) else otherwise


def for_oneself() -> None:
    """Raise NotAllowed while the person works for somebody else."""
    if not works_for_oneself():
        raise NotAllowed(_("You work for somebody else at the moment. Work for yourself again, then decide."))


def works_for_oneself() -> bool:
    """False while the person stands in for somebody."""
    return g.get("standing_in") is None
