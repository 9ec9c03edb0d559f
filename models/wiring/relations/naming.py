"""Names of an entity's relations: their columns, and where two share them, the target and the value they hold for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from models.wiring.identifiers import slug
from models.wiring.nouns import Relation


def named(relations: Sequence[Relation]) -> dict[str, Relation]:
    """The relations under unique names: "customer_id", "biz_id-order", "biz_id-order-2"."""
    shared = Counter(relation.columns for relation in relations)
    found: dict[str, Relation] = {}
    for relation in relations:
        for name in _names(relation, is_shared=shared[relation.columns] > 1):
            if name not in found:
                found[name] = replace(relation, name=name)
                break
    return found


def _names(relation: Relation, *, is_shared: bool) -> list[str]:
    """From the shortest to the one that nobody else can have."""
    bare = "-".join(relation.columns)
    values = [slug(str(value)) for value in relation.when.values()]
    long = [f"{bare}-{relation.target}", "-".join([bare, relation.target, *values])]
    short = [] if is_shared and relation.when else [bare]
    return [*short, *long, *(f"{long[-1]}-{number}" for number in range(2, 100))]
