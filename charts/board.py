"""The dashboard of a person, and one of its charts worked out and drawn."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask_babel import gettext as _
from sqlalchemy import Connection

from app.errors import NotVisible, Problem
from charts.base import ChartKind
from charts.defaults import main_role, proposal
from charts.desk import Desk
from charts.kinds import kinds
from charts.nouns import Chart, Dashboard
from charts.picture import Picture
from charts.store import load
from models.policy import Policy

EVERYONE_ELSE = ""


@dataclass(frozen=True)
class Drawn:
    """A chart with its answer, or with the sentence why there is none."""

    chart: Chart
    kind: ChartKind
    picture: Picture
    figure: str = ""
    """Plotly's JSON."""
    at: float = 0.0
    """When the answer was worked out, in seconds since 1970; 0 = without a question."""
    problem: str = ""


def dashboard_of(connection: Connection, policy: Policy) -> Dashboard:
    """The saved dashboard of one of the person's roles, else what is proposed for it, else the one for everyone else."""
    role = main_role(policy.actor.roles)
    own = [name for name in (role, *sorted(policy.actor.roles - {role})) if name]
    saved = load(connection, [*own, EVERYONE_ELSE])
    wanted = own if role else [*own, EVERYONE_ELSE]
    found = next((saved[name] for name in wanted if name in saved), None)
    return _for_viewer(policy, found) if found else proposal(policy, role)


def kept_or_proposed(connection: Connection, policy: Policy, role: str) -> Dashboard:
    """The dashboard of a role, for the person who edits it."""
    return load(connection, [role]).get(role) or proposal(policy, role)


def _for_viewer(policy: Policy, dashboard: Dashboard) -> Dashboard:
    """Without charts about entities that are gone or that this person may not see."""
    entities = policy.catalogue.entities
    seen = [c for c in dashboard.charts if c.entity in entities and policy.may(entities[c.entity], "see")]
    return replace(dashboard, charts=tuple(c for c in seen if c.kind in kinds()))


def chart_of(dashboard: Dashboard, key: str) -> Chart:
    """The chart; raises NotVisible for an unknown key."""
    found = dashboard.chart(key)
    if found is None or found.kind not in kinds():
        raise NotVisible(_("This chart is not on your dashboard any more. Reload the page."))
    return found


def draw(desk: Desk, chart: Chart) -> Drawn:
    """Work a chart out; what goes wrong is a sentence in the chart's place, never a broken page."""
    kind = kinds()[chart.kind]
    try:
        picture = kind.picture(desk, chart)
    except Problem as problem:
        return Drawn(chart, kind, Picture(), problem=str(problem))
    figure = "" if picture.is_empty else kind.figure(chart, picture)
    return Drawn(chart, kind, picture, figure, desk.oldest)
