"""A record's history: its changes in plain words, each as far as the reader may know its fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import current_app, url_for
from flask_babel import format_datetime
from flask_babel import gettext as _
from markupsafe import Markup

from app.extensions import services
from app.i18n import language
from models import access, viewing
from models.audit import reads
from models.change import Change, changes_of, changes_with_ids
from models.masking import masked
from models.records import outside, read
from models.records.undo import UNDONE
from models.wiring.nouns import Entity
from views.records import cells

HISTORY_SIZE = 20


def history_context(entity: Entity, token: str, below: int | None) -> dict[str, Any]:
    """The record's changes in words, newest first; hidden fields are left out, masked ones masked."""
    record = read.get(access.records(), entity, token)
    found = _told(entity, record, below)
    here = url_for("RecordView.history", entity=entity.name, token=token)
    more = f"{here}?below={found[HISTORY_SIZE - 1].id}" if len(found) > HISTORY_SIZE else ""
    entries = [entry(entity, c, record) for c in found[:HISTORY_SIZE]]
    return {"entity": entity, "entries": entries, "more_url": more}


def _told(entity: Entity, record: read.Record, below: int | None) -> list[Change]:
    """Changes, and for those who look into the audit also who read the record."""
    overlay, size, token = access.overlay(), HISTORY_SIZE + 1, record.token
    found = _changes(entity, record, below)
    manager = current_app.appbuilder.sm  # type: ignore[attr-defined]
    if not entity.audited or not manager.has_access("can_look", "Audit"):
        return found
    read_by = changes_with_ids(overlay, reads.ids_of(overlay, entity.name, token, below, size))
    return sorted([*found, *read_by], key=lambda one: -one.id)[:size]


def _changes(entity: Entity, record: read.Record, below: int | None) -> list[Change]:
    """The record's changes. What another program has changed since the last of them is written down first."""
    size = HISTORY_SIZE + 1
    found = changes_of(access.overlay(), entity.name, record.token, limit=size, below=below)
    known = outside.known_values(entity, found) if below is None else {}
    is_new = outside.differing(entity, known, record.values) and not viewing.is_on()
    if not is_new or outside.notice(services().engine, entity, record.token) is None:
        return found
    access.overlay().rollback()  # to see it
    return changes_of(access.overlay(), entity.name, record.token, limit=size)


def entry(entity: Entity, change: Change, record: read.Record) -> dict[str, Any]:
    """One change for the timeline."""
    return {
        "id": change.id,
        "at": format_datetime(change.at),
        "who": _("Outside Veneer") if change.action == outside.ACTION else change.actor_name,
        "cause": "" if change.action == outside.ACTION else change.cause,
        "action": change.action,
        "action_text": action_text(change.action),
        "reason": change.reason,
        "differences": differences(entity, change, record),
        "undone": change.undone_by is not None,
        "can_undo": can_undo(entity, change),
        "undo_url": url_for("RecordView.undo", entity=entity.name, changes=change.id),
    }


def action_text(action: str) -> str:
    """What happened, in a word."""
    words: dict[str, str] = {
        "create": _("Added"),
        "change": _("Changed"),
        "delete": _("Deleted"),
        "undo": _("Taken back"),
        "anonymise": _("Made anonymous"),
        "erase": _("Personal data erased"),
        "purge": _("Deleted for good"),
        "outside": _("Changed by another program"),
        "opened": _("Opened"),
        "listed": _("Seen in a list"),
    }
    return words.get(action, action)


def differences(entity: Entity, change: Change, record: read.Record) -> list[dict[str, Any]]:
    """(label, before, after) of what the reader may know of this record."""
    names = dict.fromkeys([*change.before, *change.after]) if change.action != "delete" else {}
    if change.entity == reads.SUBJECT:
        return []
    rights = {name: record.rights.get(name, access.policy().right(entity, name)) for name in record.values}
    return [_difference(entity, n, change, rights[n]) for n in names if rights.get(n, "hidden") != "hidden"]


def _difference(entity: Entity, name: str, change: Change, right: str) -> dict[str, Any]:
    return {
        "label": entity.fields[name].label.text(language()) or name,
        "before": _side(entity, name, change.before, right),
        "after": _side(entity, name, change.after, right),
    }


def _side(entity: Entity, name: str, values: Mapping[str, Any], right: str) -> Markup:
    if name not in values:
        return Markup("")
    value = masked(entity.fields[name], values[name]) if right == "masked" else values[name]
    return cells.cell(entity, name, value, {})


def can_undo(entity: Entity, change: Change) -> bool:
    """My own change, not taken back yet, and I may still write here."""
    actor = access.actor()
    mine = actor.is_administrator or change.actor_id == actor.user_id
    return (
        mine
        and change.undone_by is None
        and change.entity == entity.name
        and not change.anonymised
        and change.action in UNDONE
        and access.policy().may(entity, "change")
    )
