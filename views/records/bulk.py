"""Bulk edit and delete of selected rows: a preview first, each row through the same gateway, undo afterwards."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import g, request
from flask_babel import gettext as _

from app.errors import Invalid, Problem
from fields.bound import PREFIX
from models import access
from models.records import read, write
from models.records import undo as taking_back
from models.records.transaction import Once, Saved
from models.wiring.nouns import Entity, Field
from views.numbers import whole
from views.records import cells

MAX_ROWS = 200


@dataclass
class Outcome:
    """What a bulk action did: saved changes, and a sentence for each row that was refused."""

    saved: list[Saved] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)

    @property
    def change_ids(self) -> list[int]:
        """Changes that can be undone."""
        return [s.change_id for s in self.saved if s.change_id is not None]


def tokens() -> list[str]:
    """The selected rows; raises Invalid for none and for too many."""
    chosen = list(dict.fromkeys(request.form.getlist("token")))
    if not chosen:
        raise Invalid(_("Select at least one row first."))
    if len(chosen) > MAX_ROWS:
        raise Invalid(_("Select at most %(number)s rows at a time.", number=MAX_ROWS))
    return chosen


def selected(entity: Entity, chosen: Sequence[str], action: str) -> list[read.Record]:
    """The chosen records as they are now; NotVisible when one is out of reach."""
    session = access.records()
    with session.for_action(action):
        return [read.get(session, entity, token) for token in chosen]


def chosen_field(entity: Entity) -> Field | None:
    """The field to set; None before one is chosen. Raises Invalid for one that the person may not change."""
    name = request.form.get("field", "")
    if not name:
        return None
    if name not in entity.fields or name in entity.key or not access.policy().is_editable(entity, name):
        raise Invalid(_("Choose a field that you may change."))
    return entity.fields[name]


def editable_fields(entity: Entity) -> list[Field]:
    """Fields that a bulk edit may set: the key stays."""
    policy = access.policy()
    return [f for n, f in entity.fields.items() if n not in entity.key and policy.is_editable(entity, n)]


def preview(entity: Entity, chosen: Sequence[str], name: str, value: Any) -> list[dict[str, Any]]:
    """Each row with its value before and after."""
    rows = selected(entity, chosen, "change")
    names = cells.related_names(entity, [name], rows)
    after = cells.cell(entity, name, value, names)
    return [
        {
            "token": r.token,
            "title": r.title,
            "hash": r.hash,
            "before": cells.cell(entity, name, r.values.get(name), names, r.values),
            "after": after,
            "is_same": r.values.get(name) == value,
        }
        for r in rows
    ]


def edit(entity: Entity, chosen: Sequence[str], name: str, value: Any) -> Outcome:
    """Set one field on all rows, each as a change of its own."""
    return _each(chosen, lambda t, h, o: write.change(access.records(), entity, t, h, {name: value}, once=o))


def delete(entity: Entity, chosen: Sequence[str], reason: str) -> Outcome:
    """Delete the rows."""
    return _each(chosen, lambda t, h, o: write.remove(access.records(), entity, t, h, reason, once=o))


def _each(chosen: Sequence[str], work: Callable[[str, str, Once], Saved]) -> Outcome:
    outcome, key = Outcome(), request.form.get("idempotency_key", "")[:40]
    for token in chosen:
        row_hash = request.form.get(f"hash.{token}", "")
        once = Once(
            _row_key(key, token),
            _content(token),
            g.get("request_id", ""),
        )
        try:
            outcome.saved.append(work(token, row_hash, once))
        except Problem as problem:
            outcome.refused.append((token, str(problem)))
    return outcome


def _row_key(key: str, token: str) -> str:
    """One row's part of a form's key; tokens of long keys do not fit in and may begin alike."""
    return hashlib.sha256(f"{key}:{token}".encode()).hexdigest() if key else ""


def _content(token: str) -> str:
    """What a row's idempotency key stands for: the row and what is set on it."""
    name = request.form.get("field", "")
    return json.dumps([request.path, token, name, request.form.getlist(PREFIX + name)], ensure_ascii=False)


def undo(entity: Entity, changes: str) -> tuple[int, list[str]]:
    """Take changes ("17-18-19") back, the last one first: how many, and sentences for those that stay."""
    numbers = [number for part in changes.split("-") if (number := whole(part)) is not None][:MAX_ROWS]
    done, refused = 0, []
    for number in sorted(numbers, reverse=True):
        try:
            taking_back.undo(access.records(), entity, number, Once(request_id=g.get("request_id", "")))
        except Problem as problem:
            refused.append(str(problem))
        else:
            done += 1
    return done, refused
