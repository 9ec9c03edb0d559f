"""What inference says that columns and tables are for, against what a person read: the file truth/columns.txt."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from sqlalchemy import create_engine
from sqlalchemy.engine import make_url

from fields import best_kind
from models.legacy.facts import SchemaFacts, TableFacts
from models.legacy.reflect import reflect
from models.legacy.samples import LegacySamples
from models.wiring.columns import is_created
from models.wiring.infer import infer
from models.wiring.suggestion import Suggestion
from tests.mysql.scoring import TRUTHS

KINDS = {"money", "yyyymmdd", "epoch", "phone", "email"}
Said = dict[str, set[str]]
"""Column names, or tables for roles, by meaning."""


def truth_of(name: str, file: str = "columns.txt") -> tuple[Said, Said]:
    """(what must be said, what may be said) of a schema."""
    must, may = defaultdict[str, set[str]](set), defaultdict[str, set[str]](set)
    for line in (TRUTHS / file).read_text(encoding="utf-8").splitlines():
        schema, meaning, *names = line.split()
        if schema == name:
            must[meaning] |= {one for one in names if not one.startswith("?")}
            may[meaning] |= {one[1:] for one in names if one.startswith("?")}
    return dict(must), dict(may)


def said_of(url: str) -> Said:
    """What inference says about a live schema."""
    engine, found = create_engine(url), defaultdict[str, set[str]](set)
    schema = str(make_url(url).database)
    try:
        with engine.connect() as connection:
            facts: SchemaFacts = reflect(connection, schema)
            suggestions = infer(facts, best_kind, LegacySamples(connection, schema))
    finally:
        engine.dispose()
    for name, suggestion in suggestions.items():
        if not facts.tables[name].is_view:
            for meaning, place in _meanings(facts.tables[name], suggestion):
                found[meaning].add(place)
    return dict(found)


def _meanings(table: TableFacts, suggestion: Suggestion) -> Iterator[tuple[str, str]]:
    entity = suggestion.entity
    parts = {
        "owner": entity.owner, "unit": entity.unit, "region": entity.region, "updated": entity.updated,
        "deleted": entity.delete_flag.get("field", ""), "tenant": suggestion.tenant[0],
    }  # fmt: skip
    yield from ((meaning, name) for meaning, name in parts.items() if name)
    yield from (("created", column.name) for column in table.columns if is_created(column))
    for field in entity.fields.values():
        if field.kind in KINDS:
            yield field.kind, field.name
        if field.sensitive:
            yield "sensitive", field.name
    if entity.role != "other":
        yield entity.role, table.name
