"""What a form brought along: which of its fields somebody touched, and the key that keeps it from counting twice."""

from __future__ import annotations

import json
import uuid

from flask import g, request
from werkzeug.datastructures import MultiDict

from models.records.transaction import Once


def touched(sent: MultiDict[str, str]) -> MultiDict[str, str]:
    """What was sent without the fields that stand as the page first showed them: those are nobody's edit."""
    first = originals(sent.get("originals", ""))
    kept = [
        (n, v) for n, v in sent.items(multi=True) if _plain(first.get(n)) != _plain(",".join(sent.getlist(n)))
    ]
    return MultiDict(kept)


def originals(text: str) -> dict[str, str]:
    """The texts that the page showed at first, by name in the form; {} when they were lost on the way."""
    try:
        found = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return {}
    return {str(k): str(v) for k, v in found.items()} if isinstance(found, dict) else {}


def _plain(text: str | None) -> str | None:
    return None if text is None else text.replace("\r\n", "\n").replace("\r", "\n")


def once() -> Once:
    """The idempotency key of this form and what was sent with it."""
    sent = {k: v for k, v in request.form.lists() if k not in {"csrf_token", "then", "originals"}}
    content = json.dumps([request.path, sent], sort_keys=True, ensure_ascii=False)
    return Once(request.form.get("idempotency_key", "")[:80], content, g.get("request_id", ""))


def new_key() -> str:
    """A key for one sending of a form."""
    return uuid.uuid4().hex
