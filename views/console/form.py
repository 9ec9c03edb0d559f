"""Adding and editing a raw row: the same form engine and the same gateway as for records, audited with the reason."""

from __future__ import annotations

import json
import uuid
from dataclasses import replace
from typing import Any

from flask import flash, g, request, url_for
from flask_babel import gettext as _

from app.errors import NotAllowed, Problem
from fields.forms import RecordForm, record_form
from models.records import read, write
from models.records.transaction import Once
from models.unlock import Unlock
from models.wiring.nouns import Field
from views.console import rows
from views.console.raw import RawTable, session


def add(table: RawTable, opening: Unlock) -> str | dict[str, Any]:
    """The new row's token when it was saved, else what the form shows."""
    refuse_read_only(table)
    form = record_form(table.entity.fields.values(), {}, posted(), adding=True)
    if request.method != "POST":
        return context(table, form)
    try:
        form.check()
        with session(table, cause(opening)) as opened:
            saved = write.create(opened, table.entity, form.changes(), once())
    except Problem as problem:
        return context(table, form, problem=problem)
    flash(_("The row is added."), "success")
    return saved.token


def edit(table: RawTable, token: str, opening: Unlock) -> str | dict[str, Any]:
    """The row's token when it was saved, else what the form shows."""
    refuse_read_only(table)
    with session(table, cause(opening)) as opened:
        record = read.get(opened, table.entity, token)
        form = record_form(editable(table), record.values, posted())
        if request.method != "POST":
            return context(table, form, record)
        try:
            form.check()
            row = request.form.get("row_hash", "")
            saved = write.change(
                opened, table.entity, token, row, form.changes(), once=once(), current=record
            )
        except Problem as problem:
            return context(table, form, record, problem)
    flash(_("The row is saved.") if saved.change_id else _("Nothing was changed."), "success")
    return saved.token


def posted() -> Any:
    """What was sent; None when the form is only opened."""
    return request.form if request.method == "POST" else None


def editable(table: RawTable) -> list[Field]:
    """The columns for editing: a key stays as it is, since other rows may name it."""
    fields = table.entity.fields.items()
    return [replace(field, read_only="key") if name in table.entity.key else field for name, field in fields]


def context(
    table: RawTable, form: RecordForm, record: read.Record | None = None, problem: Problem | None = None
) -> dict[str, Any]:
    """Everything that console/form.html draws."""
    form.add_errors(problem.fields if problem else {})
    name = table.facts.name
    back = (
        url_for("console_rows.show", table=name, token=record.token)
        if record
        else url_for("console_rows.index", table=name)
    )
    return {
        **rows.about(table),
        "form": form,
        "token": record.token if record else "",
        "row_hash": record.hash if record else "",
        "key": request.form.get("idempotency_key") or uuid.uuid4().hex,
        "sentence": str(problem) if problem else "",
        "cancel_url": back,
    }


def refuse_read_only(table: RawTable) -> None:
    """Raise NotAllowed for views and for tables without a key."""
    if table.entity.read_only:
        raise NotAllowed(_("The rows of this table cannot be told apart, so they can only be read."))


def cause(opening: Unlock) -> str:
    """How the audit explains a change of raw rows."""
    return f"IT console, unlock {opening.id}: {opening.reason}"


def once() -> Once:
    """The idempotency key of the form."""
    sent = {name: values for name, values in request.form.lists() if name != "csrf_token"}
    content = json.dumps([request.full_path, sent], sort_keys=True, ensure_ascii=False)
    return Once(request.form.get("idempotency_key", "")[:80], content, g.get("request_id", ""))
