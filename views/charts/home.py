"""The home page: the dashboard of whoever signed in; each chart is fetched on its own."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app, render_template, request, url_for
from flask_appbuilder import IndexView, expose
from flask_babel import format_time

from app.extensions import services
from app.i18n import language
from charts import board
from charts.desk import desk
from charts.kinds import kinds
from charts.nouns import Dashboard
from models import access
from views.access import signed_in
from views.charts import captions
from views.charts.edit import may_edit
from views.console.base import PERMISSION
from views.console.menu import ADDRESS as CONSOLE
from views.rules.gate import may
from views.rules.menu import stopped_text
from views.wiring.access import may_wire


class HomeView(IndexView):
    """GET /: the page with places for the charts. GET /home/chart/<key>: one chart."""

    route_base = ""
    default_view = "index"
    class_permission_name = "Home"

    @expose("/")
    @signed_in
    def index(self) -> Any:
        dashboard = board.dashboard_of(access.overlay(), access.policy())
        fresh = "fresh" in request.args
        partial = request.headers.get("HX-Target") == "dashboard"
        template = "charts/_dashboard.html" if partial else "charts/home.html"
        return render_template(template, **page_context(dashboard, fresh=fresh))

    @expose("/home/chart/<key>")
    @signed_in
    def chart(self, key: str) -> Any:
        chart = board.chart_of(board.dashboard_of(access.overlay(), access.policy()), key)
        drawn = board.draw(desk(access.records(), fresh="fresh" in request.args), chart)
        return render_template(drawn.kind.template, **drawn_context(drawn))


def page_context(dashboard: Dashboard, *, fresh: bool) -> dict[str, Any]:
    """What charts/home.html draws: numbers on top, charts below, each with the address it is fetched from."""
    places = [
        {
            "chart": chart,
            "title": chart.title.text(language()),
            "icon": kinds()[chart.kind].icon,
            "is_number": kinds()[chart.kind].is_number,
            "url": chart_url(chart.key, fresh=fresh),
        }
        for chart in dashboard.charts
    ]
    return {
        "dashboard": dashboard,
        "title": dashboard.title.text(language()),
        "numbers": [place for place in places if place["is_number"]],
        "charts": [place for place in places if not place["is_number"]],
        "today": captions.today(),
        "start": beginning(),
        "stopped": stopped_text() if may("list") else "",
        "edit_url": url_for("DashboardView.edit", role=dashboard.role or None) if may_edit() else "",
    }


def beginning() -> tuple[str, str]:
    """What to do on a home page without charts, and where: ("new" | "roles" | "console" | "", address)."""
    if may_wire.is_open():
        entities = access.catalogue().entities
        if not entities:
            return "new", url_for("WiringView.tables")
        if any(access.policy().may(entity, "see") for entity in entities.values()):
            return "roles", url_for("WiringView.tables")
    manager = current_app.appbuilder.sm  # type: ignore[attr-defined]
    return ("console", CONSOLE) if manager.has_access(*PERMISSION) else ("", "")


def drawn_context(drawn: board.Drawn) -> dict[str, Any]:
    """What the templates of the chart kinds draw."""
    return {
        "drawn": drawn,
        "chart": drawn.chart,
        "picture": drawn.picture,
        "title": drawn.chart.title.text(language()),
        "caption": "" if drawn.problem else captions.caption(drawn.chart, drawn.picture),
        "note": captions.change(drawn.picture),
        "as_of": clock_time(drawn.at),
        "fresh_url": chart_url(drawn.chart.key, fresh=True),
    }


def chart_url(key: str, *, fresh: bool = False) -> str:
    """Where one chart is fetched; `fresh` = not from the cache."""
    return url_for("HomeView.chart", key=key, fresh=1 if fresh else None)


def clock_time(seconds: float) -> str:
    """The time of day in the zone of the legacy system; "" for 0."""
    if not seconds:
        return ""
    zone = ZoneInfo(services().config.time_zone)
    return str(format_time(datetime.fromtimestamp(seconds, UTC).astimezone(zone), "short", rebase=False))
