"""The matrix of one role: a line for everything, for each kind and for each entity, a cell for each action."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from flask import current_app
from flask_appbuilder.security.sqla.models import Role
from sqlalchemy import select

from app.i18n import language
from app.security import overlay_session
from models import access
from models.grants import ACTIONS, SCOPES
from models.grants_document import FIELDS, from_plain
from models.grants_store import roles_with_rules
from models.wiring.nouns import ROLES, Entity
from views.rights.words import action_words, place_words, right_words, role_name, rule_words, scope_words

KEEP = "keep"
"""Chosen in a cell that says more than a scope: it stays as it is."""
SIMPLE = tuple(scope for scope in SCOPES if scope not in {"units", "rule"})
MOST = 60
"""Entities on one page; others are found by their name."""


@dataclass(frozen=True)
class Cell:
    """What a role may do: the scope that is chosen, or KEEP with `words` for what a list cannot say."""

    name: str
    label: str
    chosen: str = ""
    words: str = ""
    inherited: str = ""
    """What holds here without a choice, by the lines for the kind and for everything: "(Own)"."""


@dataclass(frozen=True)
class Line:
    """An entity, a kind or everything. `fields` says how many fields are limited, `wider` that it holds for several."""

    place: str
    label: str
    cells: list[Cell]
    fields: str = ""
    is_wider: bool = False


def roles() -> list[tuple[str, str]]:
    """(name, words) of all roles but the administrators', whose rights are not limited."""
    manager_role = current_app.appbuilder.sm.auth_role_admin  # type: ignore[attr-defined]
    known = set(overlay_session().execute(select(Role.name)).scalars())
    names = sorted((known | set(roles_with_rules(access.overlay()))) - {manager_role})
    return [(name, role_name(name)) for name in names]


def lines(document: Mapping[str, Any], typed: str) -> list[Line]:
    """The lines that are shown: entities whose name holds what was typed, those with rules of their own first."""
    entities = [entity for entity in access.catalogue().entities.values() if _fits(entity, typed)]
    entities.sort(key=lambda entity: entity.name not in document)
    kinds = [f"role:{kind}" for kind in ROLES if not typed and _is_used(kind, document)]
    wider = [] if typed else ["*", *kinds]
    return [_line(document, place, is_wider=True) for place in wider] + [
        _line(document, entity.name) for entity in entities[:MOST]
    ]


def merged(document: Mapping[str, Any], form: Mapping[str, str]) -> dict[str, Any]:
    """The role's document with the cells that were sent; cells that were not sent, or say KEEP, stay."""
    found = deepcopy(dict(document))
    for name, chosen in form.items():
        action, _colon, place = name.partition(":")
        if action not in ACTIONS or not place or chosen == KEEP:
            continue
        entry = found.setdefault(place, {})
        if chosen:
            entry[action] = chosen
        else:
            entry.pop(action, None)
    return {place: entry for place, entry in found.items() if entry}


def _fits(entity: Entity, typed: str) -> bool:
    return (
        not typed
        or typed.lower() in f"{entity.name} {entity.label.text(language())} {entity.table_name}".lower()
    )


def _is_used(kind: str, document: Mapping[str, Any]) -> bool:
    return f"role:{kind}" in document or bool(access.catalogue().by_role(kind))


def _line(document: Mapping[str, Any], place: str, *, is_wider: bool = False) -> Line:
    entry = document.get(place, {})
    words, wider = action_words(), inherited(document, place)
    cells = [_cell(place, action, words[action], entry.get(action), wider[action]) for action in ACTIONS]
    return Line(place, place_words(place), cells, fields_words(entry), is_wider)


def _cell(place: str, action: str, label: str, said: Any, inherited: str) -> Cell:
    name = f"{action}:{place}"
    if said is None or said in SIMPLE:
        return Cell(name, label, said or "", "", inherited)
    return Cell(name, label, KEEP, _said_words(place, action, said), inherited)


def _said_words(place: str, action: str, said: Any) -> str:
    rules = from_plain({"": {place: {action: said}}})[0]
    return "; ".join(rule_words(rule) for rule in rules)


def inherited(document: Mapping[str, Any], place: str) -> dict[str, str]:
    """What holds for each action of a place that says nothing itself, in words; "" where nothing does."""
    entity = access.catalogue().get(place)
    above = ["*", f"role:{entity.role}"] if entity is not None else ["*"] if place != "*" else []
    return {action: _inherited(document, above, action) for action in ACTIONS}


def _inherited(document: Mapping[str, Any], above: list[str], action: str) -> str:
    found = [(place, document[place][action]) for place in above if action in document.get(place, {})]
    words = dict.fromkeys(_said_words(place, action, said) for place, said in found)
    return f"({', '.join(words)})" if words else ""


def fields_words(entry: Mapping[str, Any]) -> str:
    """How many fields of an entry have which right: "Masked 2, Hidden 1"."""
    counted: dict[str, int] = {}
    for said in (entry.get(FIELDS) or {}).values():
        for one in said if isinstance(said, list) else [said]:
            right = one["right"] if isinstance(one, Mapping) else one
            counted[right] = counted.get(right, 0) + 1
    words = right_words()
    return ", ".join(f"{words[right]} {number}" for right, number in counted.items())


def options() -> list[tuple[str, str]]:
    """What a cell offers."""
    words = scope_words()
    return [
        ("", ""),
        *(
            (scope, words[scope])
            for scope in ("own", "subordinates", "unit", "below", "region", "all", "nobody")
        ),
    ]
