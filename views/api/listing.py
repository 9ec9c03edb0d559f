"""GET of a list: the address becomes a Query, its page becomes JSON with cursors and Link headers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from flask import Response, jsonify, request
from flask_babel import gettext as _

from app.errors import Invalid, Unavailable
from models import access
from models.guard import unknown_field
from models.records import read
from models.wiring.nouns import Entity
from views.api import allowance, shapes
from views.records import listing, state, watermark

USUAL_SIZE, MOST_ROWS = 25, 200
ARGUMENTS = {"filter", "q", "sort", "fields", "size", "cursor", "total", "_l_"}


def response(entity: Entity) -> Response:
    """{"data": [...], "next": cursor, "previous": cursor, "total": {"kind", "number"}}"""
    _refuse_unknown(request.args.keys())
    names = chosen_fields(entity, request.args.get("fields", ""))
    query = query_of(entity, names)
    page = read.page(access.records(), entity, query)
    allowance.spend(entity, len(page.records))
    answer: dict[str, Any] = {
        "data": shapes.all_as_json(entity, page.records, names),
        "next": page.next_cursor or None,
        "previous": page.previous_cursor or None,
    }
    if request.args.get("total") != "none":
        answer["total"] = total(entity, query, page)
    made = jsonify(answer)
    made.headers[watermark.HEADER] = watermark.made().header
    links = {"next": page.next_cursor, "prev": page.previous_cursor}
    made.headers["Link"] = ", ".join(
        f'<{address(cursor)}>; rel="{rel}"' for rel, cursor in links.items() if cursor
    )
    return made


def query_of(entity: Entity, names: Sequence[str]) -> read.Query:
    """The Query behind the address; title and code are read as well, since they name the record."""
    arguments = request.args
    named = [n for n in (entity.title, entity.code) if n and access.policy().right(entity, n) != "hidden"]
    condition = listing.resolved(entity, state.read_filter(arguments.get("filter", "")), access.actor())
    return read.Query(
        columns=tuple(dict.fromkeys([*names, *named])),
        condition=condition,
        search=arguments.get("q", "").strip()[:200],
        sort=state.read_sort(arguments.get("sort", "")) or listing.default_sort(entity, condition),
        cursor=arguments.get("cursor", ""),
        size=size_of(arguments.get("size", "")),
    )


def chosen_fields(entity: Entity, text: str) -> list[str]:
    """The fields of `fields=a,b`, else all that the caller may see. Raises NotVisible for others."""
    visible = access.policy().visible(entity)
    wanted = state.names_in(text)
    for name in wanted:
        if name not in visible:
            raise unknown_field(name)
    return wanted or visible


def size_of(text: str) -> int:
    """Rows a page. Raises Invalid for what is no number; larger ones become the largest."""
    if not text:
        return USUAL_SIZE
    if not text.isascii() or not text.isdecimal() or int(text[:9]) == 0:
        raise Invalid(_("The size of a page is a number from 10 to %(most)s.", most=MOST_ROWS))
    return min(int(text[:9]), MOST_ROWS)


def total(entity: Entity, query: read.Query, page: read.Page) -> dict[str, Any]:
    """How many fit: exact, about or over that number; unknown when finding out would take too long."""
    try:
        found = read.whole(query, page) or read.total(access.records(), entity, query)
    except Unavailable:
        return {"kind": "unknown", "number": None}
    return {"kind": found.kind, "number": None if found.kind == "unknown" else found.number}


def address(cursor: str) -> str:
    """The list at another cursor, without the host: whoever asked knows it."""
    kept = [(name, value) for name, value in request.args.items() if name != "cursor"]
    return f"{request.path}?{urlencode([*kept, ('cursor', cursor)])}"


def _refuse_unknown(names: Any) -> None:
    """A misspelt `filter` must not answer with everything."""
    for name in names:
        if name not in ARGUMENTS:
            words = {"name": name[:40], "known": ", ".join(sorted(ARGUMENTS - {"_l_"}))}
            raise Invalid(_("There is no parameter called “%(name)s”. Use one of: %(known)s.", **words))
