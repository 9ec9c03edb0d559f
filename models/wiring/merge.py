"""Two people changed the wiring from the same version: what only one of them touched is kept, the rest is for a person."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from models.wiring.document import entity_from_plain, entity_to_plain
from models.wiring.nouns import Entity, Wiring

Plain = dict[str, Any]
FACTS = {"row_estimate", "comment", "indexes", "unique"}
"""What the database knows itself: nobody's decision, and so no conflict."""
PARTS = ("title", "code", "owner", "unit", "region", "updated")
ABSENT: Any = object()


@dataclass(frozen=True)
class Merged:
    """One table after both changes. None = taken out. `places` say where both changed the same thing differently."""

    mine: Entity | None
    theirs: Entity | None
    both: Entity | None
    places: tuple[str, ...] = ()


def merged(base: Entity | None, theirs: Entity | None, mine: Entity | None) -> Merged:
    """Both changes together; where they contradict each other, mine stands in `both` and the place is named."""
    if theirs is None or mine is None:
        return _with_one_gone(base, theirs, mine)
    start = entity_to_plain(base) if base else {}
    places: list[str] = []
    plain = _both(start, entity_to_plain(theirs), entity_to_plain(mine), "", places)
    return Merged(mine, theirs, _sound(entity_from_plain(theirs.name, plain)), tuple(places))


def _sound(entity: Entity) -> Entity:
    """Without parts that name a field which one of the two took out."""
    names: dict[str, Any] = {part: getattr(entity, part) for part in PARTS}
    kept: dict[str, Any] = {part: name if name in entity.fields else "" for part, name in names.items()}
    kept["title"] = kept["title"] or kept["code"] or next(iter(entity.fields), "")
    key = entity.key if set(entity.key) <= entity.fields.keys() else ()
    flag = entity.delete_flag if entity.delete_flag.get("field") in entity.fields else {}
    read_only = entity.read_only or ("" if key or entity.is_view else "no-key")
    return replace(entity, **kept, key=key, delete_flag=flag, read_only=read_only)


def _with_one_gone(base: Entity | None, theirs: Entity | None, mine: Entity | None) -> Merged:
    left = theirs or mine
    untouched = left is not None and base is not None and stamp(left) == stamp(base)
    both_gone = theirs is None and mine is None
    if both_gone or untouched:
        return Merged(mine, theirs, None)
    return Merged(mine, theirs, mine, () if base is None else ("table",))


def _both(base: Plain, theirs: Plain, mine: Plain, path: str, places: list[str]) -> Plain:
    """Key by key, in my order and then theirs."""
    found: Plain = {}
    for key in [*mine, *(key for key in theirs if key not in mine)]:
        parts = (base.get(key, ABSENT), theirs.get(key, ABSENT), mine.get(key, ABSENT))
        value = _value(*parts, f"{path}{key}", places)
        if value is not ABSENT:
            found[key] = value
    return found


def _value(base: Any, theirs: Any, mine: Any, path: str, places: list[str]) -> Any:
    if theirs in (mine, base):
        return mine
    if mine == base or path in FACTS:
        return theirs
    if isinstance(mine, Mapping) and isinstance(theirs, Mapping):
        start = dict(base) if isinstance(base, Mapping) else {}
        return _both(start, dict(theirs), dict(mine), path + ".", places)
    places.append(path)
    return mine


def stamp(entity: Entity | None) -> str:
    """Equal for equal entities: a form says by it what it was made from. "" = none."""
    if entity is None:
        return ""
    return _hashed([entity.name, {k: v for k, v in entity_to_plain(entity).items() if k not in FACTS}])


def stamp_of(wiring: Wiring) -> str:
    """The same for a whole wiring."""
    return _hashed([stamp(entity) for entity in wiring.entities.values()])


def _hashed(plain: Any) -> str:
    return hashlib.sha256(json.dumps(plain, ensure_ascii=False).encode()).hexdigest()[:24]
