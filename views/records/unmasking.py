"""One masked value shown for a short while: the question on the record's page, and its answer, which nothing keeps."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Response, make_response, render_template, request, url_for
from markupsafe import Markup

import fields
from app.errors import Invalid, TooMany
from app.extensions import services
from app.i18n import language
from models import access
from models.guard import unknown_field
from models.masking import CONCEALED, Masked
from models.records import read, unmask
from models.wiring.nouns import Entity


def questions(entity: Entity, record: read.Record, names: Iterable[str]) -> dict[str, Markup]:
    """What asks for the whole of each masked value of a record, as far as the person may."""
    masked = [name for name in names if is_masked(entity, record, name)] if record.token else []
    offered = unmask.offered(access.records(), entity, record.token, masked) if masked else []
    return {name: _question(entity, record.token, name) for name in offered}


def _question(entity: Entity, token: str, name: str) -> Markup:
    context = {
        "url": url_for("RecordView.unmask", entity=entity.name, token=token, field=name),
        "label": entity.fields[name].label.text(language()) or name,
        "unmask_seconds": services().config.unmask_seconds,
    }
    return Markup(render_template("records/_unmask.html", **context))  # noqa: S704 what a template gave


def is_masked(entity: Entity, record: read.Record, name: str) -> bool:
    """Is a part of it shown? Not what is concealed, nor a file."""
    value = record.values.get(name)
    return isinstance(value, Masked) and value is not CONCEALED and not _is_heavy(entity, name)


def value(entity: Entity, token: str, name: str, reason: str) -> Any:
    """The stored value, once. Raises NotVisible, NotAllowed, Invalid and TooMany."""
    if name in entity.fields and _is_heavy(entity, name):
        raise unknown_field(name)
    return unmask.value(access.records(), entity, token, name, reason)


def answer(entity: Entity, token: str, name: str) -> Response:
    """The value in the place of the mask, or as a page of its own that leads back by itself."""
    is_part = bool(request.headers.get("HX-Request"))
    reason = request.form.get("reason", "")
    context: dict[str, Any] = {
        "entity": entity,
        "token": token,
        "name": name,
        "reason": reason,
        "value": "",
        "sentence": "",
    }
    status = 200
    try:
        stored = value(entity, token, name, reason)
        context["value"] = Markup(fields.type_of(entity.fields[name]).show(entity.fields[name], stored))  # noqa: S704 kinds escape what they show
    except (Invalid, TooMany) as problem:
        context["sentence"], status = str(problem), 200 if is_part else problem.status
    context |= {
        "label": entity.fields[name].label.text(language()) or name if name in entity.fields else name,
        "back_url": url_for("RecordView.show", entity=entity.name, token=token),
        "url": url_for("RecordView.unmask", entity=entity.name, token=token, field=name),
        "unmask_seconds": services().config.unmask_seconds,
    }
    made = make_response(
        render_template("records/_unmasked.html" if is_part else "records/unmasked.html", **context), status
    )
    made.headers["Cache-Control"] = "no-store"
    return made


def _is_heavy(entity: Entity, name: str) -> bool:
    return fields.field_type(entity.fields[name].kind).is_heavy
