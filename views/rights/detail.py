"""One role and one entity: scopes with their units and conditions, and the rights on each field."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from app.errors import Invalid
from app.i18n import language
from models import access
from models.grants import ACTIONS, FIELD_RIGHTS, SCOPES
from models.grants_document import FIELDS
from models.wiring.nouns import Entity
from views.people.units import chosen
from views.rights.conditions import Unbuildable, drawn, kept_text, read
from views.rights.words import action_words, right_words, scope_words

UNITS = re.compile(r"(\d+:)?units\.")


@dataclass(frozen=True)
class Said:
    """One rule as the form asks for it. `start` is what its fields' names begin with: "" for the first, "1:" for the next."""

    start: str
    choice: str
    condition: str = ""
    drawn: Any = None
    """The condition as the builder draws it."""
    is_plain: bool = False
    """The builder cannot draw it: it is shown as it is kept."""
    units: Mapping[str, str] = field(default_factory=dict)
    """Names of chosen units by their code."""


@dataclass(frozen=True)
class Line:
    """What the form asks about one action or one field: one rule after another."""

    name: str
    label: str
    said: list[Said]
    is_sensitive: bool = False
    """Masked unless a right says otherwise."""


def texts_of(entry: Mapping[str, Any]) -> dict[str, str]:
    """The texts of the form for what is kept."""
    texts: dict[str, str] = {}
    for action in ACTIONS:
        for start, one in _numbered(entry.get(action), "scope"):
            texts[f"{start}scope.{action}"] = str(one["scope"])
            texts[f"{start}units.{action}"] = "\n".join(one.get("units") or [])
            texts[f"{start}condition.{action}"] = kept_text(one.get("condition"))
    for name, said in (entry.get(FIELDS) or {}).items():
        for start, one in _numbered(said, "right"):
            texts[f"{start}right.{name}"] = str(one["right"])
            texts[f"{start}when.{name}"] = kept_text(one.get("when"))
    return texts


def sent_texts(form: MultiDict[str, str]) -> dict[str, str]:
    """The texts as they were sent; several chosen units are one text."""
    return {name: "\n".join(found) if UNITS.match(name) else found[0] for name, found in form.lists()}


def _numbered(said: Any, key: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each rule of a place with what its names begin with."""
    listed = said if isinstance(said, list) else [said] if said else []
    for number, one in enumerate(listed):
        yield f"{number}:" if number else "", one if isinstance(one, Mapping) else {key: one}


def _starts(texts: Mapping[str, str], place: str) -> list[str]:
    """What the rules of one place begin with, in their order; at least the first."""
    found = {name.removesuffix(place)[:-1] for name in texts if name.endswith(f":{place}")}
    numbers = sorted(int(number) for number in found if number.isdecimal() and len(number) < 4)
    return ["", *(f"{number}:" for number in numbers)]


def with_another(texts: Mapping[str, str], place: str) -> dict[str, str]:
    """With one more rule in a place ("scope.see"), to be filled in."""
    number = int((_starts(texts, place)[-1] or "0:")[:-1]) + 1
    return {**texts, f"{number}:{place}": ""}


def entry_of(texts: Mapping[str, str], entity: Entity | None) -> dict[str, Any]:
    """The entry that the texts say. Raises Invalid."""
    entry = {action: _several(texts, f"scope.{action}", _action) for action in ACTIONS}
    names = entity.fields if entity is not None else {}
    fields = {name: _several(texts, f"right.{name}", _field) for name in names}
    kept = {action: said for action, said in entry.items() if said}
    limited = {name: said for name, said in fields.items() if said}
    return kept | ({FIELDS: limited} if limited else {})


def _several(texts: Mapping[str, str], place: str, read: Callable[[Mapping[str, str], str, str], Any]) -> Any:
    """What a place says: nothing, one rule, or a list of them."""
    name = place.partition(".")[2]
    found = [said for start in _starts(texts, place) if (said := read(texts, name, start))]
    return found[0] if len(found) == 1 else found or ""


def _action(texts: Mapping[str, str], action: str, start: str) -> Any:
    scope = texts.get(f"{start}scope.{action}", "")
    if scope == "units":
        return {"scope": scope, "units": _codes(texts, action, start)}
    if scope == "rule":
        condition = read(texts.get(f"{start}condition.{action}", ""))
        if condition is None:
            raise Invalid(_("%(action)s: write the condition.", action=action_words()[action]))
        return {"scope": scope, "condition": condition}
    return scope


def _codes(texts: Mapping[str, str], action: str, start: str) -> list[str]:
    return list(dict.fromkeys(texts.get(f"{start}units.{action}", "").replace(",", " ").split()))


def _field(texts: Mapping[str, str], name: str, start: str) -> Any:
    right = texts.get(f"{start}right.{name}", "")
    when = read(texts.get(f"{start}when.{name}", ""))
    return {"right": right, "when": when} if right and when else right


def action_lines(entity: Entity | None, texts: Mapping[str, str]) -> list[Line]:
    """The actions of the form."""
    names = chosen(
        {
            code
            for action in ACTIONS
            for start in _starts(texts, f"scope.{action}")
            for code in _codes(texts, action, start)
        }
    )
    return [
        Line(
            action,
            words,
            [
                _said_action(entity, texts, action, start, names)
                for start in _starts(texts, f"scope.{action}")
            ],
        )
        for action, words in action_words().items()
    ]


def _said_action(
    entity: Entity | None, texts: Mapping[str, str], action: str, start: str, names: Mapping[str, str]
) -> Said:
    units = {code: names.get(code, code) for code in _codes(texts, action, start)}
    return _said(entity, texts, (f"scope.{action}", f"condition.{action}", start), units)


def _said(
    entity: Entity | None, texts: Mapping[str, str], place: tuple[str, str, str], units: Mapping[str, str]
) -> Said:
    choice, condition, start = place
    text = texts.get(start + condition, "")
    try:
        shown, is_plain = drawn(entity, text), False
    except Unbuildable:
        shown, is_plain = None, True
    return Said(start, texts.get(start + choice, ""), text, shown, is_plain, units)


def field_lines(entity: Entity | None, texts: Mapping[str, str]) -> list[Line]:
    """The fields of the form; none for what holds for several entities."""
    fields = entity.fields.values() if entity is not None else ()
    return [
        Line(
            one.name,
            one.label.text(language()) or one.name,
            [
                _said(entity, texts, (f"right.{one.name}", f"when.{one.name}", start), {})
                for start in _starts(texts, f"right.{one.name}")
            ],
            one.sensitive,
        )
        for one in fields
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
