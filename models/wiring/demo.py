"""The demo's wiring: what inference suggests for the demo ERP, all of it published, in the order of a working day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from sqlalchemy import Connection

from models.legacy.reflect import reflect
from models.legacy.samples import LegacySamples
from models.wiring import store
from models.wiring.infer import infer, wiring_of
from models.wiring.nouns import Entity, Field, Wiring

ORDER = (
    "T_KHZL",
    "T_KHLXR",
    "T_DDZB",
    "T_DDMX",
    "T_SKDJ",
    "T_HTZB",
    "T_CPZL",
    "T_GDZB",
    "T_ZCDA",
    "T_YGDA",
    "T_ZZJG",
)
"""Tables under the first heading of the menu; the ERP's own book-keeping follows."""
ICONS = {"T_HTZB": "file-text", "T_DDMX": "list-details"}


def wiring_of_demo(connection: Connection, schema: str, kind_of: Callable[[Field], str]) -> Wiring:
    """Wire every table of the demo ERP and keep that as the newest version, in the caller's transaction."""
    suggestions = infer(reflect(connection, schema), kind_of, LegacySamples(connection, schema))
    inferred = wiring_of(suggestions, kind_of)
    entities = sorted((_placed(entity) for entity in inferred.entities.values()), key=_position)
    whole = Wiring(0, {entity.name: entity for entity in entities})
    return store.save(connection, whole, store.current_version(connection), author="demo", note="")


def _placed(entity: Entity) -> Entity:
    group = "records" if entity.table_name in ORDER else "more-records"
    return replace(entity, group=group, icon=ICONS.get(entity.table_name, ""))


def _position(entity: Entity) -> tuple[int, str]:
    is_main = entity.table_name in ORDER
    return (ORDER.index(entity.table_name) if is_main else len(ORDER), entity.table_name)
