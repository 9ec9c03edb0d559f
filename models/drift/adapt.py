"""A wiring over a schema that has changed: what is left of each entity goes on, and nothing is widened by what is lost.

This is no new version: people decide about that. It only keeps pages, forms, exports, charts and the API away from what is
not there any more.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from models.drift.changes import tells_apart
from models.legacy import misencoded
from models.legacy.facts import TableFacts
from models.wiring.document import entity_to_plain
from models.wiring.nouns import Entity, Field, Relation, Wiring
from models.wiring.refresh import refreshed
from models.wiring.trim import trimmed

KindOf = Callable[[Field], str]
Overrides = Mapping[str, TableFacts | None]
"""Present facts by table, None for a table that is gone; tables that are as the wiring says are left out."""
QUIET = {"row_estimate", "comment"}
DRIFT = "drift"
"""Why a field or an entity cannot be written until its wiring was reviewed."""


@dataclass(frozen=True)
class Adapted:
    """What can be served, and the entities whose table is gone."""

    wiring: Wiring
    gone: Mapping[str, Entity]


def overrides_of(wiring: Wiring, facts: Mapping[str, TableFacts]) -> dict[str, TableFacts | None]:
    """Tables that are not what the wiring rests on."""
    found: dict[str, TableFacts | None] = {}
    for entity in wiring.entities.values():
        table = facts.get(entity.table_name)
        if table is None or _differs(entity, table):
            found[entity.table_name] = table
    return found


def _differs(entity: Entity, table: TableFacts) -> bool:
    was, now = entity_to_plain(entity), entity_to_plain(refreshed(entity, table))
    same = all(was.get(name) == now.get(name) for name in (was.keys() | now.keys()) - QUIET)
    return not same or bool(entity.key and not tells_apart(entity.key, table))


def adapted(wiring: Wiring, overrides: Overrides, kind_of: KindOf) -> Adapted:
    """The wiring with what is left of it; the same object when nothing differs."""
    touched = {e.name for e in wiring.entities.values() if e.table_name in overrides}
    if not touched:
        return Adapted(wiring, {})
    left: dict[str, Entity] = {}
    gone: dict[str, Entity] = {}
    for name, entity in wiring.entities.items():
        table = overrides.get(entity.table_name)
        kept = lessened(entity, table, kind_of) if table and name in touched else entity
        if name in touched and (table is None or not kept.fields):
            gone[name] = entity
        else:
            left[name] = kept
    whole = {name: _with_relations_that_lead(entity, left) for name, entity in left.items()}
    return Adapted(trimmed(Wiring(wiring.version, whole), kind_of), gone)


def lessened(entity: Entity, table: TableFacts, kind_of: KindOf) -> Entity:
    """The entity over its table as it is. Where a column that says whose a record is has gone, nothing stands in for it."""
    lost = {name: field.label for name, field in entity.fields.items() if table.column(name) is None}
    fresh = refreshed(entity, table)
    fields = {name: _retyped(field, entity.fields[name], kind_of) for name, field in fresh.fields.items()}
    key = fresh.key if not fresh.key or tells_apart(fresh.key, table) else ()
    flag = entity.delete_flag if entity.delete_flag.get("field") not in lost else {}
    return replace(
        fresh,
        fields=fields,
        key=key,
        read_only=_why_read_only(
            fresh,
            key,
            is_flag_lost=(bool(entity.delete_flag) and not flag) or not entity.fixed.keys() <= fields.keys(),
        ),
        title=_first(fields, entity.title, entity.code, *key),
        code=_kept(fields, entity.code),
        owner=_kept(fields, entity.owner),
        unit=_kept(fields, entity.unit),
        region=_kept(fields, entity.region),
        updated=_kept(fields, entity.updated),
        parent="" if {entity.owner, entity.unit} & lost.keys() else entity.parent,
        delete_flag=flag,
        row_estimate=entity.row_estimate,
        comment=entity.comment,
        lost=lost,
    )


def _retyped(field: Field, before: Field, kind_of: KindOf) -> Field:
    """A column of another type is shown plainly and written by nobody; a longer or shorter one of the same type stays."""
    if _bare(field.sql_type) == _bare(before.sql_type):
        return field
    plain = replace(field, kind="", settings=misencoded.kept(field.settings))
    return replace(plain, kind=kind_of(plain), read_only=field.read_only or DRIFT)


def _bare(sql_type: str) -> str:
    """The name alone: decimal of decimal(20,6) unsigned."""
    return sql_type.split("(", maxsplit=1)[0].split(" ", maxsplit=1)[0].lower()


def _why_read_only(entity: Entity, key: tuple[str, ...], *, is_flag_lost: bool) -> str:
    """Without the column that says "deleted", deleting would be for good and deleted rows would look alive."""
    if not key and not entity.is_view:
        return "no-key"
    return DRIFT if is_flag_lost and not entity.read_only else entity.read_only


def _first(fields: Mapping[str, Field], *names: str) -> str:
    return next((name for name in names if name in fields), next(iter(fields), ""))


def _kept(fields: Mapping[str, Field], name: str) -> str:
    return name if name in fields else ""


def _with_relations_that_lead(entity: Entity, entities: Mapping[str, Entity]) -> Entity:
    """Without relations to columns that are not there any more, awake or asleep."""

    def leads(relation: Relation) -> bool:
        target = entities.get(relation.target)
        return target is None or set(relation.target_columns) <= target.fields.keys()

    kept = {name: r for name, r in entity.relations.items() if leads(r)}
    asleep = {name: r for name, r in entity.dormant.items() if leads(r)}
    if len(kept) == len(entity.relations) and len(asleep) == len(entity.dormant):
        return entity
    return replace(entity, relations=kept, dormant=asleep)
