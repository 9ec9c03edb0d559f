"""Answers made into pictures: by month, by group, by both; each point with its words and the list behind it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask_babel import gettext as _

from app.errors import Invalid
from charts import numbers
from charts.desk import Desk
from charts.links import list_url, parts_of, period_leaf, value_leaves
from charts.names import field_name, names_of
from charts.nouns import Chart
from charts.periods import Period, last_months, month_name, month_number, month_tick, months_of
from charts.picture import Part, Picture, Point
from charts.question import Cell, Number, Question
from models.wiring.nouns import Entity

MONTHS = 12
SERIES = 7
"""Groups with a colour of their own in a chart by month; the rest is one."""
GROUPS = 20


def by_month(desk: Desk, chart: Chart) -> Picture:
    """A number for each month, and for each group of the setting "group" where there is one."""
    entity = desk.entity(chart.entity)
    period = last_months(desk.today, int(chart.settings.get("months", MONTHS)))
    date, group = setting(chart, "date"), str(chart.settings.get("group", ""))
    question = Question(
        measure=measure_of(chart), date=date, period=period, by_month=True, group=group, top=SERIES
    )
    cells = desk.ask(entity, question, chart.settings.get("filter"))
    series = _series(desk, entity, group, cells)
    months = [
        _month_part(entity, date, month, is_first=month.start == period.start) for month in months_of(period)
    ]
    found = {(cell.month, _key(cell)): cell.value for cell in cells}
    keys = [month_number(month.start) for month in months_of(period)]
    rows = {key: [found.get((month, key), 0) for month in keys] for key in series}
    points = [_line(entity, chart, rows[key], months, part) for key, part in series.items()]
    axis = _("Month")
    return Picture(
        months, list(series.values()), points, axis, measure_name(entity, chart), is_share=bool(group)
    )


def by_group(desk: Desk, chart: Chart) -> Picture:
    """A number for each group of the setting "group", the largest first; of the last months where "date" is set."""
    entity = desk.entity(chart.entity)
    group, date = setting(chart, "group"), str(chart.settings.get("date", ""))
    period = last_months(desk.today, int(chart.settings.get("months", MONTHS))) if date else None
    top = int(chart.settings.get("top", GROUPS))
    question = Question(measure=measure_of(chart), date=date, period=period, group=group, top=top)
    cells = desk.ask(entity, question, chart.settings.get("filter"))
    parts = _group_parts(desk, entity, group, cells)
    leaves = (period_leaf(entity.fields[date], period),) if period else ()
    whole = Part(measure_name(entity, chart), leaves)
    ordered = sorted(cells, key=lambda cell: (cell.is_other, -cell.value))
    categories = [parts[_key(cell)] for cell in ordered]
    line = _line(entity, chart, [cell.value for cell in ordered], categories, whole)
    return Picture(categories, [whole], [line], field_name(entity, group), whole.label, is_share=True)


def setting(chart: Chart, name: str) -> str:
    """A setting that the kind cannot do without; raises Invalid when it is missing."""
    found = chart.settings.get(name)
    if not isinstance(found, str) or not found:
        raise Invalid(_("This chart is not complete. Ask an administrator to choose its fields."))
    return found


def measure_of(chart: Chart) -> str:
    """What is counted or added up."""
    return str(chart.settings.get("measure") or "count")


def measure_name(entity: Entity, chart: Chart) -> str:
    """What the numbers are: "Number", "Amount"."""
    name = measure_of(chart).partition(":")[2]
    return field_name(entity, name) if name in entity.fields else _("Number")


def point(entity: Entity, chart: Chart, value: Number, parts: Iterable[Part]) -> Point:
    """A number with the list of what it counts."""
    leaves: list[Mapping[str, Any]] = parts_of(chart.settings.get("filter"))
    for part in parts:
        if part.leaves is None:
            return Point(value, numbers.full(value))
        leaves += part.leaves
    return Point(value, numbers.full(value), list_url(entity, leaves))


def _line(
    entity: Entity, chart: Chart, values: Sequence[Number], parts: Sequence[Part], series: Part
) -> list[Point]:
    return [point(entity, chart, value, (part, series)) for value, part in zip(values, parts, strict=True)]


def _month_part(entity: Entity, date: str, month: Period, *, is_first: bool) -> Part:
    leaf = period_leaf(entity.fields[date], month)
    return Part(month_name(month.start), (leaf,), month_tick(month.start, is_first=is_first))


def _series(desk: Desk, entity: Entity, group: str, cells: Sequence[Cell]) -> dict[Any, Part]:
    """The largest group first, which stands at the bottom of a stack; without a group a single series."""
    if not group:
        return {_key(Cell(0)): Part("")}
    sizes: dict[Any, Number] = {}
    for cell in cells:
        sizes[_key(cell)] = sizes.get(_key(cell), 0) + cell.value  # type: ignore[operator]
    parts = _group_parts(desk, entity, group, cells)
    keys = sorted(sizes, key=lambda key: (parts[key].is_other, -sizes[key]))
    return {key: parts[key] for key in keys}


def _group_parts(desk: Desk, entity: Entity, group: str, cells: Sequence[Cell]) -> dict[Any, Part]:
    field = entity.fields[group]
    named = names_of(desk.session, entity, group, {cell.group for cell in cells if not cell.is_other})
    found = {_key(cell): cell.group for cell in cells if not cell.is_other}
    parts = {key: Part(named[value], value_leaves(field, value)) for key, value in found.items()}
    if any(cell.is_other for cell in cells):
        parts[_key(Cell(0, is_other=True))] = Part(_("Others"), None, is_other=True)
    return parts


def _key(cell: Cell) -> tuple[bool, Any]:
    return (cell.is_other, cell.group)
