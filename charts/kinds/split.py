"""A ring that shows how a whole divides, by status say."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from charts import answers, figure, numbers
from charts.base import ChartKind
from charts.desk import Desk
from charts.nouns import Chart
from charts.picture import Picture

APART = "\u200b"
"""Nothing that can be seen: keeps two groups of one name apart, which plotly would add up."""


class Split(ChartKind):
    kind = "split"
    label = _l("Ring by group")
    icon = "adjustments-horizontal"
    needs = ("group",)
    takes = ("measure", "filter", "date", "months", "top")

    def picture(self, desk: Desk, chart: Chart) -> Picture:
        return answers.by_group(desk, chart)

    def figure(self, chart: Chart, picture: Picture) -> str:
        line = picture.points[0]
        trace = {
            "type": "pie",
            "hole": 0.62,
            "sort": False,
            "direction": "clockwise",
            "labels": [
                f"{figure.shortened(part)}{APART * place}" for place, part in enumerate(picture.categories)
            ],
            "values": [float(one.value) for one in line],
            "customdata": figure.behind(line, figure.labels(picture, picture.series[0])),
            "hovertemplate": "%{customdata[0]} (%{percent:.1%})<extra></extra>",
            "texttemplate": "%{percent:.0%}",
            "textposition": "inside",
            "insidetextorientation": "horizontal",
            "meta": {"others": [part.is_other for part in picture.categories]},
        }
        middle = {"text": f"<b>{numbers.short(picture.total)}</b>", "showarrow": False, "x": 0.5, "y": 0.5}
        return figure.figure([trace], showlegend=True, annotations=[middle | {"font": {"size": 22}}])
