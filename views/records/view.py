"""RecordView: the pages of every published entity. Flask-AppBuilder registers it; the rows are the guard's.

One view serves all entities by address, so a newly published one needs no new routes: a wiring with 500 entities
costs a worker nothing here, and publishing is only the swap of the catalogue.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask_appbuilder import ModelView, expose
from flask_babel import gettext as _
from flask_babel import ngettext

from app.errors import Invalid, NotVisible
from models import access
from models.records import read, write
from models.wiring.nouns import Entity
from views.access import entity_access, entity_for, safe_next
from views.numbers import whole
from views.records import (
    bulk,
    download,
    export_asking,
    export_pages,
    form,
    history,
    list_page,
    listing,
    lookup,
    page,
    saved,
    sent,
    unmasking,
)
from views.records.interface import RecordInterface
from views.records.state import ListState, from_request


class RecordView(ModelView):
    """Lists, records and forms under /data/<entity>/."""

    datamodel = RecordInterface()
    route_base = "/data"
    class_permission_name = "Records"
    default_view = "list"
    include_route_methods = {
        "list", "panel", "show", "add", "edit", "delete", "export", "export_ask", "export_run", "exports", "export_progress", "export_cancel", "related", "history", "undo", "look_up",
        "download", "unmask", "bulk_edit", "bulk_delete", "save_view", "forget_view",
    }  # fmt: skip

    def _init_properties(self) -> None:
        """Nothing is worked out at start: columns, filters and forms belong to the request."""

    _init_forms = _init_titles = _init_properties

    def get_uninit_inner_views(self) -> list[Any]:
        """Related lists are part of the record page, not views of their own."""
        return []

    get_init_inner_views = get_uninit_inner_views

    @expose("/<entity>/list/")
    @entity_access("see")
    def list(self, entity: Entity) -> Any:
        seen = list_page.look(entity, from_request(entity))
        partial = request.headers.get("HX-Target") == "rows"
        drawn = list_page.drawn(seen, "records/_rows.html" if partial else "records/list.html")
        return drawn, 503 if seen.is_stopped else 200

    @expose("/<entity>/panel/<name>")
    @entity_access("see")
    def panel(self, entity: Entity, name: str) -> Any:
        if name not in listing.PANELS:
            raise NotVisible(_("There is nothing here. Check the address or go back."))
        context = listing.panel(entity, from_request(entity))
        return render_template(f"records/_{name}_panel.html", **context)

    @expose("/<entity>/show/<token>")
    @entity_access("see")
    def show(self, entity: Entity, token: str) -> Any:
        return page.drawn(page.opened(entity, token))

    @expose("/<entity>/add", methods=["GET", "POST"])
    @entity_access("create")
    def add(self, entity: Entity) -> Any:
        form.refuse_unfillable(entity)
        return form.add_post(entity) if request.method == "POST" else form.add_page(entity)

    @expose("/<entity>/edit/<token>", methods=["GET", "POST"])
    @entity_access("change")
    def edit(self, entity: Entity, token: str) -> Any:
        return form.edit_post(entity, token) if request.method == "POST" else form.edit_page(entity, token)

    @expose("/<entity>/delete/<token>", methods=["GET", "POST"])
    @entity_access("delete")
    def delete(self, entity: Entity, token: str) -> Any:
        if request.method == "GET":
            return self._ask_delete(entity, token)
        reason, row_hash = request.form.get("reason", ""), request.form.get("row_hash", "")
        gone = write.remove(access.records(), entity, token, row_hash, reason, once=sent.once())
        offer_undo(entity, [gone.change_id] if gone.change_id else [], _("Deleted."))
        return redirect(_list_url(entity))

    def _ask_delete(self, entity: Entity, token: str) -> str:
        record = read.get(access.records(), entity, token)
        return render_template(
            "records/delete.html", entity=entity, record=record, token=token, key=sent.new_key()
        )

    @expose("/<entity>/related/<token>/<other>/<relation>")
    @entity_access("see")
    def related(self, entity: Entity, token: str, other: str, relation: str) -> Any:
        child = entity_for(other, "see")
        link = child.relations.get(relation)
        if link is None or link.target != entity.name or not page.can_list(child, link):
            raise NotVisible(_("There is nothing here. Check the address or go back."))
        context = page.related_context(entity, token, child, link, request.args.get("cursor", ""))
        return render_template("records/_related.html", **context)

    @expose("/<entity>/history/<token>")
    @entity_access("see")
    def history(self, entity: Entity, token: str) -> Any:
        context = history.history_context(entity, token, whole(request.args.get("below", "")))
        return render_template("records/_history.html", **context)

    @expose("/<entity>/undo/<changes>", methods=["POST"])
    @entity_access("see")
    def undo(self, entity: Entity, changes: str) -> Any:
        taken_back, refused = bulk.undo(entity, changes)
        if taken_back:
            flash(_("Taken back."), "success")
        for sentence in refused[:5]:
            flash(sentence, "danger")
        return redirect(safe_next(request.form.get("next"), _list_url(entity)))

    @expose("/<entity>/look-up/<field>")
    @entity_access("see")
    def look_up(self, entity: Entity, field: str) -> Any:
        return jsonify(lookup.suggestions(entity, field, request.args.get("q", "").strip()[:100]))

    @expose("/<entity>/download/<token>/<field>")
    @entity_access("see")
    def download(self, entity: Entity, token: str, field: str) -> Any:
        return download.response(entity, token, field)

    @expose("/<entity>/unmask/<token>/<field>", methods=["POST"])
    @entity_access("unmask")
    def unmask(self, entity: Entity, token: str, field: str) -> Any:
        return unmasking.answer(entity, token, field)

    @expose("/<entity>/export/", methods=["GET", "POST"])
    @entity_access("export")
    def export(self, entity: Entity) -> Any:
        return export_asking.export(entity)

    @expose("/<entity>/exports/new", methods=["GET", "POST"])
    @entity_access("export")
    def export_ask(self, entity: Entity) -> Any:
        return (
            export_asking.request_approval(entity) if request.method == "POST" else export_asking.page(entity)
        )

    @expose("/<entity>/exports/run/<number>", methods=["POST"])
    @entity_access("export")
    def export_run(self, entity: Entity, number: str) -> Any:
        return export_asking.run(entity, number)

    @expose("/<entity>/exports/")
    @entity_access("export")
    def exports(self, entity: Entity) -> Any:
        return render_template("records/exports.html", **export_pages.context(entity))

    @expose("/<entity>/exports/<run>")
    @entity_access("export")
    def export_progress(self, entity: Entity, run: str) -> Any:
        return export_pages.progress(entity, run)

    @expose("/<entity>/exports/<run>/cancel", methods=["POST"])
    @entity_access("export")
    def export_cancel(self, entity: Entity, run: str) -> Any:
        return export_pages.cancel(entity, run)

    @expose("/<entity>/bulk-edit", methods=["POST"])
    @entity_access("change")
    def bulk_edit(self, entity: Entity) -> Any:
        chosen, step = bulk.tokens(), request.form.get("step", "")
        field = bulk.chosen_field(entity)
        bound = form.one_field(entity, field, request.form if step in {"preview", "save"} else None)
        context = {"entity": entity, "tokens": chosen, "fields": bulk.editable_fields(entity), "field": field,
                   "form": bound, "key": sent.new_key(), "lines": [], "list_url": _list_url(entity)}  # fmt: skip
        if field is None or step not in {"preview", "save"} or not bound.validate():
            return render_template("records/bulk_edit.html", **context)
        value = bound[field.name].parse(None)
        if step == "save":
            return self._bulk_done(entity, bulk.edit(entity, chosen, field.name, value))
        context["lines"] = bulk.preview(entity, chosen, field.name, value)
        return render_template("records/bulk_edit.html", **context)

    @expose("/<entity>/bulk-delete", methods=["POST"])
    @entity_access("delete")
    def bulk_delete(self, entity: Entity) -> Any:
        chosen = bulk.tokens()
        if request.form.get("step") == "save":
            return self._bulk_done(entity, bulk.delete(entity, chosen, request.form.get("reason", "")))
        rows = bulk.selected(entity, chosen, "delete")
        back = url_for("RecordView.list", entity=entity.name)
        return render_template(
            "records/bulk_delete.html", entity=entity, records=rows, key=sent.new_key(), list_url=back
        )

    def _bulk_done(self, entity: Entity, outcome: bulk.Outcome) -> Any:
        saved_text = ngettext("%(num)s record saved.", "%(num)s records saved.", len(outcome.change_ids))
        offer_undo(entity, outcome.change_ids, saved_text)
        for token, sentence in outcome.refused[:5]:
            flash(_("%(record)s: %(sentence)s", record=token, sentence=sentence), "warning")
        return redirect(_list_url(entity))

    @expose("/<entity>/views/save", methods=["POST"])
    @entity_access("see")
    def save_view(self, entity: Entity) -> Any:
        back = safe_next(request.form.get("next"), _list_url(entity))
        state = saved.applied(entity, saved.posted_state(entity))
        try:
            listing.usable(entity, state)
            number = saved.keep(entity, state, request.form.get("name", ""), shared="shared" in request.form)
        except Invalid as problem:
            flash(str(problem), "danger")
            return redirect(back)
        flash(_("View saved."), "success")
        return redirect(ListState(entity.name, view=str(number)).url())

    @expose("/<entity>/views/<int:number>/delete", methods=["POST"])
    @entity_access("see")
    def forget_view(self, entity: Entity, number: int) -> Any:
        saved.forget(entity, number)
        flash(_("View removed."), "success")
        return redirect(_list_url(entity))


def offer_undo(entity: Entity, change_ids: Sequence[int], sentence: str) -> None:
    """A message with a button that takes the changes back."""
    numbers = "-".join(str(number) for number in change_ids)
    url = url_for("RecordView.undo", entity=entity.name, changes=numbers) if numbers else ""
    flash({"text": sentence, "undo_url": url} if url else sentence, "success")  # type: ignore[arg-type] # the toast takes both


def _list_url(entity: Entity) -> str:
    return url_for("RecordView.list", entity=entity.name)
