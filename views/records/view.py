"""RecordView: the pages of every published entity. Flask-AppBuilder registers it; the rows are the guard's.

One view serves all entities by address, so a newly published one needs no new routes: a wiring with 500 entities
costs a worker nothing here, and publishing is only the swap of the catalogue.
"""

from __future__ import annotations

from typing import Any

from flask import Response, flash, jsonify, redirect, render_template, request, stream_with_context, url_for
from flask_appbuilder import ModelView, expose
from flask_babel import gettext as _
from markupsafe import Markup, escape

from app.errors import Invalid, NotVisible, Problem
from models import access
from models.records import read, undo, write
from models.wiring.nouns import Entity
from views.access import entity_access, entity_for, safe_next
from views.records import bulk, download, export, form, listing, lookup, page, saved
from views.records.interface import RecordInterface
from views.records.state import ListState, from_request


class RecordView(ModelView):
    """Lists, records and forms under /data/<entity>/."""

    datamodel = RecordInterface()
    route_base = "/data"
    class_permission_name = "Records"
    default_view = "list"
    include_route_methods = {
        "list", "show", "add", "edit", "delete", "export", "related", "history", "undo", "look_up",
        "download", "bulk_edit", "bulk_delete", "save_view", "forget_view",
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
        context = listing.context(entity, from_request(entity))
        partial = request.headers.get("HX-Target") == "rows"
        return render_template("records/_rows.html" if partial else "records/list.html", **context)

    @expose("/<entity>/show/<token>")
    @entity_access("see")
    def show(self, entity: Entity, token: str) -> Any:
        return render_template("records/record.html", **page.context(entity, token))

    @expose("/<entity>/add", methods=["GET", "POST"])
    @entity_access("create")
    def add(self, entity: Entity) -> Any:
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
        gone = write.remove(access.records(), entity, token, row_hash, reason, once=form.once())
        offer_undo(entity, gone.change_id, _("Deleted."))
        return redirect(url_for("RecordView.list", entity=entity.name))

    def _ask_delete(self, entity: Entity, token: str) -> str:
        record = read.get(access.records(), entity, token)
        return render_template(
            "records/delete.html", entity=entity, record=record, token=token, key=form.new_key()
        )

    @expose("/<entity>/related/<token>/<other>/<relation>")
    @entity_access("see")
    def related(self, entity: Entity, token: str, other: str, relation: str) -> Any:
        child = entity_for(other, "see")
        link = child.relations.get(relation)
        if link is None or link.target != entity.name:
            raise NotVisible(_("There is nothing here. Check the address or go back."))
        context = page.related_context(entity, token, child, link, request.args.get("cursor", ""))
        return render_template("records/_related.html", **context)

    @expose("/<entity>/history/<token>")
    @entity_access("see")
    def history(self, entity: Entity, token: str) -> Any:
        below = request.args.get("below", "")
        context = page.history_context(entity, token, int(below) if below.isdecimal() else None)
        return render_template("records/_history.html", **context)

    @expose("/<entity>/undo/<int:change_id>", methods=["POST"])
    @entity_access("see")
    def undo(self, entity: Entity, change_id: int) -> Any:
        back = safe_next(request.form.get("next"), url_for("RecordView.list", entity=entity.name))
        try:
            undo.undo(access.records(), entity, change_id, form.once())
        except Problem as problem:
            flash(str(problem), "danger")
        else:
            flash(_("Taken back."), "success")
        return redirect(back)

    @expose("/<entity>/look-up/<field>")
    @entity_access("see")
    def look_up(self, entity: Entity, field: str) -> Any:
        return jsonify(lookup.suggestions(entity, field, request.args.get("q", "").strip()[:100]))

    @expose("/<entity>/download/<token>/<field>")
    @entity_access("see")
    def download(self, entity: Entity, token: str, field: str) -> Any:
        return download.response(entity, token, field)

    @expose("/<entity>/export/")
    @entity_access("export")
    def export(self, entity: Entity) -> Any:
        state = saved.applied(entity, from_request(entity))
        query = listing.query_of(entity, state, listing.shown_columns(entity, state))
        table = export.lines(access.records(), entity, query)
        name = f"attachment; filename={entity.name}.{{}}"
        if request.args.get("kind") == "xlsx":
            kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
            book = export.as_xlsx(table)
            return Response(book, mimetype=kind, headers={"Content-Disposition": name.format("xlsx")})
        body = stream_with_context(export.as_csv(table))
        return Response(body, mimetype="text/csv", headers={"Content-Disposition": name.format("csv")})

    @expose("/<entity>/bulk-edit", methods=["POST"])
    @entity_access("change")
    def bulk_edit(self, entity: Entity) -> Any:
        chosen = bulk.tokens()
        if request.form.get("step") == "choose":
            return render_template("records/bulk_edit.html", **self._bulk_fields(entity, chosen))
        name, value = bulk.parsed(entity)
        if request.form.get("step") == "save":
            return self._bulk_done(entity, bulk.edit(entity, chosen, name, value))
        lines = bulk.preview(entity, chosen, name, value)
        context = self._bulk_fields(entity, chosen) | {
            "lines": lines,
            "field": name,
            "value": request.form["value"],
        }
        return render_template("records/bulk_edit.html", **context)

    def _bulk_fields(self, entity: Entity, chosen: Any) -> dict[str, Any]:
        bound = form.form_for(entity, {}, None)
        editable = [f for f in form.editable_fields(entity, creating=False) if f.name not in entity.key]
        return {
            "entity": entity, "tokens": chosen, "fields": editable, "form": bound, "key": form.new_key(),
            "list_url": url_for("RecordView.list", entity=entity.name), "lines": [], "field": "", "value": "",
        }  # fmt: skip

    @expose("/<entity>/bulk-delete", methods=["POST"])
    @entity_access("delete")
    def bulk_delete(self, entity: Entity) -> Any:
        chosen = bulk.tokens()
        if request.form.get("step") == "save":
            return self._bulk_done(entity, bulk.delete(entity, chosen, request.form.get("reason", "")))
        rows = bulk.selected(entity, chosen, "delete")
        back = url_for("RecordView.list", entity=entity.name)
        return render_template(
            "records/bulk_delete.html", entity=entity, records=rows, key=form.new_key(), list_url=back
        )

    def _bulk_done(self, entity: Entity, outcome: bulk.Outcome) -> Any:
        flash(_("%(number)s records saved.", number=len(outcome.change_ids)), "success")
        for token, sentence in outcome.refused[:5]:
            flash(_("%(record)s: %(sentence)s", record=token, sentence=sentence), "warning")
        return redirect(url_for("RecordView.list", entity=entity.name))

    @expose("/<entity>/views/save", methods=["POST"])
    @entity_access("see")
    def save_view(self, entity: Entity) -> Any:
        back = safe_next(request.form.get("next"), url_for("RecordView.list", entity=entity.name))
        state = saved.applied(entity, saved.posted_state(entity))
        try:
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
        return redirect(url_for("RecordView.list", entity=entity.name))


def offer_undo(entity: Entity, change_id: int | None, sentence: str) -> None:
    """A message with a button that takes the change back."""
    url = url_for("RecordView.undo", entity=entity.name, change_id=change_id) if change_id else ""
    flash(Markup('<span data-undo-url="{}">{}</span>').format(url, escape(sentence)), "undo")
