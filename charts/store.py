"""Dashboards in the overlay: one for each role, its charts in order as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable

from sqlalchemy import (
    Column,
    Connection,
    ForeignKey,
    Integer,
    String,
    Table,
    UniqueConstraint,
    delete,
    insert,
    select,
)

from charts.nouns import Chart, Dashboard
from models.overlay import metadata
from models.overlay.types import LongText
from models.wiring.nouns import Label

dashboard_table = Table(
    "dashboard",
    metadata,
    Column("id", Integer, primary_key=True),
    # "" is the dashboard of everyone whose roles have none of their own.
    Column("role", String(64), nullable=False, unique=True),
    Column("title_en", String(120), nullable=False, default=""),
    Column("title_zh", String(120), nullable=False, default=""),
)
chart_table = Table(
    "dashboard_chart",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("dashboard_id", ForeignKey("dashboard.id", ondelete="CASCADE"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("definition", LongText, nullable=False),
    UniqueConstraint("dashboard_id", "position", name="uq_dashboard_chart"),
)


def load(connection: Connection, roles: Iterable[str]) -> dict[str, Dashboard]:
    """The saved dashboards of these roles, by role."""
    found = select(dashboard_table).where(dashboard_table.c.role.in_(list(roles)))
    rows = connection.execute(found).mappings().all()
    charts = _charts(connection, [row["id"] for row in rows])
    return {
        row["role"]: Dashboard(
            row["role"], Label(row["title_en"], row["title_zh"]), tuple(charts.get(row["id"], ())), row["id"]
        )
        for row in rows
    }


def save(connection: Connection, dashboard: Dashboard) -> int:
    """Keep a dashboard in place of the role's earlier one; returns its number."""
    forget(connection, dashboard.role)
    title = {"title_en": dashboard.title.en, "title_zh": dashboard.title.zh}
    result = connection.execute(insert(dashboard_table).values(role=dashboard.role, **title))
    number = int(result.inserted_primary_key[0])  # type: ignore[index]
    rows = [
        {
            "dashboard_id": number,
            "position": position,
            "definition": json.dumps(chart.to_json(), ensure_ascii=False),
        }
        for position, chart in enumerate(dashboard.charts)
    ]
    if rows:
        connection.execute(insert(chart_table), rows)
    return number


def forget(connection: Connection, role: str) -> None:
    """Remove a role's dashboard; the proposal shows again."""
    numbers = select(dashboard_table.c.id).where(dashboard_table.c.role == role).scalar_subquery()
    connection.execute(delete(chart_table).where(chart_table.c.dashboard_id == numbers))
    connection.execute(delete(dashboard_table).where(dashboard_table.c.role == role))


def _charts(connection: Connection, numbers: list[int]) -> dict[int, list[Chart]]:
    if not numbers:
        return {}
    found = select(chart_table.c.dashboard_id, chart_table.c.definition).where(
        chart_table.c.dashboard_id.in_(numbers)
    )
    charts: dict[int, list[Chart]] = {}
    for number, definition in connection.execute(found.order_by(chart_table.c.position)):
        charts.setdefault(number, []).append(Chart.from_json(json.loads(definition)))
    return charts
