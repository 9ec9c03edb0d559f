"""One number, with what it was in the same days of the month before."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from charts import answers, numbers
from charts.base import ChartKind
from charts.desk import Desk
from charts.links import period_leaf
from charts.nouns import Chart
from charts.periods import Period, same_days_before, this_month
from charts.picture import Part, Picture
from charts.question import Number, Question
from models.wiring.nouns import Entity


class Stat(ChartKind):
    kind = "stat"
    label = _l("Single number")
    icon = "activity"
    needs = ()
    takes = ("date", "measure", "filter")
    template = "charts/_stat.html"
    is_number = True

    def picture(self, desk: Desk, chart: Chart) -> Picture:
        """The number of this month where the setting "date" is given, else of now."""
        entity = desk.entity(chart.entity)
        date = str(chart.settings.get("date", ""))
        period = this_month(desk.today) if date else None
        value = self._value(desk, entity, chart, period)
        part = Part("", (period_leaf(entity.fields[date], period),) if period else ())
        found = answers.point(entity, chart, value, [part])
        extra = {"short": numbers.short(value), "tone": chart.settings.get("tone", "") if value else ""}
        if period is not None:
            before = self._value(desk, entity, chart, same_days_before(period))
            extra |= {"change": numbers.change(value, before), "rises": value >= before}
        return Picture([part], [part], [[found]], measure=answers.measure_name(entity, chart), extra=extra)

    def figure(self, chart: Chart, picture: Picture) -> str:
        return ""

    def _value(self, desk: Desk, entity: Entity, chart: Chart, period: Period | None) -> Number:
        date = str(chart.settings.get("date", "")) if period else ""
        question = Question(measure=answers.measure_of(chart), date=date, period=period)
        cells = desk.ask(entity, question, chart.settings.get("filter"))
        return cells[0].value if cells else 0
