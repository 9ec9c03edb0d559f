"""HandOverView: what people who left still own, by entity, and handing it to somebody else in batches with progress."""

from __future__ import annotations

from typing import Any

from flask import make_response, redirect, render_template, request, url_for
from flask_appbuilder import BaseView, expose
from flask_babel import gettext as _
from sqlalchemy import select

from app.errors import Invalid
from app.extensions import services
from app.i18n import language
from models import access
from models import hand_over as handing
from models.organisation import names_of, staff_table
from models.wiring.nouns import Entity
from views.people.gate import VIEW, may_link
from views.people.organisation import owned_list
from views.records.listing import total_text

SHOWN = 200


class HandOverView(BaseView):
    """People who left, what is theirs, and hand-overs under way."""

    route_base = "/hand-over"
    class_permission_name = VIEW
    default_view = "people"

    @expose("/")
    @may_link
    def people(self) -> Any:
        """Those who left; with ?giver= what one person owns, whoever that is."""
        giver = request.args.get("giver", "").strip()[:64]
        return render_template("people/hand_over.html", **(_of_person(giver) if giver else _leavers()))

    @expose("/start", methods=["POST"])
    @may_link
    def start(self) -> Any:
        giver = request.form.get("giver", "").strip()[:64]
        taker = request.form.get("taker", "").strip()[:64]
        try:
            entity = _entity(request.form.get("entity", ""))
            with services().engine.begin() as connection:
                number = handing.start(connection, access.actor(), entity, giver, taker)
        except Invalid as problem:
            page = render_template(
                "people/hand_over.html", **_of_person(giver), sentence=str(problem), taker=taker
            )
            return make_response(page, problem.status)
        return redirect(url_for("HandOverView.run", number=number))

    @expose("/run/<int:number>", methods=["GET", "POST"])
    @may_link
    def run(self, number: int) -> Any:
        """How far it is; a POST takes the next step."""
        if request.method == "POST":
            handing.step(access.records(), handing.run_with(access.overlay(), number))
        with services().engine.connect() as connection:
            run = handing.run_with(connection, number)
        partly = request.method == "POST" and "HX-Request" in request.headers
        page = "people/_hand_over_run.html" if partly else "people/hand_over_run.html"
        return render_template(page, **_of_run(run))

    @expose("/run/<int:number>/back", methods=["POST"])
    @may_link
    def back(self, number: int) -> Any:
        with services().engine.begin() as connection:
            handing.turn_back(connection, access.actor(), handing.run_with(connection, number))
        return redirect(url_for("HandOverView.run", number=number))


def _leavers() -> dict[str, Any]:
    table = staff_table.c
    left = select(table.code, table.name, table.left_on).where(table.left_on.is_not(None))
    found = access.overlay().execute(left.order_by(table.left_on.desc(), table.code).limit(SHOWN))
    return {"leavers": list(found), "giver": ""}


def _of_person(giver: str) -> dict[str, Any]:
    """What somebody owns, counted as lists count, and what was handed over already."""
    lines = []
    for entity in handing.owned_entities(access.policy()):
        number = total_text(entity, handing.query(entity, giver))
        if number != "0":
            lines.append((entity, _label(entity), number or "?", owned_list(entity, giver)))
    runs = [_of_run(run) for run in handing.runs_of(access.overlay(), giver)]
    name = names_of(access.overlay(), [giver]).get(giver, giver)
    return {"giver": giver, "name": name, "lines": lines, "runs": runs}


def _of_run(run: handing.Run) -> dict[str, Any]:
    names = names_of(access.overlay(), [run.giver, run.taker])
    entity = access.catalogue().get(run.entity)
    return {
        "run": run,
        "giver_name": names.get(run.giver, run.giver),
        "taker_name": names.get(run.taker, run.taker),
        "label": _label(entity) if entity else run.entity,
        "state": _states().get(run.state, run.state),
        "url": url_for("HandOverView.run", number=run.id),
    }


def _states() -> dict[str, str]:
    return {
        handing.GOING: _("under way"),
        handing.DONE: _("done"),
        handing.BACK: _("being taken back"),
        handing.TAKEN_BACK: _("taken back"),
    }


def _entity(name: str) -> Entity:
    found = {entity.name: entity for entity in handing.owned_entities(access.policy())}.get(name)
    if found is None:
        raise Invalid(_("Choose one of the lists."))
    return found


def _label(entity: Entity) -> str:
    return entity.label.text(language()) or entity.name
