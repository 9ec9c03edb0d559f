"""The copy that a person gets: everything that was chosen, with its history, as JSON for programs and HTML for people.

It is made when it is fetched, from what is there by then and as far as whoever asks may export it. Nothing of it is kept.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from flask import render_template
from flask_babel import format_datetime
from flask_babel import gettext as _
from markupsafe import Markup

import fields
from app.errors import Problem
from app.extensions import services
from app.i18n import language
from models import access, exports
from models.audit import note
from models.change import changes_of
from models.masking import Masked
from models.persons import plan, requests
from models.persons.requests import SUBJECT, Request
from models.records import read
from models.wiring.nouns import Entity
from views.persons import words
from views.persons.desk import label_of
from views.records import watermark
from views.records.history import entry
from views.records.watermark import Mark

MOST_CHANGES = 200
Say = Callable[[Entity, str, Any], str]
"""A stored value as a text: as programs take it, or as people read it."""


def content(request: Request, say: Say) -> dict[str, Any]:
    """What stands in the file."""
    return {
        "about": _("Data of a person"),
        "request": request.id,
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "made_for": access.actor().username,
        "reason": request.reason,
        "looked_for": list(request.values),
        "groups": [
            one for part in request.parts if part.choice == plan.EXPORT for one in _group(request, part, say)
        ],
    }


def taken(request: Request, kind: str) -> tuple[Mark, dict[str, Any]]:
    """(the mark, what stands in the file): written down in the audit and among the exports before it leaves."""
    held, run_id = content(request, _words if kind == "html" else _text), secrets.token_hex(16)
    rows = sum(len(group["records"]) for group in held["groups"])
    plan = exports.Plan(
        run_id, kind, rows, reason=request.reason, request_id=requests.approval_of(request.id)
    )
    with services().engine.begin() as connection:
        told = {"rows": rows, "kind": kind, "number": run_id}
        note(
            connection,
            access.actor(),
            SUBJECT,
            "export",
            record=str(request.id),
            reason=request.reason,
            after=told,
        )
        exports.note_whole(connection, access.actor(), SUBJECT, plan)
    mark = watermark.made(run_id)
    return mark, {"mark": watermark.sentence(mark), **held}


def as_json(held: dict[str, Any]) -> str:
    """For programs."""
    return json.dumps(held, ensure_ascii=False, indent=2)


def as_html(held: dict[str, Any]) -> str:
    """For people: one page that needs nothing else."""
    return render_template("persons/file.html", held=held, at=format_datetime(datetime.now(UTC), "medium"))


def _group(request: Request, part: plan.Part, say: Say) -> Iterator[dict[str, Any]]:
    entity = access.catalogue().get(part.entity)
    if entity is None or not access.policy().may(entity, "export"):
        return
    rows = requests.finds(access.overlay(), request.id, part.entity, part.way, max(part.rows, 1))
    records = [one for row in rows for one in _record(entity, row["record"], say)]
    yield {"entity": label_of(entity), "found": words.ways().get(part.way, part.way), "records": records}


def _record(entity: Entity, token: str, say: Say) -> Iterator[dict[str, Any]]:
    """Nothing for one that is gone or out of the reach of an export by now."""
    session = access.records()
    try:
        with session.for_action("export"):
            record = read.at_key(session, entity, token, access.policy().visible(entity))
    except Problem:
        return
    if record is None:
        return
    yield {
        "number": record.token,
        "values": _values(entity, record, say),
        "history": _history(entity, record),
    }


def _values(entity: Entity, record: read.Record, say: Say) -> dict[str, str]:
    return {
        entity.fields[name].label.text(language()) or name: say(entity, name, value)
        for name, value in record.values.items()
        if value is not None and record.rights.get(name) != "hidden" and name in entity.fields
    }


def _text(entity: Entity, name: str, value: Any) -> str:
    one = entity.fields[name]
    return str(value) if isinstance(value, Masked) else str(fields.type_of(one).text(one, value))


def _words(entity: Entity, name: str, value: Any) -> str:
    """As people read it: what a code stands for."""
    one = entity.fields[name]
    return (
        str(value)
        if isinstance(value, Masked)
        else str(fields.type_of(one).words(one, value)) or _text(entity, name, value)
    )


def _history(entity: Entity, record: read.Record) -> list[dict[str, Any]]:
    found = changes_of(access.overlay(), entity.name, record.token, limit=MOST_CHANGES)
    return [_change(entry(entity, change, record)) for change in found]


def _change(told: dict[str, Any]) -> dict[str, Any]:
    changes = [
        {"field": one["label"], "before": _bare(one["before"]), "after": _bare(one["after"])}
        for one in told["differences"]
    ]
    return {"at": told["at"], "who": told["who"], "what": told["action_text"], "changes": changes}


def _bare(value: Any) -> str:
    return value.striptags() if isinstance(value, Markup) else str(value)
