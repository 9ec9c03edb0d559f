"""What would happen to what was found: by entity and way, field by field, and what cannot be done and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from models.persons import removing
from models.persons.kinds import is_writable_type, personal
from models.persons.search import RELATION, Finding
from models.persons.stand_ins import can_be_empty
from models.policy import Policy
from models.wiring.nouns import Entity

EXPORT, ERASE, ANONYMISE, DELETE = "export", "erase", "anonymise", "delete"
KINDS = (EXPORT, ERASE, ANONYMISE, DELETE)
LEAVE = "leave"
CHOICES = {
    EXPORT: (EXPORT, LEAVE),
    ERASE: (ERASE, ANONYMISE, LEAVE),
    ANONYMISE: (ANONYMISE, ERASE, LEAVE),
    DELETE: (DELETE, ERASE, ANONYMISE, LEAVE),
}


@dataclass
class Part:
    """One group of records and its fields: name → (kind, why it stays as it is; "" = it can be done)."""

    entity: str
    way: str
    rows: int = 0
    choice: str = LEAVE
    fields: dict[str, tuple[str, str]] = field(default_factory=dict)
    why: str = ""
    """Why nothing of the whole group can be altered: "kept", "right", "read-only"; "" = it can."""
    stays: str = "wiring"
    """Why its rows cannot be deleted: "wiring", "flag", "right", "read-only"; "" = they can."""
    pointing: tuple[str, ...] = ()
    """Entities of records that keep a row from being deleted while they point to it."""

    def choices(self, kind: str) -> tuple[str, ...]:
        """What may happen with it, in a request of a kind."""
        can_change = kind == EXPORT or any(not why for _kind, why in self.fields.values())
        return tuple(
            one
            for one in CHOICES[kind]
            if one == LEAVE or (not self.stays if one == DELETE else can_change and not self.why)
        )

    @property
    def name(self) -> str:
        """How forms call it."""
        return f"{self.entity}.{self.way}"

    def plain(self) -> dict[str, Any]:
        """As it is kept."""
        return asdict(self)


def part_from(plain: Mapping[str, Any]) -> Part:
    """The part that `plain` wrote."""
    fields = {name: (pair[0], pair[1]) for name, pair in plain["fields"].items()}
    return Part(**{**plain, "fields": fields, "pointing": tuple(plain.get("pointing", ()))})


def parts_of(policy: Policy, finding: Finding, kind: str) -> list[Part]:
    """Groups in the order of the menu: what was found by value first. What only belongs to the person is left at first."""
    counted: dict[tuple[str, str], int] = {}
    for (name, _token), way in finding.ways.items():
        counted[name, way] = counted.get((name, way), 0) + 1
    found = []
    for (name, way), rows in sorted(counted.items(), key=lambda pair: (pair[0][1] == RELATION, pair[0])):
        part = _part(policy, policy.catalogue.entities[name], way, kind)
        if kind == EXPORT or part.fields or (kind == DELETE and not part.stays):
            part.rows = rows
            found.append(part)
    return found


def _part(policy: Policy, entity: Entity, way: str, kind: str) -> Part:
    why = _refusal(policy, entity, kind)
    fields = {
        name: (personal_kind, "" if kind == EXPORT else field_refusal(policy, entity, name))
        for name, personal_kind in personal(entity).items()
        if policy.right(entity, name) != "hidden"
    }
    made = Part(entity.name, way, 0, LEAVE, fields, why)
    if kind == DELETE:
        made.stays = removing.refusal(policy, entity)
        made.pointing = tuple(
            dict.fromkeys(one.name for one, _by in removing.pointing(policy.catalogue, entity))
        )
    if kind == EXPORT or way != RELATION:
        made.choice = made.choices(kind)[0]
    return made


def _refusal(policy: Policy, entity: Entity, kind: str) -> str:
    if kind == EXPORT:
        return "" if policy.may(entity, "export") else "right"
    if entity.kept:
        return "kept"
    if entity.read_only:
        return "read-only"
    return "" if policy.may(entity, "change") else "right"


def field_refusal(policy: Policy, entity: Entity, name: str) -> str:
    """Why a field stays as it is: a code; "" = it can be altered."""
    one = entity.fields[name]
    if name in entity.key:
        return "key"
    if name in _linked(policy, entity):
        return "relation"
    if one.read_only:
        return "read-only"
    if not is_writable_type(one) and not can_be_empty(one):
        return "type"
    return "" if policy.is_editable(entity, name) else "right"


def _linked(policy: Policy, entity: Entity) -> set[str]:
    """Columns that lead to other records, and those that others lead here by: joins would break."""
    outward: Iterable[str] = (name for one in entity.relations.values() for name in one.columns)
    inward = (name for _other, one in policy.catalogue.pointing_at(entity) for name in one.target_columns)
    scope = (name for name in (entity.owner, entity.unit, entity.region) if name)
    return {*outward, *inward, *scope}
