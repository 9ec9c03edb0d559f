"""Legacy rows as the system sees them: the one place where rules read records, without a person's policy.

Every select names its columns, is bounded, and walks by keyset, so that it costs the same on ten million rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, and_, or_, select, true

from models import condition as conditions
from models import heavy
from models.condition.values import DATE, NUMBER, sort_of
from models.fixed import only
from models.records.served import begins_index
from models.rowtoken import key_of, token_for
from models.wiring.nouns import Entity

Values = Mapping[str, Any]
PATIENCE_SECONDS = 60.0
"""How long a walk that no index serves waits while people ask the database large questions."""


@dataclass(frozen=True)
class Seen:
    """A record as it stands: its token, a title for people, and stored values by field name."""

    token: str
    title: str
    values: Values


@dataclass(frozen=True)
class Walk:
    """A path over an entity: by the field `order` (a time with an index) and the key, through what fits `condition`.

    `after` is (value of `order`, token) of the last record that was seen.
    """

    order: str
    condition: Any
    names: tuple[str, ...]
    size: int
    after: tuple[Any, str] | None = None
    never: Any = None
    """A condition that certainly holds leaves a record out; unknown does not."""


def read(connection: Connection, entity: Entity, token: str, names: Iterable[str]) -> Seen | None:
    """One record; None when it is gone or deleted."""
    found = read_many(connection, entity, [token], names)
    return found.get(token)


def read_many(
    connection: Connection, entity: Entity, tokens: Sequence[str], names: Iterable[str]
) -> dict[str, Seen]:
    """Records by token, those that are gone or deleted left out; at most some hundred tokens at a time."""
    if not tokens:
        return {}
    keys = [key_of(entity, token) for token in tokens]
    if len(entity.key) == 1:
        name = entity.key[0]
        where = entity.attribute(name).in_([key[name] for key in keys])
    else:
        where = or_(*(_by_key(entity, key) for key in keys))
    columns = _columns(entity, names)
    rows = connection.execute(_select(entity, columns).where(where, *_alive(entity)))
    return {seen.token: seen for seen in (_seen(entity, columns, row) for row in rows)}


def walk(connection: Connection, entity: Entity, path: Walk) -> list[Seen]:
    """The next records on a path, oldest first."""
    columns = _columns(entity, [*path.names, path.order])
    statement = _select(entity, columns).where(conditions.to_sql(entity, path.condition), *_alive(entity))
    order = [path.order, *(name for name in entity.key if name != path.order)]
    if path.never:
        statement = statement.where(conditions.to_sql(entity, path.never).is_not(true()))
    if path.after:
        value, token = path.after
        place = {**key_of(entity, token), path.order: value}
        statement = statement.where(_behind(entity, order, [place[name] for name in order]))
    statement = statement.order_by(*(entity.attribute(name) for name in order)).limit(path.size)
    light = heavy.unless_served(
        connection, entity, lambda: begins_index(entity, path.order), patience_seconds=PATIENCE_SECONDS
    )
    rows = connection.execute(statement, execution_options=light)
    return [_seen(entity, columns, row) for row in rows]


def instant_of(entity: Entity, name: str, value: Any, zone: ZoneInfo) -> datetime | None:
    """The UTC instant of a stored date or time; None for an empty one, a zero date, or one that is no time at all."""
    if value in {None, ""}:
        return None
    text = str(value)
    try:
        if sort_of(entity.fields[name]) == NUMBER:
            return _from_number(int(text), zone)
        return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def stored_instant(entity: Entity, name: str, instant: datetime, zone: ZoneInfo) -> Any:
    """An instant in the form in which the field's values compare: for conditions on it."""
    local = instant.astimezone(zone)
    field = entity.fields[name]
    if sort_of(field) == NUMBER:
        return int(instant.timestamp()) if "epoch" in field.kind else int(local.strftime("%Y%m%d"))
    if sort_of(field) == DATE:
        return local.date().isoformat()
    return local.replace(tzinfo=None).isoformat(" ", "seconds")


def _from_number(number: int, zone: ZoneInfo) -> datetime | None:
    """YYYYMMDD, or seconds since 1970."""
    if number <= 0:
        return None
    if 19000101 <= number <= 99991231:
        return datetime.strptime(str(number), "%Y%m%d").replace(tzinfo=zone).astimezone(UTC)
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=number)


def _columns(entity: Entity, names: Iterable[str]) -> list[str]:
    wanted = [*entity.key, entity.title, entity.code, *names, entity.delete_flag.get("field", "")]
    return [name for name in dict.fromkeys(wanted) if name in entity.fields]


def _select(entity: Entity, columns: Sequence[str]) -> Any:
    return select(*(entity.attribute(name).label(f"c_{number}") for number, name in enumerate(columns)))


def _seen(entity: Entity, columns: Sequence[str], row: Any) -> Seen:
    values = dict(zip(columns, row, strict=True))
    token = token_for(entity, values)
    titles = (values.get(name) for name in (entity.title, entity.code) if name)
    return Seen(token, next((str(title) for title in titles if title not in {None, ""}), token), values)


def _alive(entity: Entity) -> list[Any]:
    """A row whose delete flag is set is no record any more, and one with other fixed values is none of ours."""
    ours = [only(entity)] if entity.fixed else []
    if not entity.delete_flag:
        return ours
    flag = entity.attribute(entity.delete_flag["field"])
    return [*ours, or_(flag.is_(None), flag != entity.delete_flag["deleted"])]


def _by_key(entity: Entity, key: Values) -> Any:
    return and_(*(entity.attribute(name) == value for name, value in key.items()))


def _behind(entity: Entity, names: Sequence[str], values: Sequence[Any]) -> Any:
    """(a, b) > (x, y), written out so that the index is used as a range."""
    first, rest = entity.attribute(names[0]), names[1:]
    if not rest:
        return first > values[0]
    return and_(first >= values[0], or_(first > values[0], _behind(entity, rest, values[1:])))
