"""Before an export: what would be taken, why, and the request to a second person where it is more than one takes alone."""

from __future__ import annotations

import json
import secrets
from typing import Any
from urllib.parse import urlencode

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import format_decimal
from flask_babel import gettext as _

from app.errors import Invalid, Problem, Stale, Unavailable
from app.extensions import services
from app.i18n import language
from models import access, export_requests, exports
from models.allowances import FILE, most
from models.export_requests import Wanted
from models.guard import unknown_field
from models.records import paths, read
from models.wiring.nouns import Entity
from views import approvals
from views.records import export_limits, export_pages, listing, saved
from views.records.export_limits import ApprovalNeeded, Asked, ReasonNeeded
from views.records.state import ListState, from_request, named_fields

SHARE, ROOM = 10, 100
"""Of a request that was counted: a tenth and a hundred rows more may have come when it runs."""


def export(entity: Entity) -> Any:
    """The file at once where that is allowed, else the page that asks for what is missing."""
    state, query = _asked_for(entity)
    reason = request.form.get("reason", "").strip()
    try:
        return export_pages.answer(entity, query, request.args.get("kind", ""), Asked(reason, _typed(state)))
    except (ReasonNeeded, ApprovalNeeded) as problem:
        if request.method == "GET":
            return redirect(_address("RecordView.export_ask", entity))
        return page(entity, str(problem), problem.status)


def page(entity: Entity, sentence: str = "", status: int = 200) -> Any:
    """What would be taken, and the reason for it."""
    state, query = _asked_for(entity)
    number, is_exact = _expected(entity, query)
    left = export_limits.left_today(entity)
    file_rows = most(access.policy(), entity, FILE)
    made = render_template(
        "records/export_ask.html", entity=entity, sentence=sentence, reason=request.form.get("reason", ""),
        kind=_kind(), chips=listing.chips(entity, state), search=state.q, columns=_labels(entity, query.columns),
        rows=_rows_words(number, is_exact=is_exact), needs_reason=export_limits.needs_reason(entity, number),
        file_rows=format_decimal(file_rows) if number is None or number > file_rows else "",
        beyond="" if left > 0 and (number is None or number <= left) else export_limits.beyond(left),
        url=_address("RecordView.export", entity, run=secrets.token_hex(16)),
        request_url=_address("RecordView.export_ask", entity),
        runs_url=url_for("RecordView.exports", entity=entity.name), back_url=state.url(),
    )  # fmt: skip
    return make_response(made, status)


def request_approval(entity: Entity) -> Any:
    """Write the request down, tell those who may decide, and show it."""
    state, query = _asked_for(entity)
    number, is_exact = _expected(entity, query)
    wanted = Wanted(
        entity.name, _kind(), _typed(state), query.condition, query.search, query.sort, query.columns, number,
        _bound(entity, number, is_exact=is_exact),
    )  # fmt: skip
    reason, days = request.form.get("reason", "").strip(), services().config.approval_days
    try:
        with services().engine.begin() as connection:
            made = export_requests.ask(connection, access.actor(), wanted, reason, days)
            approvals.tell_asked(connection, made, url_for("ExportsView.show", number=made))
    except Invalid as problem:
        return page(entity, str(problem), problem.status)
    flash(_("Asked. You are told here as soon as somebody has decided."), "success")
    return redirect(url_for("ExportsView.show", number=made))


def run(entity: Entity, number: str) -> Any:
    """The file of an approved request: its filter, its fields, nothing of the address; the rights are those of this moment."""
    found = export_requests.with_id(access.overlay(), number)
    if (
        found is None
        or found.approval.user_id != access.actor().user_id
        or found.wanted.entity != entity.name
    ):
        raise Stale(_gone())
    wanted = found.wanted
    for path in named_fields(wanted.condition):
        paths.check_path(access.records(), entity, path)
    for name in (name for name, _descending in wanted.sort):
        if not access.policy().is_open(entity, name):
            raise unknown_field(name)
    big = services().config.big_table_rows
    query = read.Query(wanted.columns, wanted.condition, wanted.search, wanted.sort, big=big)
    run_id = secrets.token_hex(16)
    with services().engine.begin() as connection:
        taken = export_requests.take(connection, access.actor(), number, run_id)
    if taken is None:
        raise Stale(_gone())
    try:
        return export_pages.answer(
            entity, query, wanted.kind, Asked(found.approval.reason, wanted.filter, taken, run_id)
        )
    except Problem:
        _give_back(number, run_id)
        raise


def _give_back(number: str, run_id: str) -> None:
    """Nothing of it was sent: a refusal before the first row costs no download."""
    with services().engine.begin() as connection:
        if exports.own(connection, access.actor(), run_id) is None:
            export_requests.give_back(connection, number, run_id)


def _gone() -> str:
    return str(_("There is nothing to download here: it was downloaded, taken back, refused, or its time is over. Look at the list of your exports."))  # fmt: skip


def _asked_for(entity: Entity) -> tuple[ListState, read.Query]:
    state = saved.applied(entity, from_request(entity))
    query = listing.query_of(entity, state, listing.shown_columns(entity, state))
    listing.usable(entity, state)
    return state, query


def _typed(state: ListState) -> str:
    return json.dumps(state.filter, ensure_ascii=False) if state.filter else ""


def _address(endpoint: str, entity: Entity, **more: str) -> str:
    """A page with the list's own address behind it, as it came."""
    kept = {name: text for name, text in request.args.items() if name not in {"cursor", "run"}}
    return f"{url_for(endpoint, entity=entity.name)}?{urlencode(kept | more)}"


def _kind() -> str:
    return "xlsx" if request.args.get("kind") == "xlsx" else "csv"


def _expected(entity: Entity, query: read.Query) -> tuple[int | None, bool]:
    """How many rows there are, and whether that is exact; None where finding out takes too long."""
    session = access.records()
    try:
        with session.for_action("export"):
            found = read.total(session, entity, query)
    except Unavailable:
        return None, False
    return (found.number if found.kind in {"exact", "about"} else None), found.kind == "exact"


def _bound(entity: Entity, number: int | None, *, is_exact: bool) -> int:
    """The most rows that are asked for: whoever approves reads this number, and the file holds no more."""
    file_rows = most(access.policy(), entity, FILE)
    if number is None:
        return file_rows
    return min(file_rows, number + number // SHARE + ROOM if is_exact else 2 * number)


def _rows_words(number: int | None, *, is_exact: bool) -> str:
    if number is None:
        return str(_("nobody knows beforehand"))
    rows = format_decimal(number)
    return rows if is_exact else str(_("about %(number)s", number=rows))


def _labels(entity: Entity, names: Any) -> list[str]:
    known = [name for name in names if name in entity.fields]
    return [entity.fields[name].label.text(language()) or name for name in known]
