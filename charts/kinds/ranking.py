"""The largest groups as bars from the left: who sold most, which customers bought most."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from charts import answers, figure
from charts.base import ChartKind
from charts.desk import Desk
from charts.nouns import Chart
from charts.picture import Picture


class Ranking(ChartKind):
    kind = "ranking"
    label = _l("Ranking")
    icon = "sort-descending"
    needs = ("group",)
    takes = ("measure", "filter", "date", "months", "top")

    def picture(self, desk: Desk, chart: Chart) -> Picture:
        return answers.by_group(desk, chart)

    def figure(self, chart: Chart, picture: Picture) -> str:
        # The rest would dwarf those that are ranked; the table shows it.
        ranked = [place for place, part in enumerate(picture.categories) if not part.is_other]
        parts, line = (
            [picture.categories[place] for place in ranked],
            [picture.points[0][place] for place in ranked],
        )
        trace = {
            "type": "bar",
            "orientation": "h",
            "y": list(range(len(parts))),
            "x": [float(one.value) for one in line],
            "customdata": figure.behind(line, [part.label for part in parts]),
            "hovertemplate": "%{customdata[0]}<extra></extra>",
        }
        highest = max((one.value for one in line), default=0)
        axis = figure.name_axis(parts) | {"autorange": "reversed"}
        return figure.figure([trace], bargap=0.35, yaxis=axis, xaxis=figure.number_axis(highest))
