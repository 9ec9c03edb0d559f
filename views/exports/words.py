"""What an export holds, in the words of somebody who may see less of it than whoever asked for it.

Whoever approves has to know what leaves; a value of a field that is masked for them is masked here too, and of a field that is
hidden from them they learn that there is one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from app.errors import Problem
from app.i18n import language
from fields import conditions
from models import access
from models.masking import mask_text
from models.records import paths
from models.wiring.nouns import Entity
from views.records.state import filter_parts, named_fields

OPEN, MASKED, HIDDEN = "open", "masked", "hidden"


def filter_words(entity: Entity, typed: str, search: str) -> list[str]:
    """The parts of a filter, each as far as the reader may know it."""
    condition = json.loads(typed) if typed else None
    words = [_search_words(entity, search)] if search else []
    words += [_part_words(entity, part) for part in filter_parts(condition)]
    return list(dict.fromkeys(words))


def columns(entity: Entity, names: Iterable[str]) -> list[str]:
    """Fields as people call them, and how many there are that the reader may not know."""
    named = [name for name in names if name in entity.fields]
    visible = set(access.policy().visible(entity))
    shown = [entity.fields[name].label.text(language()) or name for name in named if name in visible]
    hidden = len(named) - len(shown)
    more = ngettext("%(num)s field that you may not see", "%(num)s fields that you may not see", hidden)
    return [*shown, str(more)] if hidden else shown


def _part_words(entity: Entity, part: Any) -> str:
    known = {path: _openness(entity, path) for path in named_fields(part)}
    if HIDDEN in known.values():
        return str(_("A filter by fields that you may not see"))
    return str(conditions.describe(entity, _veiled(part, known), language(), access.catalogue()))


def _openness(entity: Entity, path: str) -> str:
    """How much the reader may know of a field, at every step of a path to other records."""
    try:
        paths.check_path(access.records(), entity, path)
    except Problem:
        right = access.policy().right(entity, path) if path in entity.fields else HIDDEN
        return HIDDEN if right == HIDDEN else MASKED
    return OPEN


def _veiled(part: Any, known: Mapping[str, str]) -> Any:
    """The same condition with the values of masked fields masked."""
    if isinstance(part, list):
        return [_veiled(one, known) for one in part]
    if not isinstance(part, dict):
        return part
    if "field" not in part:
        return {name: _veiled(inner, known) for name, inner in part.items()}
    if known.get(part["field"]) == OPEN or part.get("value") is None:
        return part
    value = part["value"]
    listed = [mask_text(str(one)) for one in value] if isinstance(value, list) else mask_text(str(value))
    return {**part, "value": listed}


def _search_words(entity: Entity, search: str) -> str:
    """A search looks into several fields: what is masked in one of them must not be read here."""
    sought = [name for name, field in entity.fields.items() if field.searched] or [entity.title]
    if all(access.policy().is_open(entity, name) for name in sought if name):
        return str(_("Search: %(text)s", text=search))
    return str(_("Search: %(text)s (also in fields that you may not read whole)", text=mask_text(search)))
