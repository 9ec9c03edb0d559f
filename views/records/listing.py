"""The parts of a list page: columns, rows, chips, totals and rights, in few bounded statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import format_decimal
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy.exc import DBAPIError

import fields
from app import clock
from app.actor import Actor
from app.errors import Unavailable
from app.extensions import services
from app.i18n import language
from app.theme.tables import Column, Row
from fields import conditions
from fields.forms import unfillable
from models import access
from models.dberrors import is_stopped
from models.guard import unknown_field
from models.records import paths, read, served
from models.records.ordering import is_sortable
from models.wiring.nouns import Entity
from views import shown
from views.records import cells, saved, slow
from views.records.state import ListState, address, coded, filter_parts, named_fields

MAX_COLUMNS = 30
PANELS = ("filter", "columns")
"""Parts of a list that are loaded when they are opened."""


@dataclass(frozen=True)
class Chip:
    """One part of the filter in words and the address without it. `slow` = no index serves the filter."""

    text: str
    remove_url: str
    slow: bool = False


def page_of(entity: Entity, query: read.Query) -> read.Page | None:
    """The page's records; None when the server stopped looking for them because it took too long."""
    session = access.records()
    try:
        return read.page(session, entity, query)
    except DBAPIError as error:
        if not is_stopped(error):
            raise
        session.rollback()
        return None


def panel(entity: Entity, state: ListState) -> dict[str, Any]:
    """What the filter builder and the column chooser need, for the list at this address. Raises as the list does."""
    state = saved.applied(entity, state)
    usable(entity, state)
    return {
        "entity": entity,
        "state": state,
        "query": state.q,
        "chips": chips(entity, state),
        "filter_fields": filter_fields(entity),
        "all_columns": all_columns(entity, shown_columns(entity, state)),
        "clear_url": ListState(entity.name).url(),
        "state_fields": carried(state),
    }


def carried(state: ListState) -> dict[str, str]:
    """The parts of the address that a form of the list sends along."""
    return {k: v for k, v in state.arguments().items() if v and k not in {"q", "cursor"}}


def query_of(entity: Entity, state: ListState, names: Sequence[str]) -> read.Query:
    """The Query behind a list's address. Raises Invalid and NotVisible for filters that cannot be used."""
    condition = resolved(entity, state.filter, access.actor())
    return read.Query(
        columns=tuple(names),
        condition=condition,
        search=state.q,
        sort=state.sort or default_sort(entity, condition),
        cursor=state.cursor,
        size=state.size,
        big=services().config.big_table_rows,
        scanned=0 if state.everything else services().config.search_scan_rows,
    )


def resolved(entity: Entity, condition: Any, actor: Actor) -> Any:
    """The typed filter as stored values, with the live rows' flag where the entity has one.

    Hidden fields are refused before anything else is said about the comparison.
    """
    for path in named_fields(condition):
        paths.check_path(access.records(), entity, path)
    typed = (
        conditions.resolve(entity, condition, clock.today(), actor, access.catalogue()) if condition else None
    )
    live = live_rows(entity)
    parts = [part for part in (typed, live) if part]
    return {"and": parts} if len(parts) > 1 else (parts[0] if parts else None)


def usable(entity: Entity, state: ListState) -> None:
    """Raise Invalid or NotVisible for a filter or an order that the list would refuse: such a view is not kept."""
    resolved(entity, state.filter, access.actor())
    for name, _descending in state.sort:
        if not access.policy().is_open(entity, name):
            raise unknown_field(name)


def live_rows(entity: Entity) -> Any:
    """Rows that are not deleted softly; an empty flag counts as live."""
    flag = entity.delete_flag
    if not flag or not access.policy().is_open(entity, flag["field"]):
        return None
    alive = {"field": flag["field"], "op": "ne", "value": flag["deleted"]}
    return {"or": [alive, {"field": flag["field"], "op": "is_null"}]}


def default_sort(entity: Entity, condition: Any = None) -> tuple[tuple[str, bool], ...]:
    """Newest first by the key, which is always indexed; what begins with something as a register has it, by its index."""
    sought = served.order_of_prefix(entity, condition) if condition else ""
    if sought:
        return ((sought, False),)
    return (
        ((entity.key[0], True),)
        if len(entity.key) == 1 and access.policy().is_open(entity, entity.key[0])
        else ()
    )


def shown_columns(entity: Entity, state: ListState) -> list[str]:
    """The chosen columns, else the wired ones, as far as the person may see them."""
    visible = access.policy().visible(entity)
    wanted = state.columns or [n for n, f in entity.fields.items() if f.listed] or list(entity.fields)[:6]
    return [name for name in wanted if name in visible][:MAX_COLUMNS] or visible[:6]


def column(entity: Entity, name: str, state: ListState, query: read.Query | None = None) -> Column:
    """A head with the address that sorts by it (again: the other way round)."""
    sort = dict(state.sort or (query.sort if query else default_sort(entity)))
    direction = {None: "", True: "desc", False: "asc"}[sort.get(name)]
    sortable = access.policy().is_open(entity, name) and is_sortable(entity, name)
    url = state.url(sort=((name, direction == "asc"),)) if sortable else ""
    is_slow = bool(url and query and name in slow.verdict(entity, query, ((name, False),)).sort)
    return Column(name, *label_and_align(entity, name), direction, url, is_slow)


def label_and_align(entity: Entity, name: str) -> tuple[str, str]:
    """What a column is called, and the side on which its values stand."""
    field = entity.fields[name]
    align = "start" if cells.special(entity, name) else fields.field_type(field.kind).align
    return field.label.text(language()) or name, align


def rows(entity: Entity, names: Sequence[str], records: Sequence[read.Record]) -> list[Row]:
    """The lines with related names in place of codes. Raises TooMany after a day's measure of them."""
    shown.count(len(records))
    related = cells.related_names(entity, names, records)
    show = address(entity.name, "show", "")
    edit = address(entity.name, "edit", "") if access.policy().may(entity, "change") else ""
    drawn = [cells.column(entity, name, records, related) for name in names]
    lines = zip(*drawn, strict=True) if drawn else [()] * len(records)
    return [_row(record, line, show, edit) for record, line in zip(records, lines, strict=True)]


def _row(record: read.Record, drawn: Sequence[Markup], show: str, edit: str) -> Row:
    token = record.token
    return Row(
        token, record.title, show + token if token else "", edit + token if token and edit else "", drawn
    )


def total_text(entity: Entity, query: read.Query, page: read.Page | None = None) -> str:
    """Words such as "1,234", "about 2,000,000" or "10,000+"; empty when even that would take too long.

    `page` is the query's: one that holds all records says how many they are. Else the number is a second old at most.
    """
    asked = f"total of {entity.name}: {query.condition!r} {query.search!r} {query.big} {query.scanned}"
    whole = read.whole(query, page) if page else None
    try:
        found = whole or access.own(asked, lambda: read.total(access.records(), entity, query))
    except Unavailable:
        return ""
    number = format_decimal(found.number)
    words: dict[str, str] = {
        "exact": number,
        "about": _("about %(number)s", number=number),
        "over": _("%(number)s+", number=number),
    }
    return words.get(found.kind, "")


def chips(entity: Entity, state: ListState, *, is_slow: bool = False) -> list[Chip]:
    """The filter in words, part by part."""
    parts = filter_parts(state.filter)
    texts = [conditions.describe(entity, part, language(), access.catalogue()) for part in parts]
    return [Chip(text, state.url(filter=state.without_part(i)), is_slow) for i, text in enumerate(texts)]


def filter_fields(entity: Entity) -> list[dict[str, Any]]:
    """Fields that may be filtered by, with their operators and choices, for the filter builder."""
    policy = access.policy()
    open_fields = [f for n, f in entity.fields.items() if policy.is_open(entity, n)]
    return [filter_field(f) for f in open_fields if not fields.field_type(f.kind).is_heavy]


def filter_field(field: Any) -> dict[str, Any]:
    """One field of the builder."""
    kind = fields.field_type(field.kind)
    control = kind.input(field)
    return {
        "name": field.name,
        "label": field.label.text(language()) or field.name,
        "operators": conditions.operator_menu(field),
        "input": control.widget,
        "choices": [{"value": value, "label": str(label)} for value, label in control.choices],
    }


def all_columns(entity: Entity, shown: Sequence[str]) -> list[dict[str, Any]]:
    """For the column chooser: the shown ones first in their order, then the rest."""
    rest = [name for name in access.policy().visible(entity) if name not in shown]
    labels = [(name, entity.fields[name].label.text(language()) or name) for name in [*shown, *rest]]
    return [{"name": coded(name), "label": label, "shown": name in shown} for name, label in labels]


def rights(entity: Entity) -> dict[str, bool]:
    """What the buttons offer."""
    policy = access.policy()
    return {
        "add": policy.may(entity, "create") and not unfillable(entity.fields.values()),
        "edit": policy.may(entity, "change"),
        "delete": policy.may(entity, "delete"),
        "export": policy.may(entity, "export"),
    }


def export_urls(entity: Entity, state: ListState) -> dict[str, str]:
    """Addresses of the exports of what is seen."""
    return {kind: _with(state.url("export/"), "kind", kind) for kind in ("csv", "xlsx")}


def _with(url: str, name: str, value: str) -> str:
    return f"{url}{'&' if '?' in url else '?'}{name}={value}"
