"""SignInDeskView: administrators unlock accounts, reset second factors, end sessions, link accounts, and say which roles need a factor."""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_appbuilder import BaseView, expose
from flask_babel import gettext as _

from app.errors import NotVisible
from app.extensions import services
from views.signin import desk
from views.signin.keepers import VIEW, may_keep


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
