"""Adding and editing: one form, what was typed is never lost, only what differs is written."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from functools import cache
from typing import Any

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from app.errors import NotAllowed, Problem
from app.i18n import language
from fields.forms import RecordForm, record_form, unfillable
from models import access
from models.masking import Masked
from models.records import reach, read, write
from models.records.transaction import Saved
from models.records.write import Conflict
from models.wiring.nouns import Entity, Field
from views.records import cells
from views.records.sent import new_key, once, touched

PREFIX = "f."


def editable_fields(
    entity: Entity, record: read.Record | None = None, only: Collection[str] | None = None
) -> list[Field]:
    """Fields of the form: what the person may write on this row, and what the database works out from it.

    A key column can be given when a record is made. only: fields that it is about, all when None.
    """
    named = entity.fields if only is None else [n for n in entity.fields if n in only]
    if record is None:
        return [entity.fields[n] for n in named if _is_given(entity, n)]
    policy, allowed = access.policy(), [n for n in named if record.rights.get(n, "edit") == "edit"]
    return [entity.fields[n] for n in allowed if policy.is_editable(entity, n) or is_worked_out(entity, n)]


def _is_given(entity: Entity, name: str) -> bool:
    """Whether the person may give a new record this field."""
    policy = access.policy()
    if policy.is_editable(entity, name, "create"):
        return True
    is_key = name in entity.key and name not in entity.fixed and entity.fields[name].required
    return is_key and policy.right(entity, name, "create") == "edit"


def is_worked_out(entity: Entity, name: str) -> bool:
    """Whether the database computes the column itself: the form shows it and says so."""
    is_generated = entity.fields[name].read_only == "generated"
    return is_generated and access.policy().right(entity, name) in {"read", "edit"}


def add_page(entity: Entity) -> Response:
    """An empty form, or one filled from a copy or from the address (f.<column>=…)."""
    values = copied(entity, request.args.get("copy", ""))
    prefilled = MultiDict((n, v) for n, v in request.args.items() if n.startswith(PREFIX))
    return draw(entity, form_for(entity, values, prefilled or None))


def refuse_unfillable(entity: Entity) -> None:
    """Raise NotAllowed where the database asks for something that no form can hold."""
    for field in unfillable(entity.fields.values()):
        name = field.label.text(language()) or field.name
        raise NotAllowed(
            _(
                "Nothing can be added here: only the old system can fill in “%(name)s”. Add it there.",
                name=name,
            )
        )


def copied(entity: Entity, token: str) -> dict[str, Any]:
    """The values of a record to start from, without its key."""
    if not token:
        return {}
    values = read.get(access.records(), entity, token).values
    return {n: value for n, value in values.items() if n not in entity.key and not isinstance(value, Masked)}


def add_post(entity: Entity) -> Response:
    """Save a new record; on any problem the form comes back as it was sent."""
    form = form_for(entity, {}, request.form)
    try:
        form.check()
        saved = write.create(access.records(), entity, form.changes(), once())
    except Problem as problem:
        form.add_errors(problem.fields)
        return draw(entity, form, problem=problem)
    return after_save(entity, saved, _("Saved."))


def edit_page(entity: Entity, token: str) -> Response:
    """The form with the record's values and its row token."""
    with access.records().for_action("change"):
        record = read.get(access.records(), entity, token)
    return draw(entity, form_for(entity, record.values, None, record), record)


def edit_post(entity: Entity, token: str) -> Response:
    """Save what differs; a conflict shows mine and theirs and keeps what was typed."""
    sent = touched(request.form)
    try:
        saved = save(entity, token, sent)
    except Conflict as conflict:
        return conflict_page(entity, token, conflict)
    except Problem as problem:
        return again(entity, token, sent, problem)
    return after_save(entity, saved, _("Saved.") if saved.change_id else _("Nothing was changed."))


def save(entity: Entity, token: str, sent: MultiDict[str, str]) -> Saved:
    """Write what was sent, read and checked without the fields that nobody touched. Raises Conflict and Problems."""
    policy, names = access.policy(), {name.removeprefix(PREFIX) for name in sent}
    needed = [n for n in policy.visible(entity) if n in names or n in {entity.title, entity.code}]
    with access.records().for_action("change"):
        record = read.get(access.records(), entity, token, needed)
    form = form_for(entity, record.values, sent, record, only=names)
    form.check()
    row, changes = request.form.get("row_hash", ""), form.changes()
    return write.change(access.records(), entity, token, row, changes, once=once(), current=record)


def again(entity: Entity, token: str, sent: MultiDict[str, str], problem: Problem) -> Response:
    """The whole form as it was sent, with what is wrong."""
    with access.records().for_action("change"):
        record = read.get(access.records(), entity, token)
    form = form_for(entity, record.values, sent, record)
    form.validate()
    form.add_errors(problem.fields)
    return draw(entity, form, record, problem=problem)


def conflict_page(entity: Entity, token: str, conflict: Conflict) -> Response:
    """Mine and theirs side by side; sending it again writes on top of the newest row."""
    theirs = conflict.current
    form = form_for(entity, theirs.values, touched(request.form), theirs)
    page = render_template(
        "records/conflict.html",
        entity=entity,
        title=theirs.title,
        token=token,
        row_hash=theirs.hash,
        key=new_key(),
        lines=[_line(entity, form, name, theirs) for name in form.changes()],
        sentence=str(conflict),
        edit_url=url_for("RecordView.edit", entity=entity.name, token=token),
        show_url=url_for("RecordView.show", entity=entity.name, token=token),
    )
    return make_response(page, 409)


def _line(entity: Entity, form: RecordForm, name: str, theirs: read.Record) -> dict[str, Any]:
    bound = form[name]
    return {
        "name": bound.name,
        "label": bound.words,
        "mine": cells.cell(entity, name, bound.parse(theirs.values.get(name)), {}),
        "mine_text": bound.text,
        "theirs": cells.cell(entity, name, theirs.values.get(name), {}),
        "theirs_text": bound.shown_text(theirs.values.get(name)),
    }


def form_for(
    entity: Entity,
    values: Mapping[str, Any],
    posted: MultiDict[str, str] | None,
    record: read.Record | None = None,
    *,
    only: Collection[str] | None = None,
) -> RecordForm:
    """The WTForms form for this person, of a record or for a new one; related records are named, not loaded.

    only: fields that it is about, all when None.
    """
    names = cache(lambda: chosen_names(entity, values, posted))  # a save that goes well needs none of them
    return record_form(
        editable_fields(entity, record, only),
        values,
        posted,
        adding=record is None,
        lookup_url=lambda field: url_for("RecordView.look_up", entity=entity.name, field=field.name),
        related=related_columns(entity),
        label_of=lambda field, value: names().get(field.name, {}).get(value, ("", str(value)))[1],
    )


def one_field(entity: Entity, field: Field | None, posted: MultiDict[str, str] | None) -> RecordForm:
    """A form over a single field (none before one is chosen), as a bulk edit asks for it."""
    return record_form(
        [field] if field is not None else [],
        {},
        posted,
        adding=True,
        lookup_url=lambda one: url_for("RecordView.look_up", entity=entity.name, field=one.name),
        related=related_columns(entity),
    )


def related_columns(entity: Entity) -> list[str]:
    """Columns that alone lead to a published entity."""
    links = (r for r in entity.relations.values() if len(r.columns) == 1 and r.is_plain)
    return [r.columns[0] for r in links if access.catalogue().get(r.target) is not None]


def chosen_names(
    entity: Entity, values: Mapping[str, Any], posted: MultiDict[str, str] | None
) -> cells.Names:
    """Titles of the records that relation fields name now, so that look-up boxes show words."""
    related = related_columns(entity)
    typed = {n: posted.get(PREFIX + n) for n in related} if posted else {}
    rows = [read.Record(entity, values), read.Record(entity, {n: v for n, v in typed.items() if v})]
    return cells.related_names(entity, related, rows)


def draw(
    entity: Entity, form: RecordForm, record: read.Record | None = None, *, problem: Problem | None = None
) -> Response:
    """The form page; it comes back with the problem's sentence and status and with everything that was typed."""
    again = problem is not None
    page = render_template(
        "records/form.html",
        entity=entity,
        form=form,
        groups=form.groups,
        token=record.token if record else "",
        title=record.title if record else "",
        row_hash=request.form.get("row_hash", "") if again else (record.hash if record else ""),
        originals=request.form.get("originals", "") if again else shown_texts(form),
        key=request.form.get("idempotency_key") if again else new_key(),
        sentence=str(problem) if problem else "",
        errors=form.errors,
        can_delete=record is not None and access.policy().may(entity, "delete"),
        cancel_url=cancel_url(entity, record),
        delete_url=url_for("RecordView.delete", entity=entity.name, token=record.token) if record else "",
    )
    return make_response(page, problem.status if problem else 200)


def shown_texts(form: RecordForm) -> str:
    """The texts of the page by name, sent back with it: what differs from them is the person's own edit."""
    return json.dumps({one.name: one.value for one in form.fields if not one.locked}, ensure_ascii=False)


def cancel_url(entity: Entity, record: read.Record | None) -> str:
    """Back to the record, or to the list."""
    if record is not None:
        return url_for("RecordView.show", entity=entity.name, token=record.token)
    return url_for("RecordView.list", entity=entity.name)


def after_save(entity: Entity, saved: Saved, sentence: str) -> Response:
    """To the record, or to an empty form when more are to be added; to the list when the record was handed over."""
    if access.policy().may(entity, "transfer") and not reach.has(
        access.records(), entity, saved.token, "see"
    ):
        flash(_("Saved. The record has left your reach."), "success")
        return redirect(url_for("RecordView.list", entity=entity.name))  # type: ignore[return-value]
    flash(sentence, "success")
    if request.form.get("then") == "add":
        return redirect(url_for("RecordView.add", entity=entity.name))  # type: ignore[return-value]
    return redirect(url_for("RecordView.show", entity=entity.name, token=saved.token))  # type: ignore[return-value]
