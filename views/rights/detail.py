"""One role and one entity: scopes with their units and conditions, and the rights on each field."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from app.errors import Invalid
from app.i18n import language
from models import access
from models.grants import ACTIONS, FIELD_RIGHTS, SCOPES
from models.grants_document import FIELDS
from models.wiring.nouns import Entity
from views.rights.matrix import KEEP
from views.rights.typed import condition_of
from views.rights.words import action_words, right_words, scope_words


@dataclass(frozen=True)
class ActionLine:
    """What the form asks about one action."""

    name: str
    label: str
    scope: str
    units: str
    condition: str


@dataclass(frozen=True)
class FieldLine:
    """What it asks about one field."""

    name: str
    label: str
    right: str
    condition: str
    is_sensitive: bool = False
    """Masked unless a right says otherwise."""


def texts_of(entry: Mapping[str, Any]) -> dict[str, str]:
    """The texts of the form for what is kept; several rules in one place are KEEP: only the file can say them."""
    texts: dict[str, str] = {}
    for action in ACTIONS:
        said = entry.get(action)
        one = said if isinstance(said, Mapping) else {"scope": said or ""}
        texts[f"scope.{action}"] = KEEP if isinstance(said, list) else str(one["scope"])
        texts[f"units.{action}"] = "\n".join(one.get("units") or [])
        texts[f"condition.{action}"] = _text(one.get("condition"))
    for name, said in (entry.get(FIELDS) or {}).items():
        one = said if isinstance(said, Mapping) else {"right": said}
        texts[f"right.{name}"] = KEEP if isinstance(said, list) else str(one["right"])
        texts[f"when.{name}"] = _text(one.get("when"))
    return texts


def entry_of(before: Mapping[str, Any], texts: Mapping[str, str], entity: Entity | None) -> dict[str, Any]:
    """The entry that the texts say; whatever says KEEP stays. Raises Invalid."""
    entry = {action: _action(before, texts, action) for action in ACTIONS}
    names = entity.fields if entity is not None else {}
    fields = {name: _field(before, texts, name) for name in names}
    kept = {action: said for action, said in entry.items() if said}
    limited = {name: said for name, said in fields.items() if said}
    return kept | ({FIELDS: limited} if limited else {})


def _action(before: Mapping[str, Any], texts: Mapping[str, str], action: str) -> Any:
    scope = texts.get(f"scope.{action}", "")
    if scope == KEEP:
        return before.get(action)
    if scope == "units":
        return {"scope": scope, "units": texts.get(f"units.{action}", "").replace(",", " ").split()}
    if scope == "rule":
        condition = condition_of(texts.get(f"condition.{action}", ""))
        if condition is None:
            raise Invalid(_("%(action)s: write the condition.", action=action_words()[action]))
        return {"scope": scope, "condition": condition}
    return scope


def _field(before: Mapping[str, Any], texts: Mapping[str, str], name: str) -> Any:
    right = texts.get(f"right.{name}", "")
    if right == KEEP:
        return (before.get(FIELDS) or {}).get(name)
    when = condition_of(texts.get(f"when.{name}", ""))
    return {"right": right, "when": when} if right and when else right


def action_lines(texts: Mapping[str, str]) -> list[ActionLine]:
    """The actions of the form."""
    return [
        ActionLine(
            action,
            words,
            *(texts.get(f"{part}.{action}", "") for part in ("scope", "units", "condition")),
        )
        for action, words in action_words().items()
    ]


def field_lines(entity: Entity | None, texts: Mapping[str, str]) -> list[FieldLine]:
    """The fields of the form; none for what holds for several entities."""
    fields = entity.fields.values() if entity is not None else ()
    return [
        FieldLine(
            field.name,
            field.label.text(language()) or field.name,
            texts.get(f"right.{field.name}", ""),
            texts.get(f"when.{field.name}", ""),
            field.sensitive,
        )
        for field in fields
    ]


def scope_options() -> list[tuple[str, str]]:
    """What can be chosen for an action."""
    words = scope_words()
    order = ("own", "subordinates", "unit", "below", "units", "region", "rule", "all", "nobody")
    return [("", "–"), *((scope, words[scope]) for scope in order if scope in SCOPES)]


def right_options() -> list[tuple[str, str]]:
    """What can be chosen for a field; without a choice it is editable, or masked where it is sensitive."""
    words = right_words()
    limits = (right for right in ("edit", "read", "masked", "hidden", "never") if right in FIELD_RIGHTS)
    return [("", words["edit"]), *((right, words[right]) for right in limits)]


def entity_at(place: str) -> Entity | None:
    """The entity of a place; None for all of a kind and for everything."""
    return access.catalogue().get(place)


def _text(condition: Any) -> str:
    return json.dumps(condition, ensure_ascii=False) if condition else ""
