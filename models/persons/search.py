"""Where a person's data stands: by values on an index, and by relations from what was found. Bounded, under the guard.

A field that no index serves is looked through only where the table is small; the others are named, so that nobody takes "nothing
found" for "nothing there".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import and_, or_, select

from app.errors import Problem
from models import condition as conditions
from models.condition.values import NUMBER, TEXT, sort_of
from models.guard import RecordSession
from models.persons.kinds import IDENTIFYING, PEOPLE, PHONE, kinds_of_value, personal
from models.policy import Policy
from models.records import read
from models.rowtoken import key_of, token_for
from models.wiring.nouns import Entity, Relation

START, VALUE, RELATION = "start", "value", "relation"
MOST = 200
"""Records of one entity that one request may hold by the same way."""
MOST_ROOTS = 50
WHOLE = re.compile(r"\d{1,18}")
Place = tuple[str, str]
"""(entity, token)"""


@dataclass(frozen=True)
class Ask:
    """What a request starts from."""

    values: tuple[str, ...] = ()
    start: Place | None = None


@dataclass
class Finding:
    """Places by the way in which they were found, and what was not looked through: (entity, field, why)."""

    ways: dict[Place, str] = field(default_factory=dict)
    skipped: list[tuple[str, str, str]] = field(default_factory=list)
    values: list[str] = field(default_factory=list)
    """What was looked for: what was typed, and what identifies the record that it started from."""

    def add(self, entity: Entity, tokens: Iterable[str], way: str) -> None:
        """Note places; the first way in which one was found counts."""
        for token in tokens:
            self.ways.setdefault((entity.name, token), way)

    def skip(self, entity: Entity, name: str, why: str) -> None:
        """Note what was not looked through."""
        if (entity.name, name, why) not in self.skipped:
            self.skipped.append((entity.name, name, why))


def search(session: RecordSession, ask: Ask, big: int) -> Finding:
    """Everything in reach that is this person's. `big` = from how many rows on a table is read by an index only."""
    found = Finding(values=[value for value in dict.fromkeys(ask.values) if value])
    if ask.start is not None:
        _start(session, found, ask.start)
    for entity in session.policy.catalogue.entities.values():
        if entity.key and session.policy.may(entity, "see"):
            _by_values(session, found, entity, big)
    for entity, token in _roots(session, found):
        _by_relations(session, found, entity, token, big)
    return found


def _start(session: RecordSession, found: Finding, start: Place) -> None:
    """The record, and what it holds that identifies a person. Raises NotVisible where it is out of reach."""
    entity = session.policy.catalogue.get(start[0])
    if entity is None:
        raise read.not_there()
    record = read.get(session, entity, start[1])
    found.add(entity, [record.token], START)
    found.values += [text for text in identifying(session, entity, record.values) if text not in found.values]


def identifying(session: RecordSession, entity: Entity, values: Mapping[str, Any]) -> list[str]:
    """Values of a record that name one person, as far as they are open to the reader."""
    names = [name for name, kind in personal(entity).items() if kind in IDENTIFYING]
    return [str(values[n]) for n in names if values.get(n) and session.policy.is_open(entity, n)]


def _by_values(session: RecordSession, found: Finding, entity: Entity, big: int) -> None:
    for name, kind in personal(entity).items():
        wanted = [value for value in found.values if kind in kinds_of_value(value)]
        if not wanted:
            continue
        if not session.policy.is_open(entity, name):
            found.skip(entity, name, "right")
        elif not is_quick(entity, (name,), big):
            found.skip(entity, name, "index")
        else:
            _by_value(session, found, entity, name, spellings(kind, wanted))


def _by_value(
    session: RecordSession, found: Finding, entity: Entity, name: str, wanted: Sequence[str]
) -> None:
    sort = sort_of(entity.fields[name])
    if sort not in {TEXT, NUMBER}:
        return
    parts = []
    for value in wanted:
        if sort == NUMBER and not WHOLE.fullmatch(value):
            continue
        try:
            parts.append(conditions.to_sql(entity, {"field": name, "op": "eq", "value": value}))
        except Problem:  # nothing that such a column could hold
            continue
    if parts:
        found.add(entity, _tokens(session, found, entity, name, or_(*parts)), VALUE)


def spellings(kind: str, values: Sequence[str]) -> list[str]:
    """The same telephone number in the ways in which old programs write it."""
    if kind != PHONE:
        return list(values)
    found = []
    for value in values:
        digits = "".join(character for character in value if character.isdigit())
        bare = digits.removeprefix("86") if len(digits) == 13 else digits
        found += [value, digits, bare, f"+86{bare}", f"86{bare}", f"+86 {bare}"]
        if len(bare) == 11:
            found += [f"{bare[:3]}{sign}{bare[3:7]}{sign}{bare[7:]}" for sign in "- "]
    return [one for one in dict.fromkeys(found) if one]


def _roots(session: RecordSession, found: Finding) -> list[tuple[Entity, str]]:
    """Records that are persons: what points to them is theirs."""
    entities = session.policy.catalogue.entities
    places = [(entities[name], token) for name, token in found.ways if entities[name].role in PEOPLE]
    return places[:MOST_ROOTS]


def _by_relations(session: RecordSession, found: Finding, entity: Entity, token: str, big: int) -> None:
    policy = session.policy
    for other, relation in policy.catalogue.pointing_at(entity):
        if not other.key or relation.separator or not policy.may(other, "see"):
            continue
        if not _are_open(policy, entity, other, relation):
            found.skip(other, relation.columns[0], "right")
        elif not is_quick(other, relation.columns, big):
            found.skip(other, relation.columns[0], "index")
        else:
            _by_relation(session, found, (entity, token), other, relation)


def _are_open(policy: Policy, root: Entity, other: Entity, relation: Relation) -> bool:
    """Both ends must be open: what points to a value tells it. A key stands in every address of its record."""
    ends = [(other, name) for name in (*relation.columns, *relation.when)]
    ends += [(root, name) for name in relation.target_columns if name not in root.key]
    return all(policy.is_open(*end) for end in ends)


def _by_relation(
    session: RecordSession, found: Finding, root: tuple[Entity, str], other: Entity, relation: Relation
) -> None:
    record = read.get(session, *root, relation.target_columns)
    match = {
        ours: record.values[theirs]
        for ours, theirs in zip(relation.columns, relation.target_columns, strict=True)
    }
    match |= dict(relation.when)
    where = and_(*(other.attribute(name) == value for name, value in match.items()))
    found.add(other, _tokens(session, found, other, relation.columns[0], where), RELATION)


def _tokens(session: RecordSession, found: Finding, entity: Entity, name: str, where: Any) -> list[str]:
    columns = [entity.attribute(one) for one in entity.key]
    rows = session.execute(select(*columns).where(where).limit(MOST + 1)).all()
    if len(rows) > MOST:
        found.skip(entity, name, "many")
    return [token_for(entity, dict(zip(entity.key, row, strict=True))) for row in rows[:MOST]]


def is_quick(entity: Entity, names: Sequence[str], big: int) -> bool:
    """Does an index begin with one of these columns, or is the table small?"""
    is_indexed = any(index and index[0] in names for index in entity.indexes)
    return is_indexed or entity.row_estimate < big


def is_there(entity: Entity, token: str) -> bool:
    """Could a record of this entity have this token?"""
    try:
        key_of(entity, token)
    except Problem:
        return False
    return True
