"""Chart kinds, each one file. A name used twice stops the start."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType, ModuleType

from charts.base import ChartKind


@cache
def kinds() -> MappingProxyType[str, ChartKind]:
    """All chart kinds by name, loaded from this folder once."""
    found: dict[str, ChartKind] = {}
    for module in iter_modules(__path__, __name__ + "."):
        for kind in _kinds_in(import_module(module.name)):
            if kind.kind in found:
                both = f"{type(found[kind.kind]).__module__} and {type(kind).__module__}"
                raise RuntimeError(f"The chart kind “{kind.kind}” stands in {both}. Rename one of them.")
            found[kind.kind] = kind
    return MappingProxyType(found)


def _kinds_in(module: ModuleType) -> Iterator[ChartKind]:
    for one in vars(module).values():
        own = isinstance(one, type) and issubclass(one, ChartKind) and one.__module__ == module.__name__
        if own and "kind" in vars(one):
            yield one()
