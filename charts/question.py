"""A question to the database: one GROUP BY over an entity, bounded in groups, under the viewer's policy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Select, case, func, literal, null, or_, select

from app.errors import NotAllowed, NotVisible
from charts.buckets import month_of
from charts.periods import Period, months_of
from fields.comparands import at_midnight
from models import condition as conditions
from models import heavy
from models.guard import RecordSession, lost_field
from models.limits import within
from models.records import paths, read
from models.wiring.nouns import Entity

MAX_ROWS = 2000
"""Groups that one answer may have before the small ones are put together in the database."""
SECONDS = 15
"""A chart may take longer than a page: it is fetched on its own, kept, and few are worked out at once."""
Number = int | float | Decimal


@dataclass(frozen=True)
class Question:
    """What to count or add up. `filter` holds stored values. The answer has a row for each month and each group asked for."""

    measure: str = "count"
    """"count", or "sum:FIELD" or "avg:FIELD"."""
    date: str = ""
    period: Period | None = None
    """Needs `date`."""
    by_month: bool = False
    group: str = ""
    filter: Mapping[str, Any] | None = None
    top: int = 20
    """The largest groups; the rest is one."""

    @property
    def measured(self) -> str:
        """The field that is added up; "" for a count."""
        return self.measure.partition(":")[2]

    @property
    def fields(self) -> list[str]:
        """Every field that the answer would tell something about."""
        named = [self.date, self.group, self.measured, *conditions.fields_of(self.filter)]
        return [name for name in dict.fromkeys(named) if name]


@dataclass(frozen=True)
class Cell:
    """A row of an answer. `month` is 202603 or None; `is_other` = all groups beyond the largest."""

    value: Number
    month: int | None = None
    group: Any = None
    is_other: bool = False


def ask(session: RecordSession, entity: Entity, question: Question) -> list[Cell]:
    """The answer's rows; raises NotVisible when the question touches what the person may not see."""
    require(session, entity, question)
    if not question.group:
        return [_cell(row, question) for row in _run(session, entity, _statement(session, entity, question))]
    if question.by_month:
        return _by_month_and_group(session, entity, question)
    return _largest(session, entity, question)


def _run(session: RecordSession, entity: Entity, statement: Select[Any]) -> list[Any]:
    """On a big table it needs a place among the heavy statements, and may wait for it as long as it may run."""
    place = heavy.unless_served(session, entity, lambda: False, patience_seconds=SECONDS)
    return list(session.execute(statement, execution_options=within(SECONDS) | place))


def require(session: RecordSession, entity: Entity, question: Question) -> None:
    """The entity and every field of the question must be open to the person."""
    lost = next((name for name in question.fields if paths.is_lost(session, entity, name)), None)
    if lost is not None:
        raise lost_field(entity, lost)
    try:
        read.require(session, entity, "see")
        for path in question.fields:
            paths.check_path(session, entity, path)
    except (NotAllowed, NotVisible) as problem:
        raise NotVisible(
            _("This chart shows something that you may not see. Ask an administrator if you need it.")
        ) from problem


def _largest(session: RecordSession, entity: Entity, question: Question) -> list[Cell]:
    """The largest groups, and the rest as the whole less these."""
    statement = _statement(session, entity, question).order_by(_value(entity, question).desc())
    found = [_cell(row, question) for row in _run(session, entity, statement.limit(question.top + 1))]
    if len(found) <= question.top:
        return found
    kept = found[: question.top]
    if question.measure.startswith("avg"):
        return kept
    whole = ask(session, entity, replace(question, group=""))
    rest = whole[0].value - sum(cell.value for cell in kept)  # type: ignore[operator]
    return [*kept, Cell(rest, is_other=True)]


def _by_month_and_group(session: RecordSession, entity: Entity, question: Question) -> list[Cell]:
    rows = _run(session, entity, _statement(session, entity, question).limit(MAX_ROWS))
    if len(rows) < MAX_ROWS:
        return _folded([_cell(row, question) for row in rows], question.top)
    kept = [
        cell.group
        for cell in _largest(session, entity, replace(question, by_month=False))
        if not cell.is_other
    ]
    statement = _statement(session, entity, question, kept)
    return [_cell(row, question) for row in _run(session, entity, statement)]


def _folded(cells: Sequence[Cell], top: int) -> list[Cell]:
    """The same rows with small groups put together, which is cheaper here than a second statement there."""
    sizes: dict[Any, Number] = {}
    for cell in cells:
        sizes[cell.group] = sizes.get(cell.group, 0) + cell.value  # type: ignore[operator]
    kept = set(sorted(sizes, key=lambda group: sizes[group], reverse=True)[:top])
    others: dict[int | None, Number] = {}
    for cell in cells:
        if cell.group not in kept:
            others[cell.month] = others.get(cell.month, 0) + cell.value  # type: ignore[operator]
    small = [Cell(value, month, is_other=True) for month, value in others.items()]
    return [*(cell for cell in cells if cell.group in kept), *small]


def _statement(
    session: RecordSession, entity: Entity, question: Question, kept: Sequence[Any] | None = None
) -> Select[Any]:
    axes = _axes(entity, question, kept)
    where = conditions.to_sql(entity, question.filter, session.policy.catalogue)
    statement = select(
        *(axis.label(f"axis_{number}") for number, axis in enumerate(axes)), _value(entity, question)
    )
    # select_from makes it a statement of the ORM even where it only counts, so that the guard reads it.
    return statement.select_from(entity.model).where(where, *_within(entity, question)).group_by(*axes)


def _axes(entity: Entity, question: Question, kept: Sequence[Any] | None) -> list[Any]:
    axes: list[Any] = []
    if question.by_month and question.period:
        months = months_of(question.period)
        axes.append(month_of(entity.fields[question.date], entity.attribute(question.date), months))
    if question.group:
        group = entity.attribute(question.group)
        axes += [group] if kept is None else _kept_axes(group, kept)
    return axes


def _kept_axes(group: Any, kept: Sequence[Any]) -> list[Any]:
    """The group where it is one of those kept, and whether it is not."""
    named = group.in_([value for value in kept if value is not None])
    is_kept = or_(named, group.is_(None)) if None in kept else named
    return [case((is_kept, group), else_=null()), case((is_kept, literal(0)), else_=literal(1))]


def _value(entity: Entity, question: Question) -> Any:
    if not question.measured:
        return func.count()
    attribute = entity.attribute(question.measured)
    return func.avg(attribute) if question.measure.startswith("avg") else func.sum(attribute)


def _within(entity: Entity, question: Question) -> list[Any]:
    """The period as a range of the bare column, so that its index serves."""
    if question.period is None:
        return []
    field, attribute = entity.fields[question.date], entity.attribute(question.date)
    return [
        attribute >= at_midnight(field, question.period.start),
        attribute < at_midnight(field, question.period.end),
    ]


def _cell(row: Any, question: Question) -> Cell:
    values = list(row)
    value = values.pop()
    month = values.pop(0) if question.by_month else None
    is_other = bool(values[1]) if len(values) > 1 else False
    group = values[0] if values and not is_other else None
    return Cell(0 if value is None else value, None if month is None else int(month), group, is_other)
