"""Dashboards changed by hand: charts added, moved, resized and removed. Every change gives a new Dashboard."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from flask_babel import gettext as _

from app.errors import Invalid
from charts.buckets import DATE_KINDS
from charts.columns import GROUP_KINDS, NUMBER_KINDS
from charts.kinds import kinds
from charts.nouns import WIDTHS, Chart, Dashboard
from models.policy import Policy
from models.wiring.nouns import Entity, Field, Label

MOST_CHARTS = 30
MOST_MONTHS = 36
Sent = Mapping[str, str]


@dataclass(frozen=True)
class Choices:
    """Fields of an entity that the settings of a chart can name."""

    dates: list[Field]
    groups: list[Field]
    numbers: list[Field]


def choices(policy: Policy, entity: Entity) -> Choices:
    """What the person may choose from."""
    found = [field for name, field in entity.fields.items() if policy.is_open(entity, name)]

    def of(wanted: frozenset[str]) -> list[Field]:
        return [field for field in found if field.kind in wanted]

    return Choices(of(DATE_KINDS), of(GROUP_KINDS), of(NUMBER_KINDS))


def added(policy: Policy, dashboard: Dashboard, sent: Sent) -> Dashboard:
    """With one chart more, from the fields of a form; raises Invalid with what is missing."""
    if len(dashboard.charts) >= MOST_CHARTS:
        raise Invalid(_("A dashboard holds at most %(most)s charts. Remove one first.", most=MOST_CHARTS))
    chart = _chart(policy, dashboard, sent)
    return replace(dashboard, charts=(*dashboard.charts, chart))


def moved(dashboard: Dashboard, key: str, step: int) -> Dashboard:
    """With a chart one place earlier (-1) or later (1); at the end of the row nothing happens."""
    charts = list(dashboard.charts)
    place = next((index for index, chart in enumerate(charts) if chart.key == key), None)
    if place is None or not 0 <= place + step < len(charts):
        return dashboard
    charts[place], charts[place + step] = charts[place + step], charts[place]
    return replace(dashboard, charts=tuple(charts))


def removed(dashboard: Dashboard, key: str) -> Dashboard:
    """Without a chart."""
    return replace(dashboard, charts=tuple(chart for chart in dashboard.charts if chart.key != key))


def resized(dashboard: Dashboard, key: str, width: str) -> Dashboard:
    """With a chart of another width."""
    if width not in WIDTHS:
        raise Invalid(_("This width is not known. Choose one from the list."))
    charts = (replace(chart, width=width) if chart.key == key else chart for chart in dashboard.charts)
    return replace(dashboard, charts=tuple(charts))


def _chart(policy: Policy, dashboard: Dashboard, sent: Sent) -> Chart:
    kind, entity = kinds().get(sent.get("kind", "")), policy.catalogue.get(sent.get("entity", ""))
    if kind is None or entity is None or not policy.may(entity, "see"):
        raise Invalid(_("Choose a kind of chart and what it shows."))
    known = choices(policy, entity)
    picked = {
        "date": _picked(known.dates, sent.get("date", "")),
        "group": _picked(known.groups, sent.get("group", "")),
        "measure": _measure(known.numbers, sent.get("measure", "")),
        "months": _months(sent.get("months", "")),
    }
    settings = {name: value for name, value in picked.items() if name in (*kind.needs, *kind.takes) and value}
    missing = [name for name in kind.needs if name not in settings]
    if missing:
        raise Invalid(
            _("This kind of chart needs one more field. Choose it."),
            fields=dict.fromkeys(missing, _("Choose one.")),
        )
    title = Label(sent.get("title_en", "").strip()[:120], sent.get("title_zh", "").strip()[:120])
    if not (title.en or title.zh):
        raise Invalid(_("Give the chart a title."), fields={"title_en": _("Fill this in.")})
    return Chart(_new_key(dashboard, title), kind.kind, entity.name, title, settings=settings)


def _picked(known: list[Field], name: str) -> str:
    return name if any(field.name == name for field in known) else ""


def _measure(known: list[Field], text: str) -> str:
    verb, _colon, name = text.partition(":")
    return text if verb in {"sum", "avg"} and _picked(known, name) else ""


def _months(text: str) -> int:
    return min(max(int(text), 1), MOST_MONTHS) if text.isdecimal() and len(text) < 4 else 0


def _new_key(dashboard: Dashboard, title: Label) -> str:
    """Of the English title where there is one, with a number where that is taken."""
    stem = re.sub(r"[^a-z0-9]+", "-", title.en.lower()).strip("-")[:40] or "chart"
    taken = {chart.key for chart in dashboard.charts}
    numbered = (f"{stem}-{number}" for number in range(2, MOST_CHARTS + 2))
    return stem if stem not in taken else next(key for key in numbered if key not in taken)
