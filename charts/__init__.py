"""Charts: questions to the wired entities under the viewer's rights, and the dashboards that hold them."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    """Load all chart kinds now, so that a broken one stops the start and not a page; put the tables on the overlay."""
    from charts import store  # noqa: F401 - its tables stand on the metadata
    from charts.kinds import kinds

    kinds()
