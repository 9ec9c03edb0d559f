"""Carries a draft over to a newer version: both people's changes together, and a question where they contradict each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from app.i18n import language
from models.wiring import draft as drafts
from models.wiring import store
from models.wiring.diff import changes_between
from models.wiring.merge import Merged, merged
from models.wiring.nouns import Entity, Wiring
from views.wiring.desk import Desk

MINE, THEIRS = "mine", "theirs"


@dataclass(frozen=True)
class Conflict:
    """A table that both changed in the same place. `lines` lead from theirs to mine."""

    table: str
    title: str
    lines: tuple[str, ...]
    mine_gone: bool
    theirs_gone: bool


def conflicts(desk: Desk) -> list[Conflict]:
    """Tables for which somebody has to choose."""
    return [_conflict(table, found) for table, found in _merged(desk) if found.places]


def carry(desk: Desk, chosen: Mapping[str, str]) -> list[Conflict]:
    """Put both changes into the draft, on the newest version. Nothing is done while a choice is missing; those are returned."""
    found = dict(_merged(desk))
    open_ones = [
        _conflict(t, one) for t, one in found.items() if one.places and chosen.get(t) not in {MINE, THEIRS}
    ]
    if open_ones:
        return open_ones
    for table, one in found.items():
        _keep(desk, table, one, takes_theirs=bool(one.places) and chosen[table] == THEIRS)
    drafts.rebase(desk.connection, desk.draft, desk.current.version)
    return []


def _keep(desk: Desk, table: str, one: Merged, *, takes_theirs: bool) -> None:
    if takes_theirs or (one.both is None and one.theirs is None):
        drafts.forget(desk.connection, desk.author, [table])
    elif one.both is not None:
        desk.keep(one.both)


def _merged(desk: Desk) -> Iterator[tuple[str, Merged]]:
    """(table, both changes) for each table of the draft that the others changed as well."""
    draft = desk.draft
    base, current = _tables(store.load(desk.connection, draft.based_on)), _tables(desk.current)
    for table in [*draft.changed, *sorted(draft.removed)]:
        mine = None if table in draft.removed else draft.changed[table]
        yield table, merged(base.get(table), current.get(table), mine)


def _tables(wiring: Wiring) -> dict[str, Entity]:
    return {entity.table_name: entity for entity in wiring.entities.values()}


def _conflict(table: str, one: Merged) -> Conflict:
    named = one.mine or one.theirs
    title = named.label.text(language()) or table if named else table
    lines = changes_between(one.theirs, one.mine) if one.theirs and one.mine else []
    return Conflict(table, title, tuple(line.text for line in lines), one.mine is None, one.theirs is None)
