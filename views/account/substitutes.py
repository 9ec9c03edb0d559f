"""/substitutes/: who stands in for me and for whom I stand in, between which days, and the way to end it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import current_app, flash, jsonify, make_response, redirect, render_template, request, url_for
from flask_appbuilder import BaseView, expose
from flask_appbuilder.security.sqla.models import User
from flask_babel import format_date
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import or_, select

from app.clock import today
from app.errors import Invalid
from app.extensions import services
from app.security import overlay_session
from models import access, substitution
from models.substitution import Substitution, called
from views.access import safe_next, signed_in

SUGGESTIONS = 20


class SubstitutesView(BaseView):
    """Lend, work for somebody, end."""

    route_base = "/substitutes"
    class_permission_name = "Records"
    default_view = "substitutes"

    @expose("/")
    @signed_in
    def substitutes(self) -> Any:
        return _page({}, "")

    @expose("/people")
    @signed_in
    def people(self) -> Any:
        return jsonify(_suggestions(request.args.get("q", "").strip()[:64]))

    @expose("/lend", methods=["POST"])
    @signed_in
    def lend(self) -> Any:
        try:
            with services().engine.begin() as connection:
                absent = _account(request.form.get("absent", "")) if access.actor().is_administrator else None
                substitute = _account(request.form.get("substitute", ""))
                wanted = _wanted(request.form)
                substitution.lend(connection, access.actor(), absent or _myself(), substitute, wanted)
        except Invalid as problem:
            return make_response(_page(request.form, str(problem)), problem.status)
        flash(_("Saved."), "success")
        return redirect(url_for("SubstitutesView.substitutes"))

    @expose("/<int:number>/end", methods=["POST"])
    @signed_in
    def end(self, number: int) -> Any:
        with services().engine.begin() as connection:
            ended = substitution.end(connection, access.actor(), number)
        flash(_("The rights are taken back.") if ended else _("This has ended already."), "success")
        return redirect(url_for("SubstitutesView.substitutes"))

    @expose("/<int:number>/begin", methods=["POST"])
    @signed_in
    def begin(self, number: int) -> Any:
        try:
            with services().engine.begin() as connection:
                substitution.begin(connection, access.actor(), number)
        except Invalid as problem:
            flash(str(problem), "danger")
            return redirect(url_for("SubstitutesView.substitutes"))
        return redirect("/")

    @expose("/stop", methods=["POST"])
    @signed_in
    def stop(self) -> Any:
        substitution.stop()
        return redirect(safe_next(request.form.get("next"), url_for("SubstitutesView.substitutes")))


def _page(typed: Mapping[str, str], sentence: str) -> str:
    actor, connection = access.actor(), access.overlay()
    everybodys = actor.is_administrator
    found = (
        substitution.everybodys(connection)
        if everybodys
        else substitution.of_person(connection, actor.user_id or 0)
    )
    names = _names({one.absent_id for one in found} | {one.substitute_id for one in found})
    return render_template(
        "account/substitutes.html", lines=[_line(one, names) for one in found], typed=typed, sentence=sentence,
        today=today().isoformat(), may_lend_for_others=everybodys, chosen=_chosen(typed),
    )  # fmt: skip


def _line(one: Substitution, names: Mapping[int, str]) -> dict[str, Any]:
    mine = access.actor().user_id
    return {
        "id": one.id,
        "absent": names.get(one.absent_id, "–"),
        "substitute": names.get(one.substitute_id, "–"),
        "since": format_date(one.since, "short"),
        "until": format_date(one.until, "short"),
        "reason": one.reason,
        "is_on": one.is_on(today()),
        "may_begin": one.substitute_id == mine and one.is_on(today()),
    }


def _names(user_ids: set[int]) -> dict[int, str]:
    users = overlay_session().execute(select(User).where(User.id.in_(user_ids))).scalars()
    return {user.id: called(user) for user in users}


def _chosen(typed: Mapping[str, str]) -> dict[str, str]:
    """What the two boxes show again after a mistake."""
    return {
        name: called(user) for name in ("absent", "substitute") if (user := _account(typed.get(name, "")))
    }


def _account(username: str) -> Any:
    found = current_app.appbuilder.sm.find_user(username=username[:64]) if username else None  # type: ignore[attr-defined]
    return found or None


def _myself() -> Any:
    return current_user._get_current_object()  # noqa: SLF001 the account behind flask-login's proxy


def _wanted(form: Mapping[str, str]) -> Substitution:
    reason = form.get("reason", "").strip()
    return Substitution(0, 0, 0, _day(form.get("since", "")), _day(form.get("until", "")), reason)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise Invalid(_("Give both days, each as 2026-01-31.")) from error


def _suggestions(typed: str) -> list[dict[str, str]]:
    """Active accounts by the beginning of their user name or names."""
    found = (
        select(User).where(User.active, User.id != current_user.id).order_by(User.username).limit(SUGGESTIONS)
    )
    if typed:
        columns = (User.username, User.first_name, User.last_name)
        found = found.where(or_(*(column.startswith(typed, autoescape=True) for column in columns)))
    users = overlay_session().execute(found).scalars()
    return [{"value": user.username, "text": called(user), "sub": user.username} for user in users]
