"""What related records are called: the titles behind the codes of a page, in one statement for each place they stand in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import bindparam, select

from models.guard import RecordSession
from models.masking import Masked
from models.prepared import Prepared
from models.records.read import record_of
from models.records.rows import columns_of, with_identity
from models.wiring.nouns import Entity

MOST = 1000


def titles(
    session: RecordSession, target: Entity, column: str, values: Iterable[Any]
) -> dict[Any, tuple[str, str]]:
    """(token, title) of the target's records in reach by the value of `column`; one statement."""
    wanted = {v for v in values if v is not None and v != "" and not isinstance(v, Masked)}
    if not wanted or not session.policy.may(target, "see"):
        return {}
    names = with_identity(target, (column, target.title) if _is_seen(session, target) else (column,))

    def build() -> Prepared:
        named = target.attribute(column).in_(bindparam("wanted", expanding=True))
        return Prepared(select(*columns_of(session, target, names)).where(named).limit(MOST))

    ready = session.prepared(("titles", target.name, column), build)
    found = session.run(ready, {"wanted": list(wanted)})
    records = [record_of(session, target, names, row) for row in found]
    return {record.values[column]: (record.token, record.title) for record in records}


def _is_seen(session: RecordSession, entity: Entity) -> bool:
    return bool(entity.title) and session.policy.right(entity, entity.title) != "hidden"
