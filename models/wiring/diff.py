"""What differs between two wirings, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from app.i18n import language
from models.wiring.care_words import in_words
from models.wiring.document import entity_to_plain
from models.wiring.nouns import Entity, Wiring

QUIET = {
    "row_estimate",
    "comment",
    "indexes",
    "unique",
    "sql_type",
    "nullable",
    "has_default",
    "length",
    "scale",
    "confidence",
    "dormant",
}
"""Facts of the database: they change by themselves and are nobody's decision."""


@dataclass(frozen=True)
class Difference:
    """One line of a diff. `kind` is "added", "removed" or "changed"."""

    kind: str
    entity: str
    """Name of the entity."""
    text: str
    """A sentence."""


def differences(old: Wiring, new: Wiring) -> list[Difference]:
    """What leads from `old` to `new`, entity by entity in the new one's order."""
    found: list[Difference] = []
    for name, entity in new.entities.items():
        if name not in old.entities:
            text = ngettext(
                "%(entity)s is added: table %(table)s with %(num)s field.",
                "%(entity)s is added: table %(table)s with %(num)s fields.",
                len(entity.fields),
                **_named(entity),
            )
            found.append(Difference("added", name, text))
        else:
            found += changes_between(old.entities[name], entity)
    gone = [entity for name, entity in old.entities.items() if name not in new.entities]
    return found + [Difference("removed", e.name, _("%(entity)s is taken out.", **_named(e))) for e in gone]


def _named(entity: Entity) -> dict[str, str]:
    return {"entity": entity.label.text(language()) or entity.name, "table": entity.table_name}


def changes_between(old: Entity, new: Entity) -> Iterator[Difference]:
    """What leads from one entity to another of the same name."""
    was, now = entity_to_plain(old), entity_to_plain(new)
    for attribute in sorted(set(was) | set(now)):
        if (
            attribute in QUIET
            or attribute in {"fields", "relations"}
            or was.get(attribute) == now.get(attribute)
        ):
            continue
        yield _change(new, _attribute(attribute), *_both(attribute, was, now))
    yield from _parts(new, _("field"), was["fields"], now["fields"])
    yield from _parts(new, _("relation"), was.get("relations", {}), now.get("relations", {}))


def _parts(entity: Entity, what: str, was: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Difference]:
    """Differences between fields, or between relations, by name."""
    for name in [*now, *(name for name in was if name not in now)]:
        place = {**_named(entity), "what": what, "name": name}
        if name not in was:
            yield Difference("added", entity.name, _("%(entity)s: %(what)s %(name)s is added.", **place))
        elif name not in now:
            yield Difference(
                "removed", entity.name, _("%(entity)s: %(what)s %(name)s is taken out.", **place)
            )
        else:
            yield from _part(entity, f"{what} {name}", was[name], now[name])


def _part(entity: Entity, place: str, was: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Difference]:
    for attribute in sorted(set(was) | set(now)):
        if attribute not in QUIET and was.get(attribute) != now.get(attribute):
            yield _change(entity, f"{place}, {_attribute(attribute)}", *_both(attribute, was, now))


def _both(attribute: str, was: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[Any, Any]:
    return in_words(attribute, was.get(attribute)), in_words(attribute, now.get(attribute))


def _change(entity: Entity, place: str, was: Any, now: Any) -> Difference:
    text = _(
        "%(entity)s: %(place)s changes from %(was)s to %(now)s.",
        entity=_named(entity)["entity"], place=place, was=_said(was), now=_said(now),
    )  # fmt: skip
    return Difference("changed", entity.name, text)


def _said(value: Any) -> str:
    """A setting as a person reads it."""
    if value in (None, "", [], {}):
        return str(_("nothing"))
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, Mapping):
        return "“" + ", ".join(f"{key}: {_bare(item)}" for key, item in value.items()) + "”"
    return f"“{_bare(value)}”"


def _bare(value: Any) -> str:
    return ", ".join(str(item) for item in value) if isinstance(value, list) else str(value)


def _attribute(name: str) -> str:
    """What an attribute is called on the pages; its own name where nothing is said there."""
    words = {
        "label": _("label"), "kind": _("type"), "settings": _("settings"), "key": _("key"), "title": _("title"), "code": _("code"),
        "role": _("role"), "listed": _("in lists"), "searched": _("searched"), "inside": _("searched inside words"), "group": _("heading"), "owner": _("owner"),
        "unit": _("unit"), "region": _("region"), "read_only": _("read-only"), "help": _("help"), "sensitive": _("masked by default"), "target": _("target"),
        "columns": _("columns"), "when": _("applies when"), "separator": _("separator"), "icon": _("icon"), "parent": _("belongs to"), "delete_flag": _("delete flag"),
        "updated": _("last change"), "renamed": _("renamed columns"), "fixed": _("fixed values"),
        "audited": _("reads that are written down"), "kept": _("why people's data must be kept"),
        "on_request": _("what requests of persons do with whole records"), "personal": _("people's data"),
    }  # fmt: skip
    return str(words.get(name, name))


def is_same(old: Wiring, new: Wiring) -> bool:
    """Nothing that people decide about differs, not even the order in the menu."""
    return list(old.entities) == list(new.entities) and not differences(old, new)
