"""What the builder of conditions offers: an entity's fields and those behind its relations, as far as a condition may lead."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, Never

from flask import url_for
from flask_babel import gettext as _

import fields
from app.errors import Invalid
from app.i18n import language
from models import access
from models.condition.tree import MAX_HOPS, no_field
from models.wiring.nouns import Entity, Field
from views.records.listing import filter_field
from views.rights.typed import condition_of
from views.rights.words import attribute_words


def menu(entity: Entity, used: Iterable[str] = ()) -> list[dict[str, Any]]:
    """The entity's fields and those one relation further, with their comparisons; further ones where they are `used` already.

    What lies behind other relations is an entry that leads there: `leads` is where its fields are asked for.
    """
    steps = [path.split(".")[:-1] for path in used]
    opened = {".".join(step[:length]) for step in steps for length in range(2, len(step) + 1)}
    return list(_walk(entity, entity, (), opened))


def behind(entity: Entity, path: str) -> list[dict[str, Any]]:
    """The fields at the end of a path of relations, and what leads further. Raises NotVisible."""
    steps, target = tuple(path.split(".")), entity
    for step in steps:
        target = _target(target, step) or _no_field(path)
    return list(_walk(entity, target, steps, ())) if len(steps) <= MAX_HOPS else _no_field(path)


def _no_field(path: str) -> Never:
    raise no_field(path)


def _walk(
    entity: Entity, target: Entity, steps: tuple[str, ...], opened: Collection[str]
) -> Iterator[dict[str, Any]]:
    """The fields of `target`, which the steps lead to, and behind them those of its relations."""
    words = _words(entity, steps)
    for field in target.fields.values():
        if _is_usable(field):
            yield _entry(target, field, ".".join((*steps, field.name)), words)
    for name in target.relations if len(steps) < MAX_HOPS else ():
        deeper, further = (*steps, name), _target(target, name)
        if further is None:
            continue
        if not steps or ".".join(deeper) in opened:
            yield from _walk(entity, further, deeper, opened)
        else:
            yield _lead(entity, deeper)


def _target(entity: Entity, name: str) -> Entity | None:
    relation = entity.relations.get(name)
    is_plain = relation is not None and relation.is_plain
    return access.catalogue().get(relation.target) if relation and is_plain else None


def _words(entity: Entity, steps: Sequence[str]) -> str:
    found, place = "", entity
    for step in steps:
        found += f"{place.relations[step].label.text(language()) or step} › "
        place = _target(place, step) or place
    return found


def _lead(entity: Entity, steps: Sequence[str]) -> dict[str, Any]:
    path = ".".join(steps)
    url = url_for("RightsView.fields_behind", entity=entity.name, path=path)
    return {"name": f"{path}.", "label": f"{_words(entity, steps)}…", "operators": [], "leads": url}


def used_fields(texts: Iterable[str]) -> set[str]:
    """Names and paths of the fields in conditions as texts; none in what cannot be read."""
    found: set[str] = set()
    for text in texts:
        with suppress(Invalid):
            found |= set(_fields(condition_of(text)))
    return found


def _fields(raw: Any) -> Iterator[str]:
    parts = raw if isinstance(raw, list) else list(raw.values()) if isinstance(raw, Mapping) else []
    if isinstance(raw, Mapping) and isinstance(raw.get("field"), str):
        yield raw["field"]
        return
    for part in parts:
        yield from _fields(part)


def _is_usable(field: Field) -> bool:
    return not fields.field_type(field.kind).is_heavy


def _entry(entity: Entity, field: Field, name: str, before: str) -> dict[str, Any]:
    found = filter_field(field)
    operators = [one for one in found["operators"] if one["op"] != "within"]  # a right depends on no day
    if any(one["op"] == "in" for one in operators):
        operators += _own_operators()
    look_up = url_for("RecordView.look_up", entity=entity.name, field=field.name)
    return found | {"name": name, "label": before + found["label"], "operators": operators, "lookup": look_up}


def _own_operators() -> list[dict[str, Any]]:
    choices = [{"value": name, "label": words} for name, words in attribute_words().items()]
    return [
        {"op": "in_own", "label": _("is among"), "choices": choices},
        {"op": "not_in_own", "label": _("is not among"), "choices": choices},
    ]
