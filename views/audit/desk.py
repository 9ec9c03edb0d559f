"""What the page of the audit shows: entries that are looked for, each as far as the reader may know its record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import url_for
from flask_babel import format_datetime
from flask_babel import gettext as _

from app.errors import Invalid
from app.extensions import services
from models import access
from models.audit.trail import Entry, Wanted, find
from models.change import Change
from models.records.reach import known_records
from models.records.read import Record
from views.audit import kept as kept_long
from views.audit import words
from views.numbers import whole
from views.records.history import differences

SIZE = 50
FIELDS = ("who", "subject", "action", "record", "request_id", "since", "until")


def wanted(arguments: Mapping[str, str]) -> Wanted:
    """What the form asks for. Raises Invalid for a day that is none."""
    typed = {name: arguments.get(name, "").strip()[:255] for name in FIELDS}
    since, until = day(typed.pop("since")), day(typed.pop("until"))
    return Wanted(
        **typed,
        since=_begins(since) if since else None,
        until=_begins(until + timedelta(days=1)) if until else None,
        below=whole(arguments.get("below", "")),
    )


def day(text: str) -> date | None:
    """A day as browsers send it; None for nothing."""
    try:
        found = date.fromisoformat(text) if text else None
    except ValueError:
        found = None
    if text and (found is None or not 1970 <= found.year <= 9998):
        raise Invalid(_("“%(text)s” is not a day. Write it as 2026-01-31.", text=text))
    return found


def _begins(day: date) -> datetime:
    """The instant at which a day begins where the legacy system lives."""
    return datetime.combine(day, time(), ZoneInfo(services().config.time_zone)).astimezone(UTC)


def context(arguments: Mapping[str, str]) -> dict[str, Any]:
    """Everything that audit/list.html draws."""
    typed = {name: arguments.get(name, "").strip()[:255] for name in FIELDS}
    found = find(access.overlay(), wanted(arguments), SIZE + 1)
    kept = {name: text for name, text in typed.items() if text}
    last = found[SIZE - 1].change.id if len(found) > SIZE else None
    return {
        "entries": shown(found[:SIZE]),
        "typed": typed,
        "is_narrowed": bool(kept),
        "subjects": _subjects(),
        "actions": sorted(words.actions().items(), key=lambda pair: pair[1]),
        "first_url": _url("list", kept) if arguments.get("below") else "",
        "next_url": _url("list", kept, below=last) if last is not None else "",
        "export_url": _url("export", kept),
        "kept": kept_long.context(),
    }


def _url(page: str, kept: Mapping[str, Any], **more: Any) -> str:
    return url_for(f"AuditView.{page}", **{**kept, **more})


def _subjects() -> list[tuple[str, str]]:
    """Parts of Veneer, then the entities that the reader may see."""
    seen = [e for e in access.catalogue().entities.values() if access.policy().may(e, "see")]
    entities = sorted(((e.name, words.subject(e.name)) for e in seen), key=lambda pair: pair[1])
    return sorted(words.subjects().items(), key=lambda pair: pair[1]) + entities


def shown(entries: Sequence[Entry]) -> list[dict[str, Any]]:
    """Entries for reading; a record out of the reader's reach keeps its number, not its name or values."""
    places = {(e.change.entity, e.change.record) for e in entries if not e.change.entity.startswith("@")}
    known = known_records(access.records(), places)
    return [
        _shown(entry, known.get((entry.change.entity, entry.change.record)) or _gone(entry.change))
        for entry in entries
    ]


def _gone(change: Change) -> Record | None:
    """A record that is no longer there, for administrators: nobody else can be asked whether he might see it."""
    entity = access.catalogue().get(change.entity)
    if entity is None or not access.actor().is_administrator:
        return None
    values = {n: v for n, v in {**change.before, **change.after}.items() if n in entity.fields}
    return Record(entity, values, change.record)


def _shown(entry: Entry, record: Record | None) -> dict[str, Any]:
    change, is_known = entry.change, record is not None
    is_event = change.entity.startswith("@")
    return {
        "id": change.id,
        "at": format_datetime(change.at, "medium"),
        "who": change.actor_name or "–",
        "cause": change.cause,
        "subject": words.subject(change.entity),
        "action": words.action(change.action),
        "record": change.record,
        "title": words.title(change) if is_event or is_known else "",
        "url": url_for("RecordView.show", entity=change.entity, token=change.record) if is_known else "",
        "reason": words.reason(change.entity, change.reason) if is_event or is_known else "",
        "differences": _event_parts(change) if is_event else _differences(change, record),
        "address": entry.address,
        "request_id": entry.request_id,
    }


def _differences(change: Change, record: Record | None) -> list[dict[str, Any]]:
    return differences(record.entity, change, record) if record is not None else []


def _event_parts(change: Change) -> list[dict[str, Any]]:
    names = dict.fromkeys([*change.before, *change.after])
    return [
        {
            "label": words.part(name),
            "before": words.value(change.before.get(name), name),
            "after": words.value(change.after.get(name), name),
        }
        for name in names
    ]
