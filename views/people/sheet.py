"""SheetView: the organisation out of a spreadsheet, uploaded, looked at, and put in place."""

from __future__ import annotations

from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_appbuilder import BaseView, expose
from flask_babel import gettext as _
from flask_babel import ngettext

from app.errors import Invalid
from app.extensions import services
from models import access, audit, spreadsheet
from models import organisation_sheet as kept
from models.organisation_plan import plan
from views.people import organisation
from views.people.gate import VIEW, may_link

MISTAKES_SHOWN = 100


class SheetView(BaseView):
    """One file of units, people, or both."""

    route_base = "/organisation/sheet"
    class_permission_name = VIEW
    default_view = "sheet"

    @expose("/", methods=["GET", "POST"])
    @may_link
    def sheet(self) -> Any:
        """Upload, and the preview of what was uploaded."""
        sentence = ""
        mistakes: tuple[str, ...] = ()
        if request.method == "POST":
            try:
                mistakes = _upload()
                if not mistakes:
                    return redirect(url_for("SheetView.sheet"))
            except Invalid as problem:
                sentence = str(problem)
        page = render_template(
            "people/sheet.html",
            sentence=sentence,
            mistakes=mistakes[:MISTAKES_SHOWN],
            number=len(mistakes),
            **({} if sentence or mistakes else _preview()),
        )
        return make_response(page, 400 if sentence or mistakes else 200)

    @expose("/apply", methods=["POST"])
    @may_link
    def apply(self) -> Any:
        """Put it in place, or drop it."""
        user = access.actor().user_id or 0
        if request.form.get("step") == "drop":
            with services().engine.begin() as connection:
                kept.forget(connection, user)
            return redirect(url_for("SheetView.sheet"))
        try:
            self._apply(user)
        except Invalid as problem:
            flash(str(problem), "danger")
            return redirect(url_for("SheetView.sheet"))
        return redirect(url_for("UnitsView.units"))

    def _apply(self, user: int) -> None:
        with services().engine.begin() as connection:
            found = kept.uploaded(connection, user)
            if found is None:
                raise Invalid(_("Nothing was uploaded. Choose a file first."))
            changes = kept.put_in_place(connection, found[1])
            kept.forget(connection, user)
            audit.note(
                connection, access.actor(), "@rights", "organisation", title=found[0], after=changes.numbers
            )
        flash(_("The organisation is as the file says."), "success")
        closed = organisation.close(changes.leaves) if request.form.get("close") == "1" else 0
        if closed:
            flash(ngettext("%(num)s account closed.", "%(num)s accounts closed.", closed), "success")


def _upload() -> tuple[str, ...]:
    """Keep the files that were sent, or say what is wrong with them. Raises Invalid."""
    files = [one for one in request.files.getlist("file") if one.filename]
    if not files:
        raise Invalid(_("Choose a file first."))
    sheets = [sheet for one in files for sheet in spreadsheet.read(one.filename or "", one.read())]
    with services().engine.begin() as connection:
        tree = kept.read(connection, sheets)
        if not tree.mistakes:
            names = ", ".join(one.filename or "" for one in files)
            kept.keep(connection, access.actor().user_id or 0, names, tree)
    return tree.mistakes


def _preview() -> dict[str, Any]:
    """What people/sheet.html draws of what was uploaded; nothing where nothing was."""
    found = kept.uploaded(access.overlay(), access.actor().user_id or 0)
    if found is None:
        return {}
    changes = plan(access.overlay(), *kept.whole(access.overlay(), found[1]))
    return {"name": found[0], **organisation.context(changes)}
