"""WiringView: choose tables, correct what is suggested, look at real rows, publish; versions and the way back."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, request, url_for
from flask_appbuilder import BaseView, expose
from flask_babel import gettext as _

from app.errors import Invalid, NotVisible, Stale
from app.extensions import services
from models.wiring import draft as drafts
from models.wiring import store
from models.wiring.diff import changes_between, differences
from models.wiring.merge import stamp, stamp_of
from models.wiring.nouns import Entity
from models.wiring.textform import to_yaml
from views.numbers import whole
from views.records import watermark
from views.wiring import carrying, detail, examine, form, listing, preview, publishing
from views.wiring.access import may_wire
from views.wiring.desk import desk
from views.wiring.pages import page
from views.wiring.schema import cache


class WiringView(BaseView):
    """Pages under /wiring/ for those who hold "can_wire" on "Wiring"."""

    route_base = "/wiring"
    class_permission_name = "Wiring"
    default_view = "tables"

    @expose("/")
    @may_wire
    def tables(self) -> Any:
        with desk() as mine:
            context = listing.context(mine, listing.asked())
            partial = request.headers.get("HX-Target") == "tables"
            return page("wiring/_tables.html" if partial else "wiring/tables.html", **context)

    @expose("/choose", methods=["POST"])
    @may_wire
    def choose(self) -> Any:
        wanted = listing.asked()
        with desk(alone=True) as mine:
            known = mine.known.facts.tables
            shown = [name for name in request.form.getlist("shown") if name in known]
            ticked = [name for name in request.form.getlist("chosen") if name in known]
            action = request.form.get("action", "save")
            if action in {"all", "none"}:
                shown = listing.matching(mine, wanted)
                ticked = shown if action == "all" else []
            ticked, unticked = (
                _changed_ticks(shown, ticked)
                if action in {"save", "next"}
                else (
                    ticked,
                    [name for name in shown if name not in set(ticked)],
                )
            )
            drafts.keep_choice(mine.connection, mine.draft, mine.current, ticked, unticked)
        go_on = url_for("WiringView.examine") if action == "next" else wanted.url(page=wanted.page)
        return redirect(go_on)

    @expose("/examine", methods=["GET", "POST"])
    @may_wire
    def examine(self) -> Any:
        given = request.values.get("total", "0")
        with desk() as mine:
            waiting = len(mine.draft.pending)
            total = int(given) if given.isdecimal() and len(given) < 7 else waiting
            progress = examine.step(mine, total) if request.method == "POST" else examine.Progress(0, waiting)
        if progress.is_finished:
            return self._onward(url_for("WiringView.review"))
        partial = bool(request.headers.get("HX-Request")) and request.method == "POST"
        template = "wiring/_progress.html" if partial else "wiring/examine.html"
        return page(template, progress=progress)

    def _onward(self, url: str) -> Any:
        """To the next page, also from inside a partial."""
        if request.headers.get("HX-Request"):
            return Response(status=204, headers={"HX-Redirect": url})
        return redirect(url)

    @expose("/table", methods=["GET", "POST"])
    @may_wire
    def table(self) -> Any:
        with desk(alone=request.method == "POST") as mine:
            facts = detail.table_of(mine, request.args.get("table", ""))
            if request.method == "GET":
                return page("wiring/table.html", **detail.context(mine, facts))
            before = mine.entity(facts.name) or mine.suggested(mine.suggestion(facts.name))
            entity, problems = form.read_form(mine, facts, before)
            if problems:
                context = detail.context(mine, facts, entity, " ".join(problems))
                return page("wiring/table.html", **context), 400
            if request.form.get("seen", "") != stamp(mine.entity(facts.name)):
                context = detail.context(mine, facts, entity, _changed_elsewhere(before, entity))
                return page("wiring/table.html", **context), 409
            mine.keep(entity)
        flash(_("Kept in your draft. It is in force once you publish it."), "success")
        following = request.form.get("then", "")
        return redirect(url_for("WiringView.review") if following == "review" else request.full_path)

    @expose("/preview")
    @may_wire
    def preview(self) -> Any:
        with desk() as mine:
            facts = detail.table_of(mine, request.args.get("table", ""))
            entity = mine.entity(facts.name) or mine.suggested(mine.suggestion(facts.name))
            return page("wiring/_preview.html", **preview.context(mine.connection, entity))

    @expose("/review")
    @may_wire
    def review(self) -> Any:
        with desk() as mine:
            lines, reviewed = differences(mine.current, mine.wanted), stamp_of(mine.wanted)
            return page("wiring/review.html", desk=mine, lines=lines, draft=mine.draft, reviewed=reviewed)

    @expose("/publish", methods=["POST"])
    @may_wire
    def publish(self) -> Any:
        try:
            with desk(alone=True) as mine:
                note, reviewed = request.form.get("note", "").strip()[:500], request.form.get("reviewed", "")
                saved = publishing.publish(mine, note, reviewed)
        except (Stale, Invalid) as problem:
            flash(str(problem), "danger")
            return redirect(url_for("WiringView.review"))
        with services().engine.begin() as connection:
            publishing.take_effect(connection)
        flash(_("Version %(version)s is in force.", version=saved.version), "success")
        return redirect(url_for("WiringView.versions"))

    @expose("/take-over", methods=["POST"])
    @may_wire
    def take_over(self) -> Any:
        """Carry the draft to the newest version, with what others published; contradictions are asked about."""
        marked = {
            name.partition(".")[2]: value
            for name, value in request.form.items()
            if name.startswith("choice.")
        }
        with desk(alone=True) as mine:
            left = carrying.carry(mine, marked)
            if left:
                return page("wiring/conflicts.html", conflicts=left), 409
        return redirect(url_for("WiringView.review"))

    @expose("/discard", methods=["POST"])
    @may_wire
    def discard(self) -> Any:
        with desk() as mine:
            drafts.discard(mine.connection, mine.author)
        flash(_("Your draft is gone. What is published stays as it is."), "success")
        return redirect(url_for("WiringView.tables"))

    @expose("/read-again", methods=["POST"])
    @may_wire
    def read_again(self) -> Any:
        cache().forget()
        flash(_("The schema was read again."), "success")
        return redirect(url_for("WiringView.tables"))

    @expose("/versions/")
    @may_wire
    def versions(self) -> Any:
        with desk() as mine:
            return page("wiring/versions.html", versions=store.history(mine.connection), current=mine.current)

    @expose("/versions/<int:number>")
    @may_wire
    def version(self, number: int) -> Any:
        with desk() as mine:
            chosen = store.load(mine.connection, number)
            details = next((v for v in store.history(mine.connection, 10_000) if v.version == number), None)
            if details is None:
                raise NotVisible(
                    _("There is no wiring version %(number)s. Choose one from the list.", number=number)
                )
            before = store.load(mine.connection, details.based_on)
            lines = differences(before, chosen)
            return page("wiring/version.html", details=details, lines=lines, current=mine.current)

    @expose("/versions/<int:number>.yaml")
    @may_wire
    def as_text(self, number: int) -> Any:
        with desk() as mine:
            text = to_yaml(store.load(mine.connection, number))
        mark = watermark.audited("@wiring", record=str(number))
        headers = {"Content-Disposition": f"attachment; filename=wiring-{number}.yaml"}
        headers[watermark.HEADER] = mark.header
        return Response(f"# {watermark.sentence(mark)}\n{text}", mimetype="application/yaml", headers=headers)

    @expose("/versions/<int:number>/bring-back", methods=["POST"])
    @may_wire
    def bring_back(self, number: int) -> Any:
        with desk() as mine:
            publishing.try_out(store.load(mine.connection, number))
            seen = whole(request.form.get("current", "")) or mine.current.version
            saved = store.bring_back(mine.connection, number, seen, mine.author)
        with services().engine.begin() as connection:
            publishing.take_effect(connection)
        flash(_("Version %(version)s is in force.", version=saved.version), "success")
        return redirect(url_for("WiringView.versions"))


def _changed_ticks(shown: list[str], ticked: list[str]) -> tuple[list[str], list[str]]:
    """(ticked, unticked) by this person on this page: what another window changed meanwhile stays."""
    if "was" not in request.form:
        return ticked, [name for name in shown if name not in set(ticked)]
    was = set(request.form["was"].split("\x1f"))
    return [n for n in ticked if n not in was], [n for n in shown if n in was and n not in set(ticked)]


def _changed_elsewhere(theirs: Entity, mine: Entity) -> str:
    """The sentence above a form whose table was changed in another window."""
    lines = " ".join(line.text for line in list(changes_between(theirs, mine))[:12])
    return str(
        _(
            "This table was changed in another window since you opened this form. Keep it again to let yours count: %(lines)s",
            lines=lines or _("nothing differs."),
        )
    )
