"""SLA policies: the list with each one's health, the form with a preview, order, switching, and applying a new version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_appbuilder import BaseView, expose
from flask_babel import gettext as _
from flask_babel import ngettext

from app.clock import now
from app.errors import Invalid, Stale
from app.i18n import language
from models import access
from models.wiring.nouns import Entity
from rules import outbox
from rules.sla.order import move
from rules.sla.policy import Definition, SlaPolicy
from rules.sla.reapply import reapply
from rules.sla.store import all_calendars, policy_with_id, save_policy
from views.numbers import whole
from views.rules import policy_form, policy_page
from views.rules.gate import may, published, rules_access
from views.rules.menu import stopped_text


class PolicyView(BaseView):
    """Policies for those who may look at rules; changing them needs can_edit."""

    route_base = "/rules/policies"
    class_permission_name = "Rules"
    default_view = "list"

    @expose("/")
    @rules_access("list")
    def list(self) -> Any:
        dead = len(outbox.dead_letters(access.overlay()))
        context = {"lines": policy_page.list_lines(), "can_edit": may("edit"), "stopped": stopped_text()}
        return render_template("rules/policies.html", **context, dead=dead)

    @expose("/add")
    @rules_access("edit")
    def choose(self) -> Any:
        """Which entity the new policy is about; tickets come first."""
        visible = [e for e in access.catalogue().entities.values() if access.policy().may(e, "see") and e.key]
        ordered = sorted(visible, key=lambda entity: entity.role != "ticket")
        choices = [
            (url_for("PolicyView.add", entity=e.name), e.label.text(language()) or e.name) for e in ordered
        ]
        has_calendar = bool(all_calendars(access.overlay()))
        return render_template("rules/choose.html", choices=choices, has_calendar=has_calendar)

    @expose("/add/<entity>", methods=["GET", "POST"])
    @rules_access("edit")
    def add(self, entity: str) -> Any:
        about = published(entity)
        calendars = all_calendars(access.overlay())
        if not calendars:
            return redirect(url_for("PolicyView.choose"))
        policy = policy_form.fresh(about, now(access.overlay()), calendars[0].id)
        return self._save(about, policy) if request.method == "POST" else _form(about, policy)

    @expose("/<int:policy_id>", methods=["GET", "POST"])
    @rules_access("edit")
    def edit(self, policy_id: int) -> Any:
        policy = policy_with_id(access.overlay(), policy_id)
        about = published(policy.entity)
        return self._save(about, policy) if request.method == "POST" else _form(about, policy)

    def _save(self, about: Entity, policy: SlaPolicy) -> Any:
        based_on = whole(request.form.get("version", ""))
        if policy.id and based_on is not None:
            policy = replace(policy, version=based_on)
        wanted, wrong = policy_form.parsed(about, request.form, policy)
        if wrong:
            return _form(about, wanted, wrong), Invalid.status
        try:
            save_policy(access.overlay(), wanted, access.actor().username)
        except Stale as problem:
            access.overlay().rollback()
            return _form(about, wanted, {}, str(problem)), problem.status
        access.overlay().commit()
        flash(_("Policy saved. The runner takes it up within seconds."), "success")
        return redirect(url_for("PolicyView.list"))

    @expose("/preview/<entity>", methods=["POST"])
    @rules_access("edit")
    def preview(self, entity: str) -> Any:
        """Which records the form as it stands would take, without saving it."""
        about = published(entity)
        plain = policy_form.fresh(about, now(access.overlay()), 0)
        wanted, wrong = policy_form.parsed(about, request.form, plain)
        if wrong := {field: sentence for field, sentence in wrong.items() if field != "name"}:
            return render_template("rules/_preview.html", sentence=next(iter(wrong.values())), lines=[])
        return render_template("rules/_preview.html", **policy_page.preview_context(about, wanted))

    @expose("/targets/<entity>")
    @rules_access("edit")
    def targets(self, entity: str) -> Any:
        """The lines of targets for another priority field; hours that were typed stay with their priority."""
        about = published(entity)
        said = Definition(targets=policy_form.targets_typed(request.args, {}))
        lines = policy_page.target_lines(about, said, request.args.get("priority_field", ""))
        return render_template("rules/_targets.html", targets=lines, errors={})

    @expose("/<int:policy_id>/switch", methods=["POST"])
    @rules_access("edit")
    def switch(self, policy_id: int) -> Any:
        policy = policy_with_id(access.overlay(), policy_id)
        save_policy(access.overlay(), replace(policy, active=not policy.active), access.actor().username)
        access.overlay().commit()
        flash(_("Switched off.") if policy.active else _("Switched on."), "success")
        return redirect(url_for("PolicyView.list"))

    @expose("/<int:policy_id>/move", methods=["POST"])
    @rules_access("edit")
    def move(self, policy_id: int) -> Any:
        move(access.overlay(), policy_id, up=request.form.get("to") == "up")
        access.overlay().commit()
        return redirect(url_for("PolicyView.list"))

    @expose("/<int:policy_id>/apply", methods=["POST"])
    @rules_access("edit")
    def apply(self, policy_id: int) -> Any:
        """Put running clocks on the newest version."""
        count = reapply(access.overlay(), policy_with_id(access.overlay(), policy_id))
        access.overlay().commit()
        flash(
            ngettext(
                "%(num)s running clock is computed anew.", "%(num)s running clocks are computed anew.", count
            ),
            "success",
        )
        return redirect(url_for("PolicyView.edit", policy_id=policy_id))


def _form(
    about: Entity, policy: SlaPolicy, wrong: Mapping[str, str] | None = None, sentence: str = ""
) -> str:
    context = policy_page.form_context(about, policy, wrong)
    return render_template("rules/policy.html", **context, sentence=sentence)
