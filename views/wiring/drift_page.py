"""What the page about changes of the legacy schema shows: table by table, what changed and what that touches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from flask_babel import gettext as _

from app.i18n import language
from models.drift import store
from models.drift.changes import Change
from models.drift.renames import Rename, proposals
from models.legacy.facts import TableFacts
from models.wiring.nouns import Entity
from views.wiring.desk import Desk
from views.wiring.touched import Holdings, Touch

QUIET = {"added", "index-dropped"}
"""Changes that need no other wiring: they can be left as they are."""


@dataclass(frozen=True)
class Line:
    """One change in words, and what it touches."""

    text: str
    tone: str
    at: datetime | None
    touches: Sequence[Touch]


@dataclass(frozen=True)
class Block:
    """All changes of one table."""

    table: str
    title: str
    lines: Sequence[Line]
    renames: Sequence[Rename]
    added: Sequence[str]
    is_gone: bool
    is_quiet: bool
    is_drafted: bool


class Board:
    """The changes that stand, for one request."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.seen = store.load(desk.connection)
        self.entities = {e.table_name: e for e in desk.current.entities.values()}

    @cached_property
    def holdings(self) -> Holdings:
        return Holdings(self.desk.connection, self.desk.current)

    def changes_of(self, table: str) -> list[Change]:
        return [change for change in self.seen.changes if change.table == table]

    def blocks(self) -> list[Block]:
        """Tables with changes, in the wiring's order."""
        tables = dict.fromkeys(change.table for change in self.seen.changes)
        return [self._block(self.entities[name]) for name in tables if name in self.entities]

    def _block(self, entity: Entity) -> Block:
        found = self.changes_of(entity.table_name)
        lines = [self._line(entity, change) for change in found]
        return Block(
            table=entity.table_name,
            title=entity.label.text(language()) or entity.name,
            lines=lines,
            renames=self.renames(entity),
            added=[change.column for change in found if change.kind == "added"],
            is_gone=any(change.kind == "gone" for change in found),
            is_quiet=all(change.kind in QUIET for change in found),
            is_drafted=entity.table_name in {*self.desk.draft.changed, *self.desk.draft.removed},
        )

    def _line(self, entity: Entity, change: Change) -> Line:
        tone = {"added": "good", "index-dropped": "info", "retyped": "warn"}.get(change.kind, "bad")
        at = datetime.fromisoformat(change.at) if change.at else None
        return Line(sentence(change), tone, at, self.holdings.touched(entity, change))

    def now(self, table: str) -> TableFacts | None:
        """The table as the wizard reads it."""
        return self.desk.known.facts.tables.get(table)

    def renames(self, entity: Entity) -> list[Rename]:
        """Columns that may have been renamed."""
        table, kinds = (
            self.now(entity.table_name),
            {change.kind for change in self.changes_of(entity.table_name)},
        )
        if table is None or not {"dropped", "added"} <= kinds:
            return []
        before = self.seen.baseline.get(entity.table_name, table)
        rows = self.desk.samples.rows(table)
        fresh = [column.name for column in table.columns if before.column(column.name) is None]
        values = {name: [row.get(name) for row in rows] for name in fresh} if rows else {}
        return proposals(entity, before, table, values)


def sentence(change: Change) -> str:
    """One change in words."""
    texts = {
        "gone": _("The table is not there any more, or may not be read."),
        "dropped": _("Column %(column)s (%(was)s) was dropped.", column=change.column, was=change.was),
        "added": _("Column %(column)s (%(now)s) was added.", column=change.column, now=change.now),
        "retyped": _(
            "Column %(column)s was %(was)s and is %(now)s.",
            column=change.column,
            was=change.was,
            now=change.now,
        ),
        "index-dropped": _(
            "The index %(name)s over %(was)s was dropped: sorting and searching by it is slow now.",
            name=change.column,
            was=change.was or "–",
        ),
        "key-dropped": _(
            "%(columns)s do not tell rows apart any more: the table is read-only.", columns=change.column
        ),
    }
    return str(texts.get(change.kind, change.kind))


def reason(code: str) -> str:
    """Why a rename is proposed."""
    texts = {
        "type": _("same type"), "position": _("same place"), "comment": _("same comment"), "name": _("names alike"),
        "values": _("holds values already"),
    }  # fmt: skip
    return str(texts.get(code, code))
