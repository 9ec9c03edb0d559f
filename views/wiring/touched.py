"""What a change of the legacy schema touches: fields, titles, relations, rights, saved views, charts, SLA policies."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import Connection, select

from app.i18n import language
from charts.nouns import Chart
from charts.store import chart_table, dashboard_table
from models.drift.changes import Change
from models.policy import access_table, right_table
from models.wiring.nouns import Entity, Wiring
from rules.sla.policy import SlaPolicy
from rules.sla.standing import fields_named
from rules.sla.store import all_policies
from views.records.saved import saved_view_table
from views.records.state import named_fields


@dataclass(frozen=True)
class Touch:
    """One thing that a change touches, in words; `url` leads to where it is changed."""

    text: str
    url: str = ""


@dataclass(frozen=True)
class View:
    """A saved view, as far as it matters here."""

    entity: str
    name: str
    is_shared: bool
    fields: frozenset[str]


class Holdings:
    """Everything of the overlay that may name a column, read once for a page."""

    def __init__(self, connection: Connection, wiring: Wiring) -> None:
        self.wiring = wiring
        self.views = [_view(row) for row in connection.execute(select(saved_view_table)).mappings()]
        self.charts = list(_charts(connection))
        self.policies: list[SlaPolicy] = all_policies(connection)
        rights = select(right_table.c.role, right_table.c.entity, right_table.c.field)
        self.rights = [tuple(row) for row in connection.execute(rights)]
        access = select(access_table.c.role, access_table.c.entity, access_table.c.matching).distinct()
        self.access = [tuple(row) for row in connection.execute(access)]

    def touched(self, entity: Entity, change: Change) -> list[Touch]:
        """What the change of one column, or of the whole table, touches."""
        if change.kind in {"added", "index-dropped"}:
            return []
        names = set(change.column.split(", ")) if change.column else set(entity.fields)
        is_whole = change.kind == "gone"
        return [
            *_parts(entity, names),
            *self._relations(entity, names),
            *self._elsewhere(entity, names, is_whole=is_whole),
        ]

    def _relations(self, entity: Entity, names: set[str]) -> Iterator[Touch]:
        for other in self.wiring.entities.values():
            for relation in other.relations.values():
                ours = other.name == entity.name and names & {*relation.columns, *relation.when}
                theirs = relation.target == entity.name and names & set(relation.target_columns)
                if ours or theirs:
                    words = f"{_called(other)} ({', '.join(relation.columns)})"
                    yield Touch(
                        _("relation of %(place)s", place=words),
                        url_for("WiringView.table", table=other.table_name),
                    )

    def _elsewhere(self, entity: Entity, names: set[str], *, is_whole: bool) -> Iterator[Touch]:
        for about, named, touch in self._holders():
            if about == entity.name and (is_whole or not names.isdisjoint(named)):
                yield touch
        yield from self._rights(entity, names, is_whole=is_whole)

    def _holders(self) -> Iterator[tuple[str, Iterable[str], Touch]]:
        """(entity, the fields that are named, what names them)"""
        for view in self.views:
            yield view.entity, view.fields, Touch(_("saved view “%(name)s”", name=view.name))
        for role, chart in self.charts:
            yield chart.entity, chart_fields(chart), _of_chart(role, chart)
        for policy in self.policies:
            yield policy.entity, fields_named(policy.definition), _of_policy(policy)

    def _rights(self, entity: Entity, names: set[str], *, is_whole: bool) -> Iterator[Touch]:
        for role, about, field in self.rights:
            if about == entity.name and field in names:
                yield Touch(_("field right of %(role)s on %(name)s", role=role, name=field))
        for role, about, matching in self.access:
            named = named_fields(json.loads(matching)) if matching else ()
            if about == entity.name and (is_whole or not names.isdisjoint(named)):
                yield Touch(_("access right of %(role)s", role=role))


def _of_chart(role: str, chart: Chart) -> Touch:
    title = chart.title.text(language()) or chart.key
    words = _("chart “%(name)s” (%(role)s)", name=title, role=role or _("everyone else"))
    return Touch(words, url_for("DashboardView.edit", role=role))


def _of_policy(policy: SlaPolicy) -> Touch:
    return Touch(
        _("SLA policy “%(name)s”", name=policy.name), url_for("PolicyView.edit", policy_id=policy.id)
    )


def _parts(entity: Entity, names: set[str]) -> Iterator[Touch]:
    """The parts that the columns play in their entity."""
    roles: dict[str, set[str | None]] = {
        _("title"): {entity.title}, _("code"): {entity.code}, _("key"): set(entity.key), _("owner"): {entity.owner},
        _("organisation unit"): {entity.unit}, _("region"): {entity.region}, _("time of the last change"): {entity.updated},
        _("delete flag"): {entity.delete_flag.get("field")}, _("fixed values"): set(entity.fixed),
    }  # fmt: skip
    if len(names) == 1 and (field := entity.fields.get(next(iter(names)))):
        yield Touch(
            _(
                "field “%(name)s” of %(entity)s",
                name=field.label.text(language()) or field.name,
                entity=_called(entity),
            )
        )
        for role, columns in roles.items():
            if names & columns:
                yield Touch(_("%(role)s of %(entity)s", role=role, entity=_called(entity)))
    elif names >= set(entity.fields):
        yield Touch(_("all of %(entity)s", entity=_called(entity)))


def chart_fields(chart: Chart) -> set[str]:
    """Every field that a chart names."""
    settings = chart.settings
    plain = {str(settings.get(name) or "") for name in ("date", "group", "split")}
    measured = str(settings.get("measure") or "").partition(":")[2]
    return (plain | {measured} | set(named_fields(settings.get("filter")))) - {""}


def view_fields(definition: dict[str, Any]) -> set[str]:
    """Every field that a saved view names."""
    sort = {name for name, _descending in definition.get("sort") or []}
    return sort | set(definition.get("columns") or []) | set(named_fields(definition.get("filter")))


def _view(row: Any) -> View:
    names = view_fields(json.loads(row["definition"]))
    return View(row["entity"], row["name"], bool(row["is_shared"]), frozenset(names))


def _charts(connection: Connection) -> Iterator[tuple[str, Chart]]:
    """(role, chart) of all saved dashboards."""
    found = (
        select(dashboard_table.c.role, chart_table.c.definition)
        .join(chart_table)
        .order_by(dashboard_table.c.id, chart_table.c.position)
    )
    for role, definition in connection.execute(found):
        yield role, Chart.from_json(json.loads(definition))


def _called(entity: Entity) -> str:
    return entity.label.text(language()) or entity.name
