"""The list page: what an address finds, and the page around it, of which all but the rows is drawn once."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, replace
from typing import Any

from flask import url_for
from markupsafe import Markup

from app.theme import moulds
from app.theme.tables import Column, data_rows
from models import access
from models.records import read
from models.wiring.nouns import Entity
from views.records import cells, listing, reasons, saved, slow, watermark
from views.records.slow import Advice
from views.records.state import ListState


@dataclass(frozen=True)
class Seen:
    """What a list's address stands for, and what was found."""

    entity: Entity
    state: ListState
    names: list[str]
    query: read.Query
    page: read.Page
    advice: Advice | None
    tabs: tuple[saved.Tab, ...]
    chips: tuple[listing.Chip, ...]

    @property
    def is_stopped(self) -> bool:
        """Whether the server gave up looking."""
        return self.advice is not None and self.advice.is_stopped


def look(entity: Entity, asked: ListState) -> Seen:
    """Read the page of this address. Raises Invalid and NotVisible for what cannot be used."""
    state = saved.applied(entity, asked)
    names = listing.shown_columns(entity, state)
    query = replace(listing.query_of(entity, state, names), columns=cells.with_types(entity, names))
    found = listing.page_of(entity, query)
    advice = slow.note(entity, query, state) if found else slow.stopped(entity, query)
    tabs = tuple(saved.tabs(entity, state))
    chips = tuple(listing.chips(entity, state, is_slow=slow.is_scanned(entity, query)))
    return Seen(entity, state, names, query, found or read.Page(), advice, tabs, chips)


def drawn(seen: Seen, template: str) -> str:
    """The page, or the part of it that changes with the address."""
    return moulds.page(template, _key(seen), _holes(seen), lambda given: _context(seen, given))


def _key(seen: Seen) -> Hashable:
    """All that the page depends on beside its frame, the person's policy among it, and what is in its holes."""
    entity, state = seen.entity, replace(seen.state, cursor="")
    asked = (repr(state), repr(seen.query.sort), bool(seen.state.cursor))
    return (entity.name, entity.row_estimate, *asked, repr(seen.advice), seen.tabs, seen.chips)


def _holes(seen: Seen) -> dict[str, Any]:
    """What differs from page to page of one list."""
    state, page = seen.state, seen.page
    return {
        "lines": _lines(seen) if page.records else "",
        "total": "" if seen.is_stopped else listing.total_text(seen.entity, seen.query, page),
        "next": state.url(cursor=page.next_cursor) if page.next_cursor else "",
        "previous": state.url(cursor=page.previous_cursor) if page.previous_cursor else "",
        "mark": watermark.print_mark(),
    }


def _lines(seen: Seen) -> Markup:
    entity, policy = seen.entity, access.policy()
    heads = [_head(entity, name) for name in seen.names]
    is_editable = policy.may(entity, "change")
    is_chosen = is_editable or policy.may(entity, "delete")
    rows = listing.rows(entity, seen.names, seen.page.records)
    return data_rows(heads, rows, entity.title, check=is_chosen, edit=is_editable)


def _head(entity: Entity, name: str) -> Column:
    """As much of a column's head as its cells need."""
    return Column(name, *listing.label_and_align(entity, name))


def _context(seen: Seen, given: moulds.Holes) -> dict[str, Any]:
    """Everything that records/list.html draws."""
    entity, state, query = seen.entity, replace(seen.state, cursor=""), seen.query
    return {
        "entity": entity,
        "state": state,
        "columns": [listing.column(entity, name, state, query) for name in seen.names],
        "lines": given["lines"],
        "advice": seen.advice,
        "total": given["total"],
        "next_url": given["next"],
        "previous_url": given["previous"],
        "mark": given["mark"],
        "first_url": state.url() if seen.state.cursor else "",
        "chips": seen.chips,
        "query": state.q,
        "panel_urls": {name: state.url(f"panel/{name}") for name in listing.PANELS},
        "views": seen.tabs,
        "can": listing.rights(entity),
        "export_urls": listing.export_urls(entity, state),
        "exports_url": url_for("RecordView.exports", entity=entity.name),
        "clear_url": ListState(entity.name).url(),
        "state_fields": listing.carried(state),
        "message": reasons.entity_message(entity),
    }
