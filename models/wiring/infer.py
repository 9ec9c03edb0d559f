"""Suggests entities from facts and samples: names, keys, titles, roles and relations for a person to judge."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field

from models.legacy.facts import SchemaFacts, TableFacts
from models.legacy.samples import LegacySamples
from models.wiring.assemble import Workshop, build
from models.wiring.dictionaries import Dictionaries, described, read_dictionaries
from models.wiring.identifiers import common_prefix, unique_slugs, without_prefix
from models.wiring.labels import table_label
from models.wiring.nouns import Field, Label, Wiring
from models.wiring.pinyin import read_pinyin
from models.wiring.relations.find import find_relations
from models.wiring.relations.subjects import SubjectIndex
from models.wiring.roles import RoleGuess, roles_of
from models.wiring.suggestion import Suggestion
from models.wiring.trim import trimmed

KindOf = Callable[[Field], str]
"""Names the field type that fits a column best."""


@dataclass
class Inference:
    """Everything known about a schema before its tables are looked at one by one; kept between requests."""

    facts: SchemaFacts
    kind_of: KindOf
    dictionaries: Dictionaries = field(default_factory=Dictionaries)

    def __post_init__(self) -> None:
        self.facts = described(self.facts, self.dictionaries.data)
        prefix = common_prefix(self.facts.tables)
        self.own_names = {name: without_prefix(name, prefix) for name in self.facts.tables}
        self.labels = {table.name: self._label(table) for table in self.facts.tables.values()}
        self.slugs = unique_slugs({name: self._speaking_name(name) for name in self.facts.tables})
        self.index = SubjectIndex(self.facts, self.own_names, self.labels, self.dictionaries.meanings)
        self.roles: dict[str, RoleGuess] = roles_of(self.index)

    def _label(self, table: TableFacts) -> Label:
        told = self.dictionaries.data.label(table.name)
        guess = table_label(self.own_names[table.name], table.comment)
        return Label(told.en or guess.en, told.zh or guess.zh) if told else guess

    def _speaking_name(self, table: str) -> str:
        """What addresses are made of: the English label where the table's own name is pinyin or Chinese."""
        own, english = self.own_names[table], self.labels[table].en
        return english if english.isascii() and (not own.isascii() or read_pinyin(own)) else own

    def suggest(self, table_name: str, samples: LegacySamples | None = None) -> Suggestion:
        """A suggestion for one table; without samples from names alone. KeyError when there is no such table."""
        table = self.facts.tables[table_name]
        candidates = find_relations(self.index, table, samples)
        workshop = Workshop(self.slugs, self.labels, self.roles, self.dictionaries, self.kind_of)
        return build(table, candidates, workshop, samples)

    def suggest_all(self, samples: LegacySamples | None = None) -> Iterator[Suggestion]:
        """Suggestions for all tables, one after the other."""
        return (self.suggest(name, samples) for name in self.facts.tables)


def infer(
    facts: SchemaFacts,
    kind_of: KindOf,
    samples: LegacySamples | None = None,
    tables: Collection[str] | None = None,
) -> dict[str, Suggestion]:
    """A suggestion for each of `tables` (None = all), by table name."""
    inference = Inference(facts, kind_of, read_dictionaries(facts, samples))
    names = facts.tables if tables is None else [name for name in facts.tables if name in tables]
    return {name: inference.suggest(name, samples) for name in names}


def wiring_of(
    suggestions: dict[str, Suggestion], kind_of: KindOf, tables: Collection[str] | None = None
) -> Wiring:
    """A wiring of the suggested entities of `tables` (None = all), without relations to tables left out."""
    chosen = [s.entity for name, s in suggestions.items() if tables is None or name in tables]
    return trimmed(Wiring(0, {entity.name: entity for entity in chosen}), kind_of)
