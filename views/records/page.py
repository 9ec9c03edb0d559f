"""The record page's context: grouped values, related lists, neighbours, history in plain words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from flask import url_for
from flask_babel import gettext as _
from markupsafe import Markup

import fields
from app.extensions import services
from app.i18n import language
from fields.forms import in_order
from models import access
from models.records import neighbours, read
from models.wiring.nouns import Entity, Relation
from views import shown
from views.records import cells, listing, reasons, unmasking
from views.records.person_link import person_url
from views.records.state import ListState, address

RELATED_SIZE = 10
WIDE = 90
"""Characters of a value that has a line of its own."""
SMALL_TABLE = 5000
"""Rows that may be read one by one where no index serves."""


@dataclass(frozen=True)
class Shown:
    """One value of the page."""

    name: str
    label: str
    value: Markup
    help: str = ""
    unmask_url: str = ""
    """Where the whole of a masked value is asked for; "" where it is not, or may not be."""

    @property
    def is_long(self) -> bool:
        """Whether it takes a whole line."""
        words = self.value.striptags() if "<" in self.value else self.value
        return len(words) > WIDE

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to be seen."""
        return not self.value or self.value.isspace()


@dataclass(frozen=True)
class Group:
    """Values under a heading."""

    name: str
    label: str
    fields: list[Shown]


@dataclass(frozen=True)
class Related:
    """A list of records that point here; loaded when it comes into view."""

    name: str
    label: str
    url: str
    add_url: str = ""


def context(entity: Entity, token: str) -> dict[str, Any]:
    """Everything that records/record.html draws. Raises NotVisible."""
    record, beside = neighbours.among_others(access.records(), entity, token)
    shown.count(1)
    code = record.values.get(entity.code) if entity.code else None
    return {
        "entity": entity,
        "record": record,
        "token": token,
        "title": record.title,
        "code": str(code) if code and str(code) != record.title else "",
        "groups": groups(entity, record),
        "related": related(entity, record),
        "history_url": url_for("RecordView.history", entity=entity.name, token=token),
        "list_url": url_for("RecordView.list", entity=entity.name),
        "edit_url": url_for("RecordView.edit", entity=entity.name, token=token),
        "copy_url": url_for("RecordView.add", entity=entity.name, copy=token),
        "delete_url": url_for("RecordView.delete", entity=entity.name, token=token),
        "can": listing.rights(entity),
        "unmask_seconds": services().config.unmask_seconds,
        "why_url": _why_url(entity, record),
        "person_url": person_url(entity, record),
        "message": reasons.entity_message(entity),
        **_beside(entity, beside),
    }


def _why_url(entity: Entity, record: read.Record) -> str:
    """Where administrators see who may do what with it."""
    if not access.actor().is_administrator:
        return ""
    return url_for("RightsView.why", entity=entity.name, token=record.token)


def groups(entity: Entity, record: read.Record) -> list[Group]:
    """The values by heading, in the order of the form."""
    visible = [n for n in access.policy().visible(entity) if n in record.values]
    names = [n for n in visible if record.rights.get(n) != "hidden"]
    related_names = cells.related_names(entity, names, [record])
    urls = unmasking.urls(entity, record, names)
    found: dict[str, list[Shown]] = {}
    for name in names:
        field = entity.fields[name]
        value = cells.show(entity, record, name, related_names)
        words = (field.label.text(language()) or name, value, field.help.text(language()))
        found.setdefault(field.group, []).append(Shown(name, *words, urls.get(name, "")))
    return [Group(name, group_label(name), found[name]) for name in in_order(found)]


def group_label(name: str) -> str:
    """The heading of a group; the wiring's own names stay as they are."""
    known: dict[str, str] = {"": _("Details"), "more": _("More"), "system": _("System")}
    return known.get(name, name)


def related(entity: Entity, record: read.Record) -> list[Related]:
    """Lists of what points to this record, as far as the person may see any of it."""
    policy = access.policy()
    return [
        _related(entity, record, other, relation)
        for other, relation in access.catalogue().pointing_at(entity)
        if policy.may(other, "see")
        and all(policy.is_open(other, c) for c in (*relation.columns, *relation.when))
        and can_list(other, relation)
    ]


def can_list(other: Entity, relation: Relation) -> bool:
    """Rows that point here can be found: not those with a list of keys, and by their type only with an index."""
    if relation.is_plain:
        return True
    beside = {*relation.columns, *relation.when}
    by_index = any(
        (index and set(index[: len(beside)]) == beside) or index[:1] == relation.columns
        for index in other.indexes
    )
    return not relation.separator and (by_index or other.row_estimate <= SMALL_TABLE)


def _related(entity: Entity, record: read.Record, other: Entity, relation: Relation) -> Related:
    label = relation.back_label.text(language()) or other.label.text(language()) or other.name
    list_of = address(entity.name, "related", record.token)
    url = f"{list_of}/{other.name}/{quote(relation.name, safe='')}"
    add = ""
    if listing.rights(other)["add"] and len(relation.columns) == 1:
        value = record.values.get(relation.target_columns[0])
        given = {relation.columns[0]: value, **relation.when}
        query = urlencode({"f." + name: text for name, text in given.items() if text is not None})
        add = address(other.name, "add", "").removesuffix("/") + (f"?{query}" if query else "")
    return Related(f"{other.name}-{relation.name}", label, url, add)


def related_context(
    entity: Entity, token: str, other: Entity, relation: Relation, cursor: str
) -> dict[str, Any]:
    """One related list: a page of rows and how many there are."""
    session = access.records()
    record = read.get(session, entity, token, relation.target_columns)
    match = [
        {"field": ours, "op": "eq", "value": record.values[theirs]}
        for ours, theirs in zip(relation.columns, relation.target_columns, strict=True)
    ]
    match += [{"field": name, "op": "eq", "value": value} for name, value in relation.when.items()]
    live = listing.live_rows(other)
    condition = {"and": [*match, live] if live else match}
    state = ListState(other.name)
    names = [n for n in listing.shown_columns(other, state) if n not in {*relation.columns, *relation.when}]
    query = read.Query(
        cells.with_types(other, names), condition, "", listing.default_sort(other), cursor, RELATED_SIZE
    )
    found = read.page(session, other, query)
    here = url_for(
        "RecordView.related", entity=entity.name, token=token, other=other.name, relation=relation.name
    )
    return {
        "entity": other,
        "columns": [listing.column(other, name, state) for name in names],
        "rows": listing.rows(other, names, found.records),
        "total": listing.total_text(other, query, found),
        "next_url": f"{here}?cursor={found.next_cursor}" if found.next_cursor else "",
        "previous_url": f"{here}?cursor={found.previous_cursor}" if found.previous_cursor else "",
        "list_url": ListState(other.name, filter={"and": _as_typed(other, match)}).url(),
    }


def _as_typed(entity: Entity, match: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Comparisons with the texts that a person would type, as an address carries them."""
    kinds = {name: fields.type_of(field) for name, field in entity.fields.items()}
    return [
        part | {"value": kinds[part["field"]].text(entity.fields[part["field"]], part["value"])}
        for part in match
    ]


def _beside(entity: Entity, tokens: neighbours.Beside) -> dict[str, str]:
    """Addresses of the records before and after in the list's own order."""
    after, before = (address(entity.name, "show", token) if token else "" for token in tokens)
    return {"next_url": after, "previous_url": before}
