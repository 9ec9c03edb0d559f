"""What a chart kind is: one module in `charts/kinds`, registered by being there."""

from __future__ import annotations

from typing import Any, ClassVar

from charts.desk import Desk
from charts.nouns import Chart
from charts.picture import Picture


class ChartKind:
    """Asks its question and draws the answer."""

    kind: ClassVar[str]
    label: ClassVar[Any]
    """Lazy text: the kind's name for people."""
    icon: ClassVar[str] = "chart-bar"
    needs: ClassVar[tuple[str, ...]] = ()
    """Settings that it cannot do without: "date", "group"."""
    takes: ClassVar[tuple[str, ...]] = ("measure", "filter")
    """Settings that it may have besides."""
    template: ClassVar[str] = "charts/_plot.html"
    is_number: ClassVar[bool] = False
    """Stands among the numbers on top."""

    def picture(self, desk: Desk, chart: Chart) -> Picture:
        """The answer, named and linked; raises Problem when there is none."""
        raise NotImplementedError

    def figure(self, chart: Chart, picture: Picture) -> str:
        """Plotly's JSON; "" for a kind that is drawn by its template alone."""
        raise NotImplementedError
