"""PersonsView: the list, the form, a request with its preview, the second person's word, and the file."""

from __future__ import annotations

from typing import Any, ClassVar

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask_appbuilder import BaseView, expose
from flask_babel import gettext as _

from app.errors import Invalid, NotVisible
from app.extensions import services
from models import access
from models.persons import DECIDE, DELETE, REQUEST, VIEW, requests
from models.persons.requests import Request
from views import approvals
from views.persons import desk, file
from views.persons.access import anybody, asking, deciding
from views.records import watermark

CHOICE = "choice."


class PersonsView(BaseView):
    """Requests of persons."""

    route_base = "/persons"
    class_permission_name = VIEW
    default_view = "list"
    base_permissions: ClassVar[list[str]] = [REQUEST, DECIDE, DELETE]

    @expose("/")
    @anybody
    def list(self) -> Any:
        return render_template("persons/list.html", lines=desk.lines(), may_ask=asking.is_open())

    @expose("/new", methods=["GET", "POST"])
    @asking
    def new(self) -> Any:
        sentence, status = "", 200
        if request.method == "POST":
            try:
                return redirect(url_for("PersonsView.show", number=desk.make(request.form)))
            except Invalid as problem:
                sentence, status = str(problem), problem.status
        page = render_template(
            "persons/new.html", sentence=sentence, typed=request.form, **desk.start_context(request.values)
        )
        return make_response(page, status)

    @expose("/<int:number>")
    @anybody
    def show(self, number: int) -> Any:
        return render_template("persons/request.html", **desk.context(desk.one(number)))

    @expose("/<int:number>/hand-in", methods=["POST"])
    @asking
    def hand_in(self, number: int) -> Any:
        found = _own(number)
        typed = request.form.items()
        choices = {name.removeprefix(CHOICE): text for name, text in typed if name.startswith(CHOICE)}
        try:
            with services().engine.begin() as connection:
                state = requests.hand_in(
                    connection, access.actor(), found, choices, services().config.approval_days
                )
                approvals.tell_asked(
                    connection, requests.approval_of(number), url_for("PersonsView.show", number=number)
                )
        except Invalid as problem:
            page = render_template("persons/request.html", sentence=str(problem), **desk.context(found))
            return make_response(page, problem.status)
        flash(
            _("The file is ready.")
            if state == requests.READY
            else _("Handed in. A second person decides now."),
            "success",
        )
        return _back(number)

    @expose("/<int:number>/decide", methods=["POST"])
    @deciding
    def decide(self, number: int) -> Any:
        found = desk.one(number)
        try:
            word = approvals.decide(requests.approval_of(number), url_for("PersonsView.show", number=number))
        except Invalid as problem:
            page = render_template("persons/request.html", sentence=str(problem), **desk.context(found))
            return make_response(page, problem.status)
        is_approved = approvals.is_approved(word)
        flash(_("Approved. It is worked off within a minute.") if is_approved else _("Refused."), "success")
        return _back(number)

    @expose("/<int:number>/cancel", methods=["POST"])
    @asking
    def cancel(self, number: int) -> Any:
        found = _own(number)
        with services().engine.begin() as connection:
            requests.cancel(connection, access.actor(), found)
        flash(_("Given up. What was looked for is forgotten."), "success")
        return redirect(url_for("PersonsView.list"))

    @expose("/<int:number>/file.<kind>")
    @asking
    def file(self, number: int, kind: str) -> Any:
        found = _own(number)
        if found.state != requests.READY or kind not in {"json", "html"}:
            raise NotVisible(_("There is no file. Hand the request in first."))
        mark, held = file.taken(found, kind)
        text, kind_of = (
            (file.as_json(held), "application/json") if kind == "json" else (file.as_html(held), "text/html")
        )
        answer = Response(text, mimetype=kind_of)
        answer.headers["Content-Disposition"] = f"attachment; filename=person-{number}.{kind}"
        answer.headers[watermark.HEADER] = mark.header
        return answer


def _own(number: int) -> Request:
    """A request of one's own: those of others are not there, whoever may decide them. Raises NotVisible."""
    return requests.one(access.overlay(), access.actor(), number)


def _back(number: int) -> Any:
    return redirect(url_for("PersonsView.show", number=number))
