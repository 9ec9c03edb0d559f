"""UnitsView: the organisation kept by hand, one unit at a time. Every step is one form and one entry in the audit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import flash, jsonify, make_response, redirect, render_template, request, url_for
from flask_appbuilder import BaseView, expose
from flask_babel import gettext as _
from sqlalchemy import Connection

from app.clock import today
from app.errors import Invalid, NotVisible
from app.extensions import services
from models import access, audit
from models import organisation_hand as hand
from models.organisation import names_of
from views.numbers import whole
from views.people import units
from views.people.gate import VIEW, may_link

Texts = Mapping[str, str]


class UnitsView(BaseView):
    """Units, their people and their positions."""

    route_base = "/organisation"
    class_permission_name = VIEW
    default_view = "units"

    @expose("/")
    @may_link
    def units(self) -> Any:
        return _page(request.args.get("unit", ""), {}, "")

    @expose("/look-up")
    @may_link
    def look_up(self) -> Any:
        return jsonify(units.suggestions(request.args.get("q", "").strip()[:64]))

    @expose("/do/<step>", methods=["POST"])
    @may_link
    def do(self, step: str) -> Any:
        """One step on one unit; what was typed comes back with the sentence when it cannot be done."""
        work = STEPS.get(step)
        if work is None:
            raise NotVisible(_("There is nothing here. Check the address or go back."))
        code, texts = request.args.get("unit", ""), _typed()
        try:
            with services().engine.begin() as connection:
                shown = work(connection, code, texts)
                told = {"step": step} | {name: text for name, text in texts.items() if text}
                audit.note(
                    connection, access.actor(), "@rights", "organisation", record=code, title=code, after=told
                )
        except Invalid as problem:
            return make_response(_page(code, texts, str(problem), step), problem.status)
        flash(_("Saved."), "success")
        return redirect(url_for("UnitsView.units", unit=shown or None))


def _typed() -> dict[str, str]:
    names = ("code", "name", "parent", "head", "employee", "main", "position", "title", "holder")
    return {name: request.form.get(name, "").strip()[:255] for name in names}


def _page(code: str, typed: Texts, sentence: str, step: str = "") -> str:
    context = units.page(code, request.args.get("q", "").strip()[:64])
    people = {typed.get(name, "") for name in ("head", "employee", "holder")} - {""}
    above = context["above"][-1] if context["above"] else None
    return render_template(
        "people/units.html",
        typed=typed,
        sentence=sentence,
        step=step,
        direct=above,
        trail=_trail(context),
        chosen=names_of(access.overlay(), people) | units.chosen({typed.get("parent", "")} - {""}),
        **context,
    )


def _trail(context: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Where the page is: the people, the top of the tree, the units above."""
    start = [(_("People"), url_for("PeopleView.people"))]
    if context["unit"] is None:
        return start
    start.append((_("Organisation"), url_for("UnitsView.units")))
    return start + [(one.name, url_for("UnitsView.units", unit=one.code)) for one in context["above"]]


def _add(connection: Connection, unit: str, texts: Texts) -> str:
    hand.add_unit(connection, texts["code"], texts["name"], unit, texts["head"])
    return unit


def _change(connection: Connection, unit: str, texts: Texts) -> str:
    hand.change_unit(connection, unit, texts["name"], texts["parent"], texts["head"])
    return unit


def _close(connection: Connection, unit: str, _texts: Texts) -> str:
    hand.close_unit(connection, unit, today())
    return unit


def _reopen(connection: Connection, unit: str, _texts: Texts) -> str:
    hand.reopen_unit(connection, unit)
    return unit


def _person(connection: Connection, unit: str, texts: Texts) -> str:
    hand.required_unit(connection, unit)
    hand.add_person(connection, texts["code"], texts["name"], unit)
    return unit


def _seat(connection: Connection, unit: str, texts: Texts) -> str:
    hand.seat(connection, texts["employee"], unit, is_main=texts["main"] == "1")
    return unit


def _unseat(connection: Connection, unit: str, texts: Texts) -> str:
    hand.unseat(connection, texts["employee"], unit)
    return unit


def _post(connection: Connection, unit: str, texts: Texts) -> str:
    hand.add_position(connection, unit, texts["title"], texts["holder"])
    return unit


def _fill(connection: Connection, unit: str, texts: Texts) -> str:
    hand.fill_position(connection, unit, whole(texts["position"]) or 0, texts["holder"])
    return unit


def _remove(connection: Connection, unit: str, texts: Texts) -> str:
    hand.remove_position(connection, unit, whole(texts["position"]) or 0)
    return unit


STEPS: dict[str, Callable[[Connection, str, Texts], str]] = {
    "add": _add,
    "change": _change,
    "close": _close,
    "reopen": _reopen,
    "person": _person,
    "seat": _seat,
    "unseat": _unseat,
    "position": _post,
    "fill": _fill,
    "remove-position": _remove,
}
"""What can be done on the page; each returns the unit that is shown next."""
