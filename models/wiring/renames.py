"""A column under another name: its entity follows, and so does every right that names it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Table, select, update

from models.grants import access_table, right_table
from models.wiring.nouns import Entity, Relation, Wiring

Names = Mapping[str, str]
"""{old column: new column}"""


def with_new_names(entity: Entity, names: Names) -> Entity:
    """The entity as it was, with its columns called anew; what they mean to people stays."""
    if not names:
        return entity
    flag = dict(entity.delete_flag)
    if flag.get("field") in names:
        flag["field"] = names[flag["field"]]
    fields = [replace(field, name=names.get(name, name)) for name, field in entity.fields.items()]
    roles = ("title", "code", "owner", "unit", "region", "updated")
    called: dict[str, Any] = {role: names.get(getattr(entity, role), getattr(entity, role)) for role in roles}
    return replace(
        entity,
        **called,
        fields={field.name: field for field in fields},
        key=_each(entity.key, names),
        relations={key: _from_here(relation, names) for key, relation in entity.relations.items()},
        dormant={key: _from_here(relation, names) for key, relation in entity.dormant.items()},
        delete_flag=flag,
        fixed={names.get(name, name): value for name, value in entity.fixed.items()},
        renamed={**entity.renamed, **names},
    )


def pointing_at(entity: Entity, target: str, names: Names) -> Entity:
    """Another entity whose relations lead to columns that are called anew; the same object when none does."""

    def led(relations: Mapping[str, Relation]) -> dict[str, Relation]:
        return {
            key: replace(r, target_columns=_each(r.target_columns, names)) if r.target == target else r
            for key, r in relations.items()
        }

    relations, dormant = led(entity.relations), led(entity.dormant)
    if (relations, dormant) == (entity.relations, entity.dormant):
        return entity
    return replace(entity, relations=relations, dormant=dormant)


def new_names(current: Wiring, wanted: Wiring) -> Iterator[tuple[Entity, Names]]:
    """What publishing `wanted` in place of `current` calls anew, entity by entity."""
    for name, entity in wanted.entities.items():
        known = current.entities[name].renamed if name in current.entities else {}
        fresh = {old: new for old, new in entity.renamed.items() if known.get(old) != new}
        if fresh:
            yield entity, fresh


def follow_rights(connection: Connection, current: Wiring, wanted: Wiring) -> None:
    """Let hidden, masked and read-only fields stay so under their new name: in the transaction that publishes it."""
    rights = right_table
    for entity, names in new_names(current, wanted):
        for old, new in names.items():
            mine = (rights.c.entity == entity.name) & (rights.c.field == old)
            connection.execute(update(rights).where(mine).values(field=new))
        for table in (rights, access_table):
            _follow_conditions(connection, table, entity.name, names)


def _follow_conditions(connection: Connection, table: Table, entity: str, names: Names) -> None:
    """Conditions of rules about this entity alone; one that speaks of several gives nothing until somebody corrects it."""
    conditional = (table.c.entity == entity) & table.c.matching.is_not(None)
    for number, text in connection.execute(select(table.c.id, table.c.matching).where(conditional)).all():
        old = json.loads(text)
        new = in_document(old, names)
        if new != old:
            values = {"matching": json.dumps(new, ensure_ascii=False)}
            connection.execute(update(table).where(table.c.id == number).values(values))


def in_document(document: Any, names: Names) -> Any:
    """A condition, or anything that holds some, with its fields called anew; other texts stay."""
    if isinstance(document, list):
        return [in_document(part, names) for part in document]
    if not isinstance(document, dict):
        return document
    return {
        key: names.get(part, part) if key == "field" and isinstance(part, str) else in_document(part, names)
        for key, part in document.items()
    }


def _from_here(relation: Relation, names: Names) -> Relation:
    when = {names.get(column, column): value for column, value in relation.when.items()}
    return replace(relation, columns=_each(relation.columns, names), when=when)


def _each(columns: tuple[str, ...], names: Names) -> tuple[str, ...]:
    return tuple(names.get(column, column) for column in columns)
