"""The record page's context: grouped values, related lists, neighbours, history in plain words."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from flask import current_app, url_for
from flask_babel import gettext as _
from markupsafe import Markup

import fields
from app.i18n import language
from app.theme import moulds
from app.theme.facts import Fact, fact_list
from fields.forms import in_order
from models import access
from models.records import neighbours, read
from models.wiring.nouns import Entity, Relation
from views import shown
from views.records import cells, listing, reasons, unmasking, watermark
from views.records.person_link import person_url
from views.records.state import ListState, address

RELATED_SIZE = 10

SMALL_TABLE = 5000
"""Rows that may be read one by one where no index serves."""


@dataclass(frozen=True)
class Group:
    """Values under a heading, as they are drawn."""

    name: str
    facts: Markup


@dataclass(frozen=True)
class Link:
    """A relation of another entity that leads here."""

    entity: Entity
    relation: Relation
    may_add: bool


@dataclass(frozen=True)
class Related:
    """A list of records that point here; loaded when it comes into view."""

    name: str
    label: str
    url: str
    add_url: str = ""


@dataclass(frozen=True)
class Opened:
    """A record that somebody looks at."""

    entity: Entity
    record: read.Record
    beside: neighbours.Beside
    groups: tuple[Group, ...]
    links: tuple[Link, ...]
    badge_url: Callable[[str, str], str]


def opened(entity: Entity, token: str) -> Opened:
    """Read the record with what stands around it. Raises NotVisible."""
    record, beside = neighbours.among_others(access.records(), entity, token)
    shown.count(1)
    badge_url: Any = current_app.jinja_env.globals.get("sla_badge_url", _no_badge)
    return Opened(entity, record, beside, tuple(groups(entity, record)), links(entity), badge_url)


def drawn(one: Opened) -> str:
    """The page. All but the values, the token and addresses of single records is drawn once."""
    return moulds.page("records/record.html", _key(one), _holes(one), lambda given: _context(one, given))


def _key(one: Opened) -> Hashable:
    """All that the page depends on beside its frame, the person's policy among it, and what is in its holes."""
    entity, is_badged = one.entity, bool(one.badge_url(one.entity.name, "1"))
    return (entity.name, is_badged, tuple(group.name for group in one.groups))


def _holes(one: Opened) -> dict[str, Any]:
    """What differs from record to record."""
    entity, record = one.entity, one.record
    code = record.values.get(entity.code) if entity.code else None
    after, before = (address(entity.name, "show", token) if token else "" for token in one.beside)
    return {
        "token": record.token,
        "title": record.title,
        "code": str(code) if code and str(code) != record.title else "",
        "next": after,
        "previous": before,
        "mark": watermark.print_mark(),
        **{f"facts{number}": group.facts for number, group in enumerate(one.groups)},
        **{f"add{number}": _add_url(link, record) for number, link in enumerate(one.links)},
    }


def _context(one: Opened, given: moulds.Holes) -> dict[str, Any]:
    """Everything that records/record.html draws."""
    entity, token = one.entity, given["token"]
    return {
        "entity": entity,
        "title": given["title"],
        "code": given["code"],
        "mark": given["mark"],
        "next_url": given["next"],
        "previous_url": given["previous"],
        "groups": [
            {"name": group.name, "label": group_label(group.name), "facts": given[f"facts{number}"]}
            for number, group in enumerate(one.groups)
        ],
        "related": [
            _related(entity, token, link, given[f"add{number}"]) for number, link in enumerate(one.links)
        ],
        "badge_url": one.badge_url(entity.name, token),
        "can": listing.rights(entity),
        "message": reasons.entity_message(entity),
        "person_url": person_url(entity, token),
        **_addresses(entity, token),
    }


def _addresses(entity: Entity, token: str) -> dict[str, str]:
    """Where the parts of the page and its buttons lead."""
    return {
        "history_url": url_for("RecordView.history", entity=entity.name, token=token),
        "list_url": url_for("RecordView.list", entity=entity.name),
        "edit_url": url_for("RecordView.edit", entity=entity.name, token=token),
        "copy_url": url_for("RecordView.add", entity=entity.name, copy=token),
        "delete_url": url_for("RecordView.delete", entity=entity.name, token=token),
        "why_url": _why_url(entity, token),
    }


def _no_badge(_entity: str, _token: str) -> str:
    return ""


def _why_url(entity: Entity, token: str) -> str:
    """Where administrators see who may do what with it."""
    if not access.actor().is_administrator:
        return ""
    return url_for("RightsView.why", entity=entity.name, token=token)


def groups(entity: Entity, record: read.Record) -> list[Group]:
    """The values by heading, in the order of the form."""
    visible = [n for n in access.policy().visible(entity) if n in record.values]
    names = [n for n in visible if record.rights.get(n) != "hidden"]
    related_names = cells.related_names(entity, names, [record])
    questions = unmasking.questions(entity, record, names)
    found: dict[str, list[Fact]] = {}
    spoken = language()
    for name in names:
        field = entity.fields[name]
        value = cells.show(entity, record, name, related_names)
        words = (field.label.text(spoken) or name, value, field.help.text(spoken))
        found.setdefault(field.group, []).append(Fact(*words, questions.get(name, "")))
    return [Group(name, fact_list(found[name])) for name in in_order(found)]


def group_label(name: str) -> str:
    """The heading of a group; the wiring's own names stay as they are."""
    known: dict[str, str] = {"": _("Details"), "more": _("More"), "system": _("System")}
    return known.get(name, name)


def links(entity: Entity) -> tuple[Link, ...]:
    """The relations that lead to records of this entity, as far as the person may see any record behind them."""
    return access.policy().remembered(("links", entity.name), lambda: tuple(_links(entity)))


def _links(entity: Entity) -> Iterator[Link]:
    policy = access.policy()
    for other, relation in access.catalogue().pointing_at(entity):
        is_open = all(policy.is_open(other, c) for c in (*relation.columns, *relation.when))
        if policy.may(other, "see") and is_open and can_list(other, relation):
            may_add = listing.rights(other)["add"] and len(relation.columns) == 1
            yield Link(other, relation, may_add)


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


def _related(entity: Entity, token: str, link: Link, add_url: str) -> Related:
    other, relation = link.entity, link.relation
    label = relation.back_label.text(language()) or other.label.text(language()) or other.name
    url = f"{address(entity.name, 'related', token)}/{other.name}/{quote(relation.name, safe='')}"
    return Related(f"{other.name}-{relation.name}", label, url, add_url)


def _add_url(link: Link, record: read.Record) -> str:
    """Where a further record that points here is made, with what points filled in."""
    if not link.may_add:
        return ""
    relation = link.relation
    given = {relation.columns[0]: record.values.get(relation.target_columns[0]), **relation.when}
    query = urlencode({"f." + name: text for name, text in given.items() if text is not None})
    return address(link.entity.name, "add", "").removesuffix("/") + (f"?{query}" if query else "")


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
