"""Plotly figures in one style. Colours and sizes come from the page, which knows light, dark and the width."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

from charts import numbers
from charts.picture import Part, Picture, Point
from charts.question import Number

SHORT_TICKS = 18
"""Characters of a group's name on an axis; the whole name stands in the label of the bar."""


def figure(traces: Sequence[Any], **layout: Any) -> str:
    """The JSON of a figure without a template: the page brings its own."""
    import plotly.graph_objects as go  # 0.2 s, and only for those who look at charts

    drawn = go.Figure(list(traces))
    usual = {"showlegend": False, "margin": {"l": 8, "r": 8, "t": 8, "b": 8}, "hovermode": "closest"}
    drawn.update_layout(template=None, **(usual | layout))
    return str(drawn.to_json())


def plain(text: str) -> str:
    """Text that plotly must not read as markup."""
    return escape(text, quote=False)


def shortened(part: Part) -> str:
    """A part's name for an axis."""
    text = part.tick or part.label
    if part.tick or len(text) <= SHORT_TICKS:
        return text if part.tick else plain(text)
    return plain(text[: SHORT_TICKS - 1].rstrip()) + "…"


def behind(points: Sequence[Point], labels: Sequence[str]) -> list[list[str]]:
    """For each point what the page needs: the words on hover and the address on a click."""
    return [
        [f"{plain(label)}: <b>{one.text}</b>", one.url] for one, label in zip(points, labels, strict=True)
    ]


def number_axis(highest: Number) -> dict[str, Any]:
    """An axis from 0 with round numbers in the reader's words."""
    values = numbers.ticks(highest)
    return {
        "tickvals": values,
        "ticktext": [numbers.short(value) for value in values],
        "range": [0, max(values[-1], float(highest)) * 1.04],
        "fixedrange": True,
        "automargin": True,
    }


def name_axis(parts: Sequence[Part]) -> dict[str, Any]:
    """An axis of months or groups, by place, so that two of the same name stay two."""
    return {
        "tickvals": list(range(len(parts))),
        "ticktext": [shortened(part) for part in parts],
        "range": [-0.6, len(parts) - 0.4],
        "fixedrange": True,
        "automargin": True,
        "tickangle": 0,
    }


def stacked_height(picture: Picture) -> float:
    """The tallest stack of a picture."""
    places = range(len(picture.categories))
    return max((sum(float(line[place].value) for line in picture.points) for place in places), default=0.0)


def labels(picture: Picture, series: Part) -> list[str]:
    """What each point of a series is, in words."""
    return [f"{series.label}, {part.label}" if series.label else part.label for part in picture.categories]
