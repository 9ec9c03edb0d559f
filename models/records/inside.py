"""How a list looks inside words: by the search index where there is one, else among the newest rows of a big table.

The index only names rows that may fit; the condition and the policy stand beside it in the same WHERE. Fields that are
hidden or masked are refused before anything is looked up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import and_, false, or_, select
from sqlalchemy.exc import DBAPIError

from models import condition as conditions
from models import heavy
from models.condition import Leaf
from models.dberrors import is_stopped
from models.guard import RecordSession
from models.inside import find, walks
from models.inside.find import Found
from models.limits import within
from models.records import served
from models.rowtoken import key_of
from models.wiring.nouns import Entity

BOUND_SECONDS = 0.5
BY_INDEX = frozenset({"contains", "ends"})


@dataclass(frozen=True)
class Look:
    """What was done for the comparisons that look inside: parts for the WHERE, and what a list should say.

    `rows` is how many of the newest were looked at, 0 for all. `since` is when the index last looked at every row.
    """

    parts: Sequence[Any] = ()
    is_narrowed: bool = False
    rows: int = 0
    states: Mapping[str, str] = field(default_factory=dict)
    """By field: what the search index said (see `find.Found`)."""
    percent: int = 0
    since: datetime | None = None


def of_condition(session: RecordSession, entity: Entity, condition: Any, big: int, rows: int) -> Look:
    """For a condition that has passed `check_path`. `rows` bounds a scan of a table of `big` rows; 0 = it does not."""
    asked = {leaf.field: leaf for leaf in _inside(entity, condition)}
    if not asked:
        return Look()
    found = {
        n: looked_up(session, entity, n, leaf.values[0])
        for n, leaf in asked.items()
        if _may_ask(entity, leaf)
    }
    lists = [_one_of(entity, one.tokens) for one in found.values() if one.state == "found"]
    look = _told(found)
    if lists:
        return replace(look, parts=lists, is_narrowed=True)
    is_dense = "common" in look.states.values()
    if not rows or is_dense or not served.verdict(entity, condition, (), big).filters:
        return look
    bound = _newest(session, entity, rows)
    return look if bound is None else replace(look, parts=[bound], rows=rows)


def _told(found: Mapping[str, Found]) -> Look:
    space = next((one.space for one in found.values() if one.space), None)
    states = {name: one.state for name, one in found.items()}
    return Look(
        (), states=states, percent=space.percent if space else 0, since=space.looked_from if space else None
    )


def search_part(session: RecordSession, entity: Entity, name: str, typed: str) -> Any:
    """The WHERE of a quick search in one field: words inside where the index answers, else what it begins with."""
    starts = conditions.to_sql(entity, {"field": name, "op": "starts", "value": typed})
    if not entity.fields[name].inside:
        return starts
    found = looked_up(session, entity, name, typed)
    if found.state not in {"found", "common"}:
        return starts
    contains = conditions.to_sql(entity, {"field": name, "op": "contains", "value": typed})
    return and_(_one_of(entity, found.tokens), contains) if found.state == "found" else contains


def looked_up(session: RecordSession, entity: Entity, name: str, typed: Any) -> Found:
    """What the index says; asked once for a page, its total and its search."""
    held: dict[Any, Found] = session.info.setdefault("inside", {})
    key = (entity.name, name, str(typed))
    if key not in held:
        held[key] = find.look(session.connection(), entity, name, str(typed))
    return held[key]


def _may_ask(entity: Entity, leaf: Leaf) -> bool:
    return leaf.op in BY_INDEX and entity.fields[leaf.field].inside


def _inside(entity: Entity, condition: Any) -> Iterator[Leaf]:
    """Comparisons that look inside a text and must hold."""
    for part in served.parts_of(entity, condition):
        if isinstance(part, Leaf) and part.op in served.INSIDE and part.field in entity.fields and entity.key:
            yield part


def _one_of(entity: Entity, tokens: Sequence[str]) -> Any:
    if not tokens:
        return false()
    return walks.one_of(entity, [key_of(entity, token) for token in tokens])


def _newest(session: RecordSession, entity: Entity, rows: int) -> Any | None:
    """The newest rows that the person may see, by the key; None when there are not more than that.

    Where it takes long to tell which those are, the newest of the whole table: of them, too, only some may be seen.
    """
    names = [entity.attribute(name) for name in entity.key]
    found = select(*names).order_by(*(name.desc() for name in names)).offset(rows).limit(1)
    try:
        options = within(BOUND_SECONDS) | heavy.heavy(session)
        row = session.execute(found, execution_options=options).first()
    except DBAPIError as error:
        if not is_stopped(error):
            raise
        row = session.connection().execute(found).first()
    return _behind(names, row) if row is not None else None


def _behind(names: Sequence[Any], values: Sequence[Any]) -> Any:
    """Strictly behind this key, written out so that the index is read as a range."""
    (name, *rest), (value, *others) = names, values
    return or_(name > value, and_(name == value, _behind(rest, others))) if rest else name > value
