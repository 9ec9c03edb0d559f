"""What inference proposes for one table, with the reasons in codes so that a person can judge them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from models.wiring.nouns import Entity, Relation

TICKED_FROM = 0.8
"""Relations at least this certain are part of a suggested entity; the others are only shown."""


@dataclass(frozen=True)
class RelationSuggestion:
    """A relation that may exist, and what speaks for it."""

    relation: Relation
    target_table: str
    reasons: tuple[str, ...] = ()
    """Codes: "declared", "name", "comment", "same-name", "values", "no-values"."""
    checked: int = 0
    """Distinct sampled values that were looked up in the target; 0 = not looked up."""
    matched: int = 0
    orphans: tuple[Any, ...] = ()
    """Some values that the target does not have."""

    @property
    def is_ticked(self) -> bool:
        return self.relation.confidence >= TICKED_FROM


@dataclass(frozen=True)
class Suggestion:
    """A table as it could be published."""

    entity: Entity
    relations: tuple[RelationSuggestion, ...] = ()
    """All candidates, the best of each group of columns first."""
    role_reasons: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    """Codes: "no-key", "view", "myisam", "empty"."""
    kind_codes: Mapping[str, str] = field(default_factory=dict)
    """What told a column's type where the database does not: "values" or "name"."""
    tenant: tuple[str, tuple[str, ...]] = ("", ())
    """The column that says whose data a row is, and some of its values; nothing is fixed to one unasked."""
