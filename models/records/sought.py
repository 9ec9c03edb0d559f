"""Records sought by what somebody typed: the look-up boxes of forms, and the global search."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import or_, select, true

from models import condition as conditions
from models import heavy
from models.branches import by_branches
from models.guard import RecordSession
from models.records import inside, served
from models.records.read import Record, identity_of, record_of, require, searched
from models.records.rows import columns_of, with_identity
from models.wiring.nouns import Entity, Relation


def look_up(
    session: RecordSession, target: Entity, typed: str, relation: Relation, size: int = 20
) -> list[Record]:
    """Records whose title, code or key begins with what was typed, for a look-up box."""
    require(session, target, "see")
    shown = [
        n
        for n in (target.title, target.code, *relation.target_columns)
        if n and session.policy.is_open(target, n)
    ]
    names = with_identity(target, [*shown, *relation.target_columns])
    statement = select(*columns_of(session, target, names))
    if typed:
        statement = statement.where(starts_any(target, dict.fromkeys(shown), typed))
    ordered = by_branches(statement.order_by(*identity_of(target)).limit(size), target)
    rows = session.execute(ordered, execution_options=_weight(session, target, shown if typed else ()))
    return [record_of(session, target, names, row) for row in rows]


def search(session: RecordSession, entity: Entity, typed: str, size: int = 5) -> list[Record]:
    """Records for the global search: a prefix of the title, a code or a phone, each by its index."""
    fields = searched(session, entity)
    if not fields or not session.policy.may(entity, "see"):
        return []
    names = with_identity(
        entity, [n for n in (entity.title, entity.code, *fields) if session.policy.is_open(entity, n)]
    )
    columns = columns_of(session, entity, names)
    found: dict[str, Record] = {}
    for name in fields:
        where = inside.search_part(session, entity, name, typed)
        options = _weight(session, entity, () if entity.fields[name].inside else (name,))
        rows = session.execute(select(*columns).where(where).limit(size), execution_options=options)
        for row in rows:
            record = record_of(session, entity, names, row)
            found.setdefault(record.token or repr(record.values), record)
    return list(found.values())[:size]


def _weight(session: RecordSession, entity: Entity, names: Iterable[str]) -> dict[str, Any]:
    """Of a look for what begins with something: heavy where one of the columns has no index."""
    return heavy.unless_served(session, entity, lambda: all(served.begins_index(entity, n) for n in names))


def starts_any(entity: Entity, names: Iterable[str], typed: str) -> Any:
    """One of the fields begins with `typed`; numbers match as a whole."""
    parts = [conditions.to_sql(entity, {"field": n, "op": "starts", "value": typed}) for n in names]
    return or_(*parts) if parts else ~true()
