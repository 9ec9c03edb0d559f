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
from models.hand_over import runs
from models.hand_over.tables import BACK, Run
from models.organisation import names_of, staff_table
from models.wiring.nouns import Entity
from rules import heartbeat
from views.people import hand_over_words as words
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
                number = runs.start(connection, access.actor(), entity, giver, taker)
        except Invalid as problem:
            page = render_template(
                "people/hand_over.html", **_of_person(giver), sentence=str(problem), taker=taker
            )
            return make_response(page, problem.status)
        return redirect(url_for("HandOverView.run", number=number))

    @expose("/run/<int:number>")
    @may_link
    def run(self, number: int) -> Any:
        """How far it is; while it goes on the page asks again."""
        run = runs.run_with(access.overlay(), number)
        context = {**_of_run(run), "left": left_lines(run), "stands_still": _stands_still(run)}
        return render_template("people/hand_over_run.html", **context)

    @expose("/run/<int:number>/<any(stop, go, back):what>", methods=["POST"])
    @may_link
    def turn(self, number: int, what: str) -> Any:
        """Stop it, let it go on, or take it back."""
        do = {"stop": runs.stop, "go": runs.go_on, "back": runs.turn_back}[what]
        with services().engine.begin() as connection:
            do(connection, access.actor(), runs.run_with(connection, number))
        return redirect(url_for("HandOverView.run", number=number))


def _leavers() -> dict[str, Any]:
    table = staff_table.c
    left = select(table.code, table.name, table.left_on).where(table.left_on.is_not(None))
    found = access.overlay().execute(left.order_by(table.left_on.desc(), table.code).limit(SHOWN))
    return {"leavers": list(found), "giver": ""}


def _of_person(giver: str) -> dict[str, Any]:
    """What somebody owns, counted as lists count, and what was handed over already."""
    lines = []
    for entity in runs.owned_entities(access.policy()):
        number = total_text(entity, runs.query(entity, giver))
        if number != "0":
            lines.append((entity, _label(entity), number or "?", owned_list(entity, giver)))
    before = [_of_run(run) for run in runs.runs_of(access.overlay(), giver)]
    name = names_of(access.overlay(), [giver]).get(giver, giver)
    return {"giver": giver, "name": name, "lines": lines, "runs": before}


def _of_run(run: Run) -> dict[str, Any]:
    names = names_of(access.overlay(), [run.giver, run.taker])
    entity = access.catalogue().get(run.entity)
    return {
        "run": run,
        "giver_name": names.get(run.giver, run.giver),
        "taker_name": names.get(run.taker, run.taker),
        "label": _label(entity) if entity else run.entity,
        "state": words.states().get(run.state, run.state),
        "why": words.halts().get(run.reason, ""),
        "progress": _progress(run),
        "url": url_for("HandOverView.run", number=run.id),
    }


def _progress(run: Run) -> tuple[int, int] | None:
    """(done, all) while it goes on; None where nobody knows how many there are."""
    if runs.way_of(run) == BACK:
        done, expected = run.returned + run.refused, run.handed
    else:
        done, expected = run.handed + run.refused, run.expected or 0
    return (min(done, expected), expected) if expected and (run.is_going or run.is_stopped) else None


def left_lines(run: Run) -> list[dict[str, str]]:
    """Records that stayed as they are, each with the reason and where it is looked at."""
    rows = runs.left_of(access.overlay(), run) if run.refused else []
    can_open = run.entity in access.catalogue().entities
    return [
        {
            "record": row["record"],
            "why": words.left(row["code"]) or row["text"],
            "url": url_for("RecordView.show", entity=run.entity, token=row["record"]) if can_open else "",
        }
        for row in rows
    ]


def _stands_still(run: Run) -> bool:
    """Nobody works it off: no runner has given a sign of life lately."""
    beat = heartbeat.last_beat(access.overlay()) if run.is_going else None
    return run.is_going and (beat is None or beat.is_late)


def _entity(name: str) -> Entity:
    found = {entity.name: entity for entity in runs.owned_entities(access.policy())}.get(name)
    if found is None:
        raise Invalid(_("Choose one of the lists."))
    return found


def _label(entity: Entity) -> str:
    return entity.label.text(language()) or entity.name
