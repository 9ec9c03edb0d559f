"""PeopleView: administrators say which employee an account is; row scopes follow from that."""

from __future__ import annotations

from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask_appbuilder import BaseView, expose
from flask_babel import gettext as _
from flask_babel import ngettext

from app.errors import Invalid
from views.people import desk, organisation
from views.people.gate import VIEW, may_link


class PeopleView(BaseView):
    """Accounts, their employees and the organisation."""

    route_base = "/people"
    class_permission_name = VIEW
    default_view = "people"

    @expose("/")
    @may_link
    def people(self) -> Any:
        typed = request.args.get("q", "").strip()[:64]
        return render_template("people/people.html", people=desk.people(typed), q=typed, size=desk.size())

    @expose("/staff")
    @may_link
    def staff(self) -> Any:
        return jsonify(desk.suggestions(request.args.get("q", "").strip()[:64]))

    @expose("/link/<int:user_id>", methods=["POST"])
    @may_link
    def link(self, user_id: int) -> Any:
        try:
            desk.link(user_id, request.form.get("employee", "").strip()[:64])
        except Invalid as problem:
            flash(str(problem), "danger")
        else:
            flash(_("Saved."), "success")
        return redirect(url_for("PeopleView.people", q=request.form.get("q", "")))

    @expose("/organisation", methods=["GET", "POST"])
    @may_link
    def organisation(self) -> Any:
        try:
            if request.method == "GET":
                return render_template("people/organisation.html", **organisation.preview())
            units, closed = organisation.take_over(closes=request.form.get("close") == "1")
        except Invalid as problem:
            flash(str(problem), "danger")
        else:
            flash(ngettext("%(num)s unit read.", "%(num)s units read.", units), "success")
            if closed:
                flash(ngettext("%(num)s account closed.", "%(num)s accounts closed.", closed), "success")
        return redirect(url_for("PeopleView.people"))
