"""Field types: how values of each kind are read, shown, typed, filtered and written. A kind is one file in `kinds`."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType, ModuleType
from typing import Any

from sqlalchemy.types import TypeEngine

from fields import kinds as folder
from fields.base import FieldType, Input
from models.masking import set_mask
from models.wiring.nouns import Field

__all__ = ["FieldType", "Input", "best_kind", "column_type", "field_type", "kinds", "type_of"]

FALLBACK = "other"


def register(types: Iterator[FieldType]) -> MappingProxyType[str, FieldType]:
    """Kinds by name; a name used twice is an error, since one of the two would silently be lost."""
    found: dict[str, FieldType] = {}
    for one in types:
        if one.kind in found:
            both = f"{type(found[one.kind]).__module__} and {type(one).__module__}"
            raise RuntimeError(f"The field type “{one.kind}” stands in {both}. Rename one of them.")
        found[one.kind] = one
    return MappingProxyType(found)


@cache
def kinds() -> MappingProxyType[str, FieldType]:
    """All field types by kind, loaded from the folder once."""
    names = (module.name for module in iter_modules(folder.__path__, folder.__name__ + "."))
    found = register(one for name in names for one in _types_in(import_module(name)))
    for one in found.values():
        set_mask(one.kind, one.mask)
    return found


def field_type(kind: str) -> FieldType:
    """The type of a kind; one that is not known any more is shown plainly and cannot be edited."""
    return kinds().get(kind) or kinds()[FALLBACK]


def type_of(field: Field) -> FieldType:
    """The type of a field."""
    return field_type(field.kind)


def column_type(field: Field) -> TypeEngine[Any]:
    """The exact column type of a field: what the catalogue binds tables with."""
    return field_type(field.kind).column_type(field)


def best_kind(field: Field) -> str:
    """The kind that claims a reflected column most strongly; the first by name where two are equal."""
    return max(sorted(kinds()), key=lambda kind: kinds()[kind].claim(field))


def _types_in(module: ModuleType) -> Iterator[FieldType]:
    for one in vars(module).values():
        own = isinstance(one, type) and issubclass(one, FieldType) and one.__module__ == module.__name__
        if own and "kind" in vars(one):
            yield one()


def init_app(app: Any) -> None:
    """Load all kinds now, so that a broken one stops the start and not a page; bind the wiring with their types."""
    from app.extensions import services
    from fields import dictionary, options
    from fields.drawing import field_inputs
    from models.live import LiveCatalogue

    kinds()
    app.jinja_env.globals["field_inputs"] = field_inputs
    running = services()
    live = running.rooms["live"] = LiveCatalogue(running.engine, running.schema, column_type, best_kind)
    live.after_swap.append(lambda: running.rooms["policies"].clear())  # noqa: PLW0108 - it may be another cache by then
    options.init_app(app, dictionary.system_reader(running.engine, running.schema, _table_of))


def _table_of(entity: str) -> str:
    from models import access

    found = access.catalogue().get(entity)
    if found is None:
        raise LookupError(entity)
    return found.table_name
