"""SignInDeskView: administrators unlock accounts, reset second factors, end sessions, link accounts, and say which roles need a factor."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_appbuilder import BaseView, expose
from flask_babel import gettext as _
from flask_login import current_user

from app.errors import NotAllowed, NotVisible
from app.extensions import services
from views.access import to_login
from views.signin import desk

PERMISSION, VIEW = "can_keep", "SignIn"


def is_allowed() -> bool:
    """May the signed-in person look after signing in?"""
    return bool(current_app.appbuilder.sm.has_access(PERMISSION, VIEW))  # type: ignore[attr-defined]


def may_keep(view: Callable[..., Any]) -> Callable[..., Any]:
    """A page for administrators of accounts."""

    @wraps(view)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        if not current_user.is_authenticated:
            return to_login()
        if not is_allowed():
            raise NotAllowed(_("This page is for administrators. Ask one of them."))
        return view(*args, **kwargs)

    wrapped._permission_name = "keep"  # type: ignore[attr-defined]  # noqa: SLF001 how FAB names permissions
    return wrapped


class SignInDeskView(BaseView):
    """One page and its deeds."""

    route_base = "/sign-in"
    class_permission_name = VIEW
    default_view = "desk"

    @expose("/")
    @may_keep
    def desk(self) -> Any:
        typed = request.args.get("q", "").strip()[:64]
        return render_template(
            "signin/desk.html",
            accounts=desk.accounts(typed),
            roles=desk.role_choices(),
            q=typed,
            config=services().config,
        )

    @expose("/<int:user_id>")
    @may_keep
    def account(self, user_id: int) -> Any:
        user = account_or_404(user_id)
        shown = desk.Facts.of([user]).about(user)
        return render_template("signin/account.html", account=shown, config=services().config)

    @expose("/roles", methods=["POST"])
    @may_keep
    def roles(self) -> Any:
        desk.put_roles(set(request.form.getlist("role")))
        flash(_("Saved."), "success")
        return redirect(url_for(".desk"))

    @expose("/<int:user_id>/<deed>", methods=["POST"])
    @may_keep
    def act(self, user_id: int, deed: str) -> Any:
        user = account_or_404(user_id)
        if deed not in desk.DEEDS:
            raise NotVisible(_("There is nothing here. Check the address or go back."))
        flash(desk.DEEDS[deed](user), "success")
        return redirect(url_for(".account", user_id=user_id))


def account_or_404(user_id: int) -> Any:
    """An account. Raises NotVisible."""
    user = current_app.appbuilder.sm.get_user_by_id(user_id)  # type: ignore[attr-defined]
    if user is None:
        raise NotVisible(_("There is nothing here. Check the address or go back."))
    return user
