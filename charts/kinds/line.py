"""A line by month, or one for each group."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from charts import answers, figure
from charts.base import ChartKind
from charts.desk import Desk
from charts.nouns import Chart
from charts.picture import Picture


class Line(ChartKind):
    kind = "line"
    label = _l("Line by month")
    icon = "activity"
    needs = ("date",)
    takes = ("group", "measure", "filter", "months")

    def picture(self, desk: Desk, chart: Chart) -> Picture:
        return answers.by_month(desk, chart)

    def figure(self, chart: Chart, picture: Picture) -> str:
        places = list(range(len(picture.categories)))
        traces = [
            {
                "type": "scatter",
                "mode": "lines+markers",
                "name": figure.plain(series.label),
                "x": places,
                "y": [float(one.value) for one in line],
                "line": {"width": 2.5, "shape": "linear"},
                "marker": {"size": 7},
                "customdata": figure.behind(line, figure.labels(picture, series)),
                "hovertemplate": "%{customdata[0]}<extra></extra>",
                "meta": {"other": series.is_other, "area": len(picture.series) == 1},
                "fill": "tozeroy" if len(picture.series) == 1 else "none",
            }
            for series, line in zip(picture.series, picture.points, strict=True)
        ]
        highest = max((one.value for line in picture.points for one in line), default=0)
        return figure.figure(
            traces,
            showlegend=len(traces) > 1,
            xaxis=figure.name_axis(picture.categories),
            yaxis=figure.number_axis(highest),
        )
