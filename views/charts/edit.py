"""Dashboards made by hand: one page for each role. The first change keeps the proposal as the role's own dashboard."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_appbuilder import BaseView, expose
from flask_appbuilder.security.sqla.models import Role
from flask_babel import gettext as _
from sqlalchemy import select

from app.errors import Invalid, NotAllowed
from app.extensions import services
from app.i18n import language
from app.security import overlay_session
from charts import making, store
from charts.board import kept_or_proposed
from charts.kinds import kinds
from charts.nouns import WIDTHS, Dashboard
from models import access
from models.policy import Policy
from views.access import signed_in

PERMISSION = ("can_edit", "Dashboards")


class DashboardView(BaseView):
    """GET and POST /dashboards/edit?role=Sales; without a role the dashboard of everyone else."""

    route_base = "/dashboards"
    default_view = "edit"
    class_permission_name = "Dashboards"

    @expose("/edit", methods=["GET", "POST"])
    @signed_in
    def edit(self) -> Any:
        if not may_edit():
            raise NotAllowed(_("Only administrators may change dashboards. Ask one of them."))
        role = request.args.get("role", "")
        if role not in role_names():
            role = ""
        return self._save(role) if request.method == "POST" else self._page(role)

    def _page(self, role: str, problem: Invalid | None = None) -> Any:
        policy = access.policy()
        dashboard = kept_or_proposed(access.overlay(), policy, role)
        partial = request.headers.get("HX-Target") == "new-chart"
        template = "charts/_edit_add.html" if partial else "charts/edit.html"
        context = page_context(policy, dashboard, role) | {"problem": problem}
        return render_template(template, **context), 400 if problem else 200

    def _save(self, role: str) -> Any:
        try:
            with services().engine.begin() as connection:
                policy = access.policy()
                dashboard = kept_or_proposed(connection, policy, role)
                change(policy, dashboard, connection)
        except Invalid as problem:
            return self._page(role, problem)
        flash(_("Dashboard saved."), "success")
        return redirect(url_for("DashboardView.edit", role=role or None))


def change(policy: Policy, dashboard: Dashboard, connection: Any) -> None:
    """Do what the form says; raises Invalid."""
    sent, key = request.form, request.form.get("key", "")
    if sent.get("step") == "reset":
        store.forget(connection, dashboard.role)
        return
    steps: dict[str, Callable[[], Dashboard]] = {
        "add": lambda: making.added(policy, dashboard, sent),
        "up": lambda: making.moved(dashboard, key, -1),
        "down": lambda: making.moved(dashboard, key, 1),
        "remove": lambda: making.removed(dashboard, key),
        "width": lambda: making.resized(dashboard, key, sent.get("width", "")),
    }
    step = steps.get(sent.get("step", ""))
    if step is None:
        raise Invalid(_("This request cannot be understood. Go back and try again."))
    store.save(connection, step())


def page_context(policy: Policy, dashboard: Dashboard, role: str) -> dict[str, Any]:
    """What charts/edit.html draws; `asked` holds what was chosen or typed for a new chart so far."""
    asked = request.values
    entities = [entity for entity in policy.catalogue.entities.values() if policy.may(entity, "see")]
    entity = policy.catalogue.get(asked.get("entity", "")) or (entities[0] if entities else None)
    return {
        "dashboard": dashboard,
        "role": role,
        "roles": role_names(),
        "widths": list(zip(WIDTHS, width_names(), strict=True)),
        "kinds": kinds(),
        "entities": [(one.name, one.label.text(language()) or one.name) for one in entities],
        "asked": asked,
        "entity": entity,
        "kind": kinds().get(asked.get("kind", "")) or kinds()["months"],
        "choices": making.choices(policy, entity) if entity else None,
        "edit_url": url_for("DashboardView.edit", role=role or None),
    }


def width_names() -> list[str]:
    """The widths in words, in the order of WIDTHS."""
    return [_("a third"), _("half"), _("two thirds"), _("whole width")]


def role_names() -> list[str]:
    """All roles that people can have, but the ones that nobody works in."""
    found = overlay_session().execute(select(Role.name).order_by(Role.name)).scalars()
    return [name for name in found if name not in {"Admin", "Public"}]


def may_edit() -> bool:
    """Administrators, and whoever was given the permission."""
    return bool(current_app.appbuilder.sm.has_access(*PERMISSION))  # type: ignore[attr-defined]
