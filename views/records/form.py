"""Adding and editing: one form, what was typed is never lost, only what differs is written."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from typing import Any

from flask import Response, flash, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app.errors import Problem
from fields.forms import RecordForm, record_form
from models import access
from models.records import read, write
from models.records.write import Conflict, Once
from models.wiring.nouns import Entity, Field
from views.records import cells
from views.records.page import group_label

PREFIX = "f."


def editable_fields(entity: Entity, *, creating: bool) -> list[Field]:
    """Fields of the form: what the person may write; a key column can be given when a record is made."""
    policy = access.policy()
    return [
        f
        for n, f in entity.fields.items()
        if policy.is_editable(entity, n) or (creating and n in entity.key and f.required and policy.right(entity, n) == "edit")
    ]


def add_page(entity: Entity) -> str | Response:
    """An empty form, or one filled from a copy or from the address (f.<column>=…)."""
    values = copied(entity, request.args.get("copy", ""))
    prefilled = {n: v for n, v in request.args.items() if n.startswith(PREFIX)}
    form = form_for(entity, values, prefilled or None, creating=True)
    return draw(entity, form, token="", row_hash="")


def copied(entity: Entity, token: str) -> dict[str, Any]:
    """The values of a record to start from, without its key."""
    if not token:
        return {}
    values = read.get(access.records(), entity, token).values
    return {name: value for name, value in values.items() if name not in entity.key}


def add_post(entity: Entity) -> str | Response:
    """Save a new record; on any problem the form comes back as it was sent."""
    form = form_for(entity, {}, request.form.to_dict(flat=False), creating=True)
    if form.errors:
        return draw(entity, form, "", "", sentence=_("Some fields need your attention. Nothing was saved yet."))
    try:
        saved = write.create(access.records(), entity, form.changes({}), once())
    except Problem as problem:
        form.add_errors(problem.fields)
        return draw(entity, form, "", "", sentence=str(problem))
    return after_save(entity, saved, _("Saved."))


def edit_page(entity: Entity, token: str) -> str | Response:
    """The form with the record's values and its row token."""
    with access.records().for_action("change"):
        record = read.get(access.records(), entity, token)
    form = form_for(entity, record.values, None)
    return draw(entity, form, token, record.hash, title=record.title)


def edit_post(entity: Entity, token: str) -> str | Response:
    """Save what differs; a conflict shows mine and theirs and keeps what was typed."""
    record = read.get(access.records(), entity, token)
    form = form_for(entity, original(record), request.form.to_dict(flat=False))
    row_hash = request.form.get("row_hash", "")
    if form.errors:
        sentence = _("Some fields need your attention. Nothing was saved yet.")
        return draw(entity, form, token, row_hash, sentence=sentence, title=record.title)
    try:
        saved = write.change(access.records(), entity, token, row_hash, form.changes(record.values), once())
    except Conflict as conflict:
        return conflict_page(entity, token, form, conflict)
    except Problem as problem:
        form.add_errors(problem.fields)
        return draw(entity, form, token, row_hash, sentence=str(problem), title=record.title)
    return after_save(entity, saved, _("Saved.") if saved.change_id else _("Nothing was changed."))


def original(record: read.Record) -> Mapping[str, Any]:
    """The stored values against which the posted texts are compared."""
    return record.values


def conflict_page(entity: Entity, token: str, form: RecordForm, conflict: Conflict) -> Response:
    """Mine and theirs side by side; sending it again writes on top of the newest row."""
    theirs = conflict.current
    mine = form.changes(theirs.values)
    names = cells.related_names(entity, list(mine), [theirs])
    lines = [
        {
            "name": PREFIX + name,
            "label": form.labels[name],
            "mine": cells.cell(entity, name, value, {}),
            "mine_text": form.texts[name],
            "theirs": cells.cell(entity, name, theirs.values.get(name), names),
            "theirs_text": form.text_of(name, theirs.values.get(name)),
        }
        for name, value in mine.items()
    ]
    page = render_template(
        "records/conflict.html",
        entity=entity,
        title=theirs.title,
        token=token,
        row_hash=theirs.hash,
        key=new_key(),
        lines=lines,
        sentence=str(conflict),
        edit_url=url_for("RecordView.edit", entity=entity.name, token=token),
        show_url=url_for("RecordView.show", entity=entity.name, token=token),
    )
    return make_response(page, 409)


def form_for(
    entity: Entity, values: Mapping[str, Any], posted: Mapping[str, Any] | None, *, creating: bool = False
) -> RecordForm:
    """The WTForms form of the entity for this person."""
    return record_form(
        editable_fields(entity, creating=creating), values, posted, entity=entity, names=chosen_names(entity, values, posted)
    )


def chosen_names(entity: Entity, values: Mapping[str, Any], posted: Mapping[str, Any] | None) -> dict[str, str]:
    """Titles of the records that relation fields name now, so that look-up boxes show words."""
    current = dict(values)
    for name in entity.fields:
        typed = (posted or {}).get(PREFIX + name)
        if typed:
            current[name] = typed[0] if isinstance(typed, list) else typed
    record = read.Record(entity, current)
    found = cells.related_names(entity, [n for n in current if current[n] not in {None, ""}], [record])
    return {name: next((t for _token, t in titles.values()), "") for name, titles in found.items()}


def draw(
    entity: Entity, form: RecordForm, token: str, row_hash: str, *, sentence: str = "", title: str = ""
) -> Response:
    """The form page; 400 when it comes back with errors."""
    page = render_template(
        "records/form.html",
        entity=entity,
        form=form,
        groups=[(group_label(name), bound) for name, bound in form.groups()],
        token=token,
        title=title,
        row_hash=row_hash,
        key=request.form.get("idempotency_key") if sentence else new_key(),
        sentence=sentence,
        errors=form.errors,
        can_delete=bool(token) and access.policy().may(entity, "delete"),
        cancel_url=cancel_url(entity, token),
        delete_url=url_for("RecordView.delete", entity=entity.name, token=token) if token else "",
    )
    return make_response(page, 400 if sentence else 200)


def cancel_url(entity: Entity, token: str) -> str:
    """Back to the record, or to the list."""
    if token:
        return url_for("RecordView.show", entity=entity.name, token=token)
    return url_for("RecordView.list", entity=entity.name)


def after_save(entity: Entity, saved: write.Saved, sentence: str) -> Response:
    """To the record, or to an empty form when more are to be added."""
    flash(sentence, "success")
    if request.form.get("then") == "add":
        return redirect(url_for("RecordView.add", entity=entity.name))  # type: ignore[return-value]
    return redirect(url_for("RecordView.show", entity=entity.name, token=saved.token))  # type: ignore[return-value]


def once() -> Once:
    """The idempotency key of this form and what was sent with it."""
    sent = {k: v for k, v in request.form.lists() if k not in {"csrf_token", "then"}}
    content = json.dumps([request.path, sent], sort_keys=True, ensure_ascii=False)
    return Once(request.form.get("idempotency_key", "")[:80], content, g.get("request_id", ""))


def new_key() -> str:
    """A key for one sending of a form."""
    return uuid.uuid4().hex
