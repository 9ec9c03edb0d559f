"""Saved views: a list's filter, sort and columns under a name, for oneself or for everybody."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Boolean, Column, Integer, String, Table, delete, insert, or_, select, true

from app.errors import Invalid, NotVisible
from models import access
from models.overlay import metadata
from models.overlay.types import LongText
from models.wiring.nouns import Entity
from views.numbers import whole
from views.records.state import ListState, filter_parts, known_columns, named_fields

saved_view_table = Table(
    "saved_view",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("entity", String(64), nullable=False, index=True),
    Column("owner_id", Integer, nullable=False),
    Column("name", String(80), nullable=False),
    Column("is_shared", Boolean, nullable=False, default=False),
    Column("definition", LongText, nullable=False),
)


@dataclass(frozen=True)
class Tab:
    """A view in the row of tabs. `removable` = mine (or an administrator looks)."""

    id: int
    label: str
    url: str
    active: bool = False
    shared: bool = False
    removable: bool = False


def tabs(entity: Entity, state: ListState) -> list[Tab]:
    """My views and the shared ones."""
    actor = access.actor()
    rows = access.own(f"views of {entity.name}", lambda: _offered(entity))
    return [
        Tab(
            row["id"],
            row["name"],
            ListState(entity.name, view=str(row["id"])).url(),
            state.view == str(row["id"]),
            row["is_shared"],
            row["owner_id"] == actor.user_id or actor.is_administrator,
        )
        for row in rows
    ]


def _offered(entity: Entity) -> list[Any]:
    table = saved_view_table.c
    wanted = select(table.id, table.name, table.is_shared, table.owner_id).where(_mine_or_shared(entity))
    return list(access.overlay().execute(wanted).mappings())


def applied(entity: Entity, state: ListState) -> ListState:
    """The state with the chosen view's parts where the address says nothing else."""
    number = whole(state.view)
    if number is None:
        return state
    found = select(saved_view_table.c.definition).where(
        saved_view_table.c.id == number, _mine_or_shared(entity)
    )
    text = access.overlay().execute(found).scalar()
    if text is None:
        raise NotVisible(_("This saved view does not exist any more. Choose another one."))
    kept = json.loads(text)
    sort = [(name, descending) for name, descending in kept.get("sort", []) if name not in entity.lost]
    return replace(
        state,
        filter=state.filter or without_lost(entity, kept.get("filter")),
        sort=state.sort or tuple(sort),
        columns=state.columns or known_columns(entity, kept.get("columns", [])),
        q=state.q or kept.get("q", ""),
    )


def keep(entity: Entity, state: ListState, name: str, *, shared: bool) -> int:
    """Save the state under a name; returns the view's id. Raises Invalid without a name."""
    if not name.strip():
        raise Invalid(_("Give the view a name."), fields={"name": _("Fill this in.")})
    row = {
        "entity": entity.name,
        "owner_id": access.actor().user_id or 0,
        "name": name.strip()[:80],
        "is_shared": shared,
        "definition": json.dumps(definition(state), ensure_ascii=False),
    }
    connection = access.overlay()
    result = connection.execute(insert(saved_view_table).values(row))
    connection.commit()
    return int((result.inserted_primary_key or (0,))[0])


def without_lost(entity: Entity, condition: Any) -> Any:
    """A view's filter without the parts about columns that are gone: the page says that they are left out."""
    if not entity.lost or not condition:
        return condition
    parts = filter_parts(condition)
    usable = [part for part in parts if not entity.lost.keys() & set(named_fields(part))]
    if len(usable) == len(parts):
        return condition
    return {"and": usable} if usable else None


def definition(state: ListState) -> dict[str, Any]:
    """What a saved view holds."""
    return {"filter": state.filter, "sort": state.sort, "columns": state.columns, "q": state.q}


def forget(entity: Entity, view_id: int) -> None:
    """Delete a view of one's own (an administrator: any)."""
    actor, table = access.actor(), saved_view_table
    mine = true() if actor.is_administrator else table.c.owner_id == actor.user_id
    connection = access.overlay()
    gone = connection.execute(delete(table).where(table.c.id == view_id, table.c.entity == entity.name, mine))
    connection.commit()
    if gone.rowcount != 1:
        raise NotVisible(_("This saved view does not exist any more. Choose another one."))


def _mine_or_shared(entity: Entity) -> Any:
    table = saved_view_table
    mine = or_(table.c.owner_id == access.actor().user_id, table.c.is_shared)
    return (table.c.entity == entity.name) & mine


def posted_state(entity: Entity) -> ListState:
    """The list's state as the form for saving a view sends it."""
    from flask import request

    from views.records.state import names_in, read_filter, read_sort

    sent = request.form
    return ListState(
        entity.name,
        q=sent.get("q", "").strip()[:200],
        filter=read_filter(sent.get("filter", "")),
        sort=read_sort(sent.get("sort", "")),
        columns=known_columns(entity, names_in(sent.get("columns", ""))),
        view=sent.get("view", ""),
    )
