"""POST, PATCH and DELETE of one record: If-Match carries the row token, Idempotency-Key makes a repeat harmless."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from flask import Response, g, jsonify, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import ETags
from werkzeug.http import parse_etags

from app.errors import Invalid, NotVisible, Problem, TooMany
from app.web import answer
from models import access
from models.records import read, write
from models.records.transaction import Once, Saved, first_answer
from models.rowtoken import key_of, token_for
from models.wiring.nouns import Entity
from views.api import allowance, shapes
from views.records import watermark

LONGEST_KEY = 80


class MatchNeeded(Problem):
    """A change must say which state of the row it means."""

    status = 428
    code = "match-needed"


def once() -> Once:
    """The idempotency key of this request and its content. Raises Invalid for a key that is too long."""
    key = request.headers.get("Idempotency-Key", "").strip()
    if len(key) > LONGEST_KEY:
        raise Invalid(_("An Idempotency-Key has at most %(most)s characters.", most=LONGEST_KEY))
    content = json.dumps([request.method, request.path, request.get_data(as_text=True)], ensure_ascii=False)
    return Once(_stored(key), content, g.get("request_id", ""))


def _stored(key: str) -> str:
    """The key as it is kept, apart from those of forms; the longest ones would not fit behind the prefix."""
    whole = f"api:{key}"
    return (
        "" if not key else whole if len(whole) <= LONGEST_KEY else f"api:{sha256(key.encode()).hexdigest()}"
    )


def canonical(entity: Entity, token: str) -> str:
    """The one spelling of a token, which the audit keeps. Raises NotVisible."""
    return token_for(entity, key_of(entity, token))


def create(entity: Entity, sent: Mapping[str, Any], key: Once) -> Saved:
    """Save a new record."""
    values = shapes.stored(entity, sent, creating=True)
    shapes.required(entity, values)
    return write.create(access.records(), entity, values, key)


def change(entity: Entity, token: str, matches: ETags, sent: Mapping[str, Any], key: Once) -> Saved:
    """Save what differs from the record. Raises Conflict when it is not the state that the caller read."""

    def work() -> Saved:
        record = read.get(access.records(), entity, token)
        values = shapes.stored(entity, shapes.differing(entity, sent, record))
        return write.change(access.records(), entity, token, row_token(matches, record), values, once=key)

    return first_answer(access.records(), key, work)


def remove(entity: Entity, token: str, matches: ETags, reason: str, key: Once) -> Saved:
    """Delete the record, or set its delete flag."""

    def work() -> Saved:
        record = read.get(access.records(), entity, token, entity.key)
        return write.remove(
            access.records(), entity, token, row_token(matches, record), reason[:500], once=key
        )

    return first_answer(access.records(), key, work)


def row_token(matches: ETags, record: read.Record) -> str:
    """The row token that the caller accepts; "" for any. A tag that a proxy made weak still names the row."""
    if matches.star_tag:
        return ""
    tags = {*matches.as_set(include_weak=True)}
    return record.hash if record.hash in tags else next(iter(tags), "")


def matches() -> ETags:
    """If-Match as it was sent. Raises MatchNeeded without one."""
    return needed(parse_etags(request.headers.get("If-Match")))


def needed(tags: ETags) -> ETags:
    """The tags; raises MatchNeeded when there is none."""
    if not tags:
        raise MatchNeeded(
            _(
                "Say which state you change: send the record's ETag as If-Match, or * for whatever is there now."
            )
        )
    return tags


def shown(entity: Entity, record: read.Record, status: int = 200) -> Response:
    """A record with its ETag. Raises TooMany when the caller has read too much today."""
    allowance.spend(entity, 1)
    made = jsonify(shapes.as_json(entity, record, access.policy().visible(entity)))
    made.status_code = status
    made.set_etag(record.hash)
    made.headers[watermark.HEADER] = watermark.made().header
    return made


def after(entity: Entity, saved: Saved, status: int = 200) -> Response:
    """The record as it is now; only its token where the caller may not see it any more, or has read too much today."""
    try:
        made = shown(entity, read.get(access.records(), entity, saved.token), status)
    except (NotVisible, TooMany):
        made = jsonify({"_token": shapes.spelled(saved.token)})
        made.status_code = status
    if status == 201:
        made.headers["Location"] = url_for(
            "RecordApi.read", entity=entity.name, token=shapes.spelled(saved.token)
        )
    return made


def conflict(entity: Entity, stale: write.Conflict) -> Response:
    """412 with the record as it is now, so that the caller can merge. Raises TooMany as `shown` does."""
    allowance.spend(entity, 1)
    current = shapes.as_json(entity, stale.current, access.policy().visible(entity))
    made, _status = answer(412, str(stale), stale.code)
    made.set_data(
        json.dumps({**made.get_json(force=True), "current": current}, ensure_ascii=False, default=str)
    )
    made.set_etag(stale.current.hash)
    made.status_code = 412
    return made  # type: ignore[no-any-return]
