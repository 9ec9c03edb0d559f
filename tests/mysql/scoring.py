"""How well relations are found: what inference says at 80 % and more against what is true."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import create_engine
from sqlalchemy.engine import make_url

from fields import best_kind
from models.legacy.facts import SchemaFacts
from models.legacy.reflect import reflect
from models.legacy.samples import LegacySamples, means_nothing
from models.wiring.infer import infer
from models.wiring.suggestion import TICKED_FROM

Place = tuple[str, tuple[str, ...], str, tuple[str, ...]]
"""(table, columns, target table, target columns)"""
TRUTHS = Path(__file__).with_name("truth")


@dataclass(frozen=True)
class Truth:
    """Relations that exist, and those that may be said without harm."""

    must: frozenset[Place]
    may: frozenset[Place] = frozenset()


@dataclass(frozen=True)
class Score:
    """What was said against what is true, on relations whose both ends hold data."""

    right: frozenset[Place]
    wrong: frozenset[Place]
    missed: frozenset[Place]
    tables: int
    statements: int

    @property
    def precision(self) -> float:
        return len(self.right) / max(1, len(self.right | self.wrong))

    @property
    def recall(self) -> float:
        return len(self.right) / max(1, len(self.right | self.missed))

    def __str__(self) -> str:
        missed = ", ".join(_spelled(place) for place in sorted(self.missed))
        wrong = ", ".join(_spelled(place) for place in sorted(self.wrong))
        head = f"precision {self.precision:.3f}, recall {self.recall:.3f}, {len(self.right)} right"
        return f"{head}, wrong: {wrong or '–'}, missed: {missed or '–'}"


def read_truth(lines: str) -> Truth:
    """Lines such as "orders.customer_id customers.id"; "?" before one that may be said, "#" before a comment."""
    must, may = set(), set()
    for line in lines.splitlines():
        if line and not line.startswith("#"):
            source, target = line.lstrip("?").split()
            (may if line.startswith("?") else must).add((*_place(source), *_place(target)))
    return Truth(frozenset(must), frozenset(may))


def _place(text: str) -> tuple[str, tuple[str, ...]]:
    table, _dot, columns = text.partition(".")
    return table, tuple(columns.split(","))


def _spelled(place: Place) -> str:
    table, columns, target, keys = place
    return f"{table}.{','.join(columns)} → {target}.{','.join(keys)}"


def truth_of(name: str, facts: SchemaFacts) -> Truth:
    """The declared keys of a schema, and what somebody read out of its program: the file in truth/."""
    file = TRUTHS / f"{name}.txt"
    told = read_truth(file.read_text(encoding="utf-8") if file.exists() else "")
    declared = {
        (table.name, key.columns, key.target_table, key.target_columns)
        for table in facts.tables.values()
        for key in table.foreign_keys
    }
    return Truth(told.must | frozenset(declared), told.may)


def score(url: str, name: str, truth: Truth | None = None) -> Score:
    """Infer the relations of a schema as if it had declared none, and compare."""
    engine = create_engine(url)
    schema = str(make_url(url).database)
    try:
        with engine.connect() as connection:
            facts, samples = reflect(connection, schema), LegacySamples(connection, schema)
            known = truth or truth_of(name, facts)
            said = _said(facts, samples)
            filled = {table: _filled(samples, facts, table) for table in facts.tables}
    finally:
        engine.dispose()

    def holds(place: Place) -> bool:
        return set(place[1]) <= filled[place[0]] and bool(filled[place[2]])

    seen = frozenset(place for place in said if holds(place))
    must = frozenset(place for place in known.must if holds(place))
    return Score(
        seen & must, seen - known.must - known.may, must - seen, len(facts.tables), samples.statements
    )


def _said(facts: SchemaFacts, samples: LegacySamples) -> set[Place]:
    bare = replace(
        facts, tables={name: replace(table, foreign_keys=()) for name, table in facts.tables.items()}
    )
    return {
        (name, found.relation.columns, found.target_table, found.relation.target_columns)
        for name, suggestion in infer(bare, best_kind, samples).items()
        for found in suggestion.relations
        if found.relation.confidence >= TICKED_FROM
    }


def _filled(samples: LegacySamples, facts: SchemaFacts, table: str) -> set[str]:
    """Columns with a value that means something."""
    rows = samples.rows(facts.tables[table])
    return {
        name for row in rows for name, value in row.items() if value is not None and not means_nothing(value)
    }
