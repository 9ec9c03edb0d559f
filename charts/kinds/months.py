"""Bars by month, stacked by a group such as the region."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from charts import answers, figure
from charts.base import ChartKind
from charts.desk import Desk
from charts.nouns import Chart
from charts.picture import Picture


class Months(ChartKind):
    kind = "months"
    label = _l("Bars by month")
    icon = "chart-bar"
    needs = ("date",)
    takes = ("group", "measure", "filter", "months")

    def picture(self, desk: Desk, chart: Chart) -> Picture:
        return answers.by_month(desk, chart)

    def figure(self, chart: Chart, picture: Picture) -> str:
        places = list(range(len(picture.categories)))
        traces = [
            {
                "type": "bar",
                "name": figure.plain(series.label),
                "x": places,
                "y": [float(one.value) for one in line],
                "customdata": figure.behind(line, figure.labels(picture, series)),
                "hovertemplate": "%{customdata[0]}<extra></extra>",
                "meta": {"other": series.is_other},
            }
            for series, line in zip(picture.series, picture.points, strict=True)
        ]
        return figure.figure(
            traces,
            barmode="stack",
            bargap=0.3,
            showlegend=len(traces) > 1,
            xaxis=figure.name_axis(picture.categories),
            yaxis=figure.number_axis(figure.stacked_height(picture)),
        )
