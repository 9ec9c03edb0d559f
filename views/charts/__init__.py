"""Charts: the home page (Flask-AppBuilder's index view, so it registers itself) and the making of dashboards."""

from __future__ import annotations

from flask import Flask

from views.charts.edit import DashboardView


def init_app(app: Flask) -> None:
    """Register what FAB_INDEX_VIEW does not."""
    app.appbuilder.add_view_no_menu(DashboardView)  # type: ignore[attr-defined]
