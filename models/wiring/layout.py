"""What a list shows at first, what quick search looks at, and under which heading a page puts each field."""

from __future__ import annotations

from dataclasses import replace

from models.legacy.facts import ColumnFacts, TableFacts
from models.wiring import columns as meaning
from models.wiring.delete_flags import is_delete_flag
from models.wiring.identifiers import words
from models.wiring.nouns import Entity, Field

LISTED = 7
"""Columns of a list at first: what fits on a laptop without scrolling."""
SMALL_TABLE = 5000
"""Rows up to which a search without an index does no harm."""
DATED = {"order", "payment", "ticket"}
SHOWN_FIRST = 16
"""Fields under the first heading of a page."""
STATE_WORDS = (
    "status",
    "state",
    "stage",
    "type",
    "level",
    "priority",
    "grade",
    "category",
    "zt",
    "lx",
    "dj",
    "yxj",
)
STATE_ZH = ("状态", "类型", "等级", "级别", "优先级", "类别", "分类", "阶段")
HEAVY = {"blob", "binary", "json", "longtext", "point", "other", "set", "uuid", "filepath", "color"}
WEIGHTS = {"money": 5.0, "code": 4.0, "enum": 4.0, "date": 3.5, "yyyymmdd": 3.5, "phone": 4.5, "email": 2.5, "datetime": 3.0, "epoch": 2.5,
           "relation": 5.0, "decimal": 2.5, "boolean": 1.2, "flag": 1.2, "integer": 1.5, "percent": 2.0, "rating": 2.0, "text": 1.5}  # fmt: skip


def arranged(entity: Entity, table: TableFacts) -> Entity:
    """The entity with listed and searched fields and headings."""
    listed, searched = _listed(entity, table), _searched(entity, table)
    shown = [f.name for f in entity.fields.values() if f.group != "system"][:SHOWN_FIRST]
    first = {*shown, *listed, entity.title, entity.code}
    for name, field in entity.fields.items():
        group = field.group or ("" if name in first and not _is_bulky(field) else "more")
        entity.fields[name] = replace(field, listed=name in listed, searched=name in searched, group=group)
    return entity


def _is_bulky(field: Field) -> bool:
    return field.kind in {"blob", "binary", "json"}


def _listed(entity: Entity, table: TableFacts) -> set[str]:
    facts = {column.name: column for column in table.columns}
    ranked = sorted(entity.fields.values(), key=lambda f: -_weight(entity, f, facts[f.name]))
    chosen = {f.name for f in ranked if _weight(entity, f, facts[f.name]) > 0}
    return set([f.name for f in ranked if f.name in chosen][:LISTED])


def _weight(entity: Entity, field: Field, column: ColumnFacts) -> float:
    """How much a list needs the field; 0 = not at all."""
    if field.name == entity.title:
        return 20
    if field.name == entity.code or (field.name in entity.key and field.read_only != "key"):
        return 15
    if field.kind in HEAVY or field.group == "system" or is_delete_flag(column):
        return 2 if meaning.is_updated(column) else 0
    weight = WEIGHTS.get(field.kind, 1.0) + _importance(entity, field)
    if field.kind in {"text", "code"} and (column.length or 0) > 120:
        weight -= 1
    return weight + (0.5 if any(index[:1] == (field.name,) for index in entity.indexes) else 0)


def _importance(entity: Entity, field: Field) -> float:
    """What the field's part in the entity adds to the weight of its kind."""
    weight = 2.0 if field.name in {entity.owner, entity.region} else 0.0
    if field.name == entity.unit:
        weight -= 2
    if _says_state(field):
        weight += 3
    if (
        entity.role in DATED
        and field.kind in {"date", "yyyymmdd", "datetime"}
        and field.name == _first_date(entity)
    ):
        weight += 3.5
    return weight


def _first_date(entity: Entity) -> str:
    """The date that an order or a ticket is known by: the first one of its own."""
    days = (
        f.name
        for f in entity.fields.values()
        if f.kind in {"date", "yyyymmdd", "datetime"} and f.group != "system"
    )
    return next(days, "")


def _says_state(field: Field) -> bool:
    return (words(field.name)[-1:] and words(field.name)[-1] in STATE_WORDS) or field.label.zh.endswith(
        STATE_ZH
    )


def _searched(entity: Entity, table: TableFacts) -> set[str]:
    """Title, code and telephone numbers, where an index or the table's size allows it."""
    facts = {column.name: column for column in table.columns}
    wanted = [
        entity.title,
        entity.code,
        *(c.name for c in table.columns if meaning.is_phone(c)),
        *(n for n in entity.key),
    ]
    texts = [n for n in dict.fromkeys(wanted) if n in entity.fields and meaning.is_text(facts[n])]
    texts = [name for name in texts if entity.fields[name].kind != "relation"]
    small = 0 < table.row_estimate <= SMALL_TABLE
    return {name for name in texts if small or table.is_indexed(name) or table.row_estimate == 0}
