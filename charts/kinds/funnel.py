"""Stages from first to last, in the order of their codes: how many stand in each."""

from __future__ import annotations

from dataclasses import replace

from flask_babel import lazy_gettext as _l

from charts import answers, figure
from charts.base import ChartKind
from charts.desk import Desk
from charts.nouns import Chart
from charts.picture import Part, Picture
from fields.options import options
from models.wiring.nouns import Field


class Funnel(ChartKind):
    kind = "funnel"
    label = _l("Funnel by stage")
    icon = "filter"
    needs = ("group",)
    takes = ("measure", "filter", "date", "months", "top")

    def picture(self, desk: Desk, chart: Chart) -> Picture:
        found = answers.by_group(desk, chart)
        order = _places(desk.entity(chart.entity).fields[answers.setting(chart, "group")])
        places = sorted(range(len(found.categories)), key=lambda place: _rank(order, found.categories[place]))
        return replace(
            found,
            categories=[found.categories[place] for place in places],
            points=[[line[place] for place in places] for line in found.points],
        )

    def figure(self, chart: Chart, picture: Picture) -> str:
        line = picture.points[0]
        trace = {
            "type": "funnel",
            "y": list(range(len(picture.categories))),
            "x": [float(one.value) for one in line],
            "text": [one.text for one in line],
            "textinfo": "text",
            "customdata": figure.behind(line, figure.labels(picture, picture.series[0])),
            "hovertemplate": "%{customdata[0]}<extra></extra>",
        }
        axis = figure.name_axis(picture.categories) | {"autorange": "reversed"}
        return figure.figure([trace], yaxis=axis, xaxis={"visible": False, "fixedrange": True})


def _places(field: Field) -> dict[str, int]:
    return {option.words: place for place, option in enumerate(options(field).values())}


def _rank(order: dict[str, int], part: Part) -> tuple[int, str]:
    """The place among the codes; what has none comes last."""
    return (
        (len(order) + int(part.is_other), "") if part.label not in order else (order[part.label], part.label)
    )
