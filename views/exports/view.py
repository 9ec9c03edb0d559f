"""ExportsView: my exports and requests, requests that wait for approval, and for auditors all exports and shown values."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_appbuilder import BaseView, expose
from flask_babel import gettext as _

from app.errors import Invalid, NotVisible
from app.extensions import services
from models import access, export_requests, exports
from models.export_requests import Request
from views import approvals as deciding
from views.access import signed_in
from views.audit.access import may_look
from views.exports import desk
from views.exports.access import is_approver, may_approve

SIZE = 50


class ExportsView(BaseView):
    """What left, what waits, and who decides."""

    route_base = "/exports"
    class_permission_name = export_requests.VIEW
    default_view = "mine"

    @expose("/")
    @signed_in
    def mine(self) -> Any:
        asked = export_requests.of_person(access.overlay(), access.actor())
        runs = exports.latest(access.overlay(), access.actor())
        lines = {"requests": [desk.request_line(one) for one in asked], "runs": desk.run_lines(runs)}
        return render_template("exports/mine.html", **lines)

    @expose("/requests")
    @may_approve
    def requests(self) -> Any:
        waiting, decided = (
            [desk.request_line(one) for one in found if desk.entity_of(one.wanted.entity)]
            for found in (
                export_requests.waiting(access.overlay()),
                export_requests.decided(access.overlay()),
            )
        )
        return render_template("exports/requests.html", waiting=waiting, decided=decided)

    @expose("/requests/<number>")
    @signed_in
    def show(self, number: str) -> Any:
        return _page(_visible(number))

    @expose("/requests/<number>/decide", methods=["POST"])
    @may_approve
    def decide(self, number: str) -> Any:
        found = _visible(number)
        try:
            decided = deciding.decide(number, url_for("ExportsView.show", number=number))
        except Invalid as problem:
            return _page(found, str(problem), problem.status)
        flash(_("Approved.") if deciding.is_approved(decided) else _("Refused."), "success")
        return redirect(url_for("ExportsView.requests"))

    @expose("/requests/<number>/withdraw", methods=["POST"])
    @signed_in
    def withdraw(self, number: str) -> Any:
        with services().engine.begin() as connection:
            is_done = export_requests.withdraw(connection, access.actor(), number)
        if not is_done:
            raise _nothing()
        flash(_("Withdrawn."), "success")
        return redirect(url_for("ExportsView.mine"))

    @expose("/all")
    @may_look
    def everybodys(self) -> Any:
        found = exports.everybodys(access.overlay(), SIZE + 1, _below())
        page = found[:SIZE]
        more = ""
        if len(found) > SIZE:
            more = url_for("ExportsView.everybodys", at=page[-1].started_at.isoformat(), below=page[-1].id)
        first = url_for("ExportsView.everybodys") if request.args.get("below") else ""
        return render_template("exports/all.html", runs=desk.run_lines(page), next_url=more, first_url=first)

    @expose("/unmasked")
    @may_look
    def unmasked(self) -> Any:
        return render_template("exports/unmasked.html", people=desk.unmask_counts(), days=desk.DAYS)


def _page(found: Request, sentence: str = "", status: int = 200) -> Any:
    own = found.approval.user_id == access.actor().user_id
    can_decide = is_approver() and found.approval.may_be_decided_by(access.actor())
    page = render_template(
        "exports/request.html", line=desk.request_line(found), can_decide=can_decide, is_own=own, sentence=sentence,
        typed=request.form.get("sentence", ""), runs=desk.run_lines(_runs(found)),
    )  # fmt: skip
    return make_response(page, status)


def _runs(found: Request) -> Any:
    return exports.of_request(access.overlay(), [found.id]).get(found.id, [])


def _visible(number: str) -> Request:
    """One's own; others for approvers and auditors who may see the entity. Raises NotVisible."""
    found = export_requests.with_id(access.overlay(), number)
    if found is None:
        raise _nothing()
    is_own = found.approval.user_id == access.actor().user_id
    may_know = (is_approver() or may_look.is_open()) and desk.entity_of(found.wanted.entity) is not None
    if not is_own and not may_know:
        raise _nothing()
    return found


def _nothing() -> NotVisible:
    return NotVisible(_("There is nothing here. Check the address or go back."))


def _below() -> tuple[datetime, str] | None:
    """Where the next page begins. Raises Invalid for an address that somebody wrote."""
    at, number = request.args.get("at", ""), request.args.get("below", "")
    try:
        return (datetime.fromisoformat(at), number) if at and number else None
    except ValueError as error:
        raise Invalid(_("This page does not exist. Begin again with the first one.")) from error
