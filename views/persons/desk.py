"""What the pages of requests of persons show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import request as web_request
from flask import url_for
from flask_babel import format_datetime
from flask_babel import gettext as _
from sqlalchemy import RowMapping

from app.errors import Invalid, NotAllowed
from app.extensions import services
from app.i18n import language
from models import access
from models.masking import mask_text
from models.persons import plan, requests
from models.persons.requests import Found, Request
from models.persons.search import Ask, search
from models.records import read
from models.wiring.care_words import personal_kinds
from models.wiring.nouns import Entity
from views.exports.desk import decision_words
from views.persons import words
from views.persons.access import deciding, deleting

MOST_VALUES, LONGEST_VALUE, SHOWN = 10, 100, 20
POLLED = {"approved", "running"}


def typed_ask(form: Mapping[str, str]) -> Ask:
    """What a form starts from. Raises Invalid where that is nothing or too much."""
    lines = [line.strip() for line in form.get("values", "").splitlines() if line.strip()]
    start = (form.get("entity", ""), form.get("record", ""))
    if not lines and not all(start):
        raise Invalid(_("Enter a phone number, a mail address, a number or a name of the person."))
    if len(lines) > MOST_VALUES or any(len(line) > LONGEST_VALUE for line in lines):
        raise Invalid(
            _("Enter at most %(number)s values, one a line, none of them very long.", number=MOST_VALUES)
        )
    return Ask(tuple(lines), start if all(start) else None)


def make(form: Mapping[str, str]) -> int:
    """Look, and keep what was found as a draft. Raises Invalid, NotVisible."""
    kind, reason = form.get("kind", ""), form.get("reason", "").strip()
    if kind not in plan.KINDS:
        raise Invalid(_("Choose what is asked for."))
    if kind == plan.DELETE and not deleting.is_open():
        raise NotAllowed(_("To delete records needs a right of its own. Ask for them to be erased instead."))
    if not reason:
        raise Invalid(_("Say who asks and why: it stands in the audit."))
    session, policy = access.records(), access.policy()
    finding = search(session, typed_ask(form), services().config.big_table_rows)
    parts = plan.parts_of(policy, finding, kind)
    session.rollback()
    if not parts:
        raise Invalid(
            _("Nothing of this person was found in what you may see. Check the values, or try another one.")
        )
    with services().engine.begin() as connection:
        return requests.make(connection, access.actor(), kind, reason, Found(finding, parts))


def start_context(arguments: Mapping[str, str]) -> dict[str, Any]:
    """The form, with the record that it starts from. Raises NotVisible."""
    entity = access.catalogue().get(arguments.get("entity", ""))
    if entity is None or not access.policy().may(entity, "see"):
        if arguments.get("entity"):
            raise read.not_there()
        return {"start": None, "kinds": _offered()}
    record = read.get(access.records(), entity, arguments.get("record", ""))
    start = {"entity": entity.name, "label": label_of(entity), "token": record.token, "title": record.title}
    return {"start": start, "kinds": _offered()}


def _offered() -> dict[str, str]:
    """What may be asked for."""
    return {name: label for name, label in words.kinds().items() if name != plan.DELETE or deleting.is_open()}


def lines() -> list[dict[str, Any]]:
    """Requests for the list."""
    found = requests.listed(access.overlay(), access.actor(), may_decide=deciding.is_open())
    return [_line(request) for request in found]


def _line(request: Request) -> dict[str, Any]:
    state, tone = words.states().get(request.standing, (request.standing, ""))
    return {
        "id": request.id,
        "url": url_for("PersonsView.show", number=request.id),
        "kind": words.kinds().get(request.kind, request.kind),
        "state": state,
        "tone": tone,
        "who": request.made_by_name,
        "at": format_datetime(request.made_at, "short"),
        "rows": sum(part.rows for part in request.parts),
        "is_to_decide": _may_decide(request),
    }


def one(number: int) -> Request:
    """A request that the person may look at. Raises NotVisible."""
    return requests.one(access.overlay(), access.actor(), number, may_decide=deciding.is_open())


def context(request: Request) -> dict[str, Any]:
    """Everything that persons/request.html draws."""
    is_own = request.made_by == access.actor().user_id
    counted = requests.progress(access.overlay(), request.id)
    wanted = sum(part.rows for part in request.parts if part.choice != plan.LEAVE)
    return {
        "request_": _line(request),
        "state": request.standing,
        "reason": request.reason,
        "is_own": is_own,
        "is_export": request.kind == plan.EXPORT,
        "is_delete": request.kind == plan.DELETE,
        "values": [value if is_own else mask_text(value) for value in request.values],
        "parts": [_part(request, part, is_own=is_own) for part in request.parts],
        "skipped": [_skipped(*one) for one in request.skipped],
        "decided": decision_words(request.approval),
        "expires": _expires(request),
        "typed": web_request.form.get("sentence", ""),
        "done": counted.get("done", 0),
        "deleted": counted.get("deleted", 0),
        "left": [_left(row) for row in _kept(request)] if is_own else [],
        "kept": counted.get("kept", 0),
        "wanted": wanted,
        "entries": request.place.get("entries", 0),
        "texts": request.place.get("texts", 0),
        "unsought": request.place.get("unsought", 0),
        "is_polled": request.state in POLLED,
        "may_decide": _may_decide(request),
    }


def _may_decide(request: Request) -> bool:
    return (
        request.approval is not None
        and deciding.is_open()
        and request.approval.may_be_decided_by(access.actor())
    )


def _expires(request: Request) -> str:
    """Until when somebody has to decide; "" where nobody has to."""
    if request.standing != requests.WAITING or request.approval is None:
        return ""
    return str(format_datetime(request.approval.expires_at, "medium"))


def _part(request: Request, part: plan.Part, *, is_own: bool) -> dict[str, Any]:
    entity = access.catalogue().get(part.entity)
    return {
        "name": part.name,
        "label": label_of(entity) if entity else part.entity,
        "way": words.ways().get(part.way, part.way),
        "rows": part.rows,
        "why": words.why_group(part.why, entity),
        "choice": part.choice,
        "choice_text": words.choices()[part.choice],
        "choices": [(name, words.choices()[name]) for name in part.choices(request.kind)],
        "stays": words.why_not_deleted(part.stays) if request.kind == plan.DELETE and part.stays else "",
        "pointing": _pointing(part) if request.kind == plan.DELETE and not part.stays else "",
        "fields": [_field(entity, name, *pair) for name, pair in part.fields.items()],
        "records": _records(request, part, entity) if is_own and entity else [],
    }


def _pointing(part: plan.Part) -> str:
    """What keeps its rows from going, as far as the reader may know of it."""
    entities = (access.catalogue().get(name) for name in part.pointing)
    named = [label_of(one) for one in entities if one is not None and access.policy().may(one, "see")]
    return str(_(", ")).join(named)


def _field(entity: Entity | None, name: str, kind: str, why: str) -> dict[str, str]:
    one = entity.fields.get(name) if entity else None
    return {
        "label": (one.label.text(language()) if one else "") or name,
        "kind": personal_kinds().get(kind, kind),
        "why": words.why_field(why),
    }


def _records(request: Request, part: plan.Part, entity: Entity) -> list[dict[str, str]]:
    """The first records of a group as links; those out of reach by now are numbers alone."""
    rows = requests.finds(access.overlay(), request.id, part.entity, part.way, SHOWN)
    if not access.policy().may(entity, "see"):
        return []
    return [
        {"text": row["record"], "url": url_for("RecordView.show", entity=entity.name, token=row["record"])}
        for row in rows
    ]


def _kept(request: Request) -> Sequence[RowMapping]:
    found = [
        row
        for part in request.parts
        if part.choice != plan.LEAVE
        for row in requests.finds(access.overlay(), request.id, part.entity, part.way, plan_size(part))
    ]
    return [row for row in found if row["state"] == "kept"]


def plan_size(part: plan.Part) -> int:
    """All records of a group: a search holds few."""
    return max(part.rows, 1)


def _left(row: RowMapping) -> dict[str, str]:
    entity = access.catalogue().get(row["entity"])
    return {
        "label": label_of(entity) if entity else row["entity"],
        "record": row["record"],
        "why": words.notes().get(row["note"], row["note"]),
    }


def _skipped(name: str, field: str, why: str) -> dict[str, str]:
    entity = access.catalogue().get(name)
    one = entity.fields.get(field) if entity else None
    return {
        "label": label_of(entity) if entity else name,
        "field": (one.label.text(language()) if one else "") or field,
        "why": words.why_skipped(why),
    }


def label_of(entity: Entity) -> str:
    """What an entity is called."""
    return entity.label.text(language()) or entity.name
