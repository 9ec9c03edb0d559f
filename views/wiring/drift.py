"""DriftView: what changed in the legacy schema, what it touches, and the way into a reviewed version of the wiring."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask_appbuilder import BaseView, expose
from flask_babel import gettext as _

from app.errors import NotVisible
from app.extensions import services
from fields import best_kind
from models import access
from models.drift.look import accept
from models.drift.propose import Choice, proposed
from models.wiring import draft as drafts
from models.wiring.nouns import Entity
from models.wiring.renames import pointing_at
from views.wiring.access import may_wire
from views.wiring.desk import Desk, desk
from views.wiring.drift_page import Board, reason
from views.wiring.pages import page


class DriftView(BaseView):
    """Pages under /wiring/changes/ for those who may wire."""

    route_base = "/wiring/changes"
    class_permission_name = "Wiring"
    default_view = "changes"

    @expose("/")
    @may_wire
    def changes(self) -> Any:
        with desk() as mine:
            board = Board(mine)
            context = {"blocks": board.blocks(), "looked_at": board.seen.looked_at, "reason": reason}
            return page("wiring/changes.html", **context)

    @expose("/take-over", methods=["POST"])
    @may_wire
    def take_over(self) -> Any:
        """Put a table as it is now into the draft: renamed, added and lost columns as ticked. Nothing is published."""
        with desk() as mine:
            entity = _published(mine, request.form.get("table", ""))
            _into_draft(mine, entity)
        flash(_("It is in your draft. Look at what would change, then publish."), "success")
        return redirect(url_for("WiringView.review"))

    @expose("/leave", methods=["POST"])
    @may_wire
    def leave(self) -> Any:
        """These changes need no other wiring: they are no news any more."""
        with desk() as mine:
            entity = _published(mine, request.form.get("table", ""))
            block = next((b for b in Board(mine).blocks() if b.table == entity.table_name), None)
            if block is not None and block.is_quiet:
                accept(mine.connection, services().schema, entity.table_name)
        access.live().refresh()
        return redirect(url_for("DriftView.changes"))


def _published(mine: Desk, table: str) -> Entity:
    """The published entity of a table. Raises NotVisible."""
    found = next((e for e in mine.current.entities.values() if e.table_name == table), None)
    if found is None:
        raise NotVisible(_("This table is not published. Choose one from the list."))
    return found


def _into_draft(mine: Desk, entity: Entity) -> None:
    board = Board(mine)
    table = board.now(entity.table_name)
    if table is None:
        drafts.keep_choice(mine.connection, mine.draft, mine.current, [], [entity.table_name])
        return
    ticked = set(request.form.getlist("rename"))
    names = {one.old: one.new for one in board.renames(entity) if f"{one.old}\x1f{one.new}" in ticked}
    added = set(request.form.getlist("added")) - set(names.values())
    suggested = mine.suggested(mine.suggestion(entity.table_name))
    before = mine.draft.changed.get(entity.table_name, entity)
    mine.keep(proposed(before, table, suggested, Choice(names, added), best_kind))
    for other in mine.current.entities.values():
        led = pointing_at(mine.entity(other.table_name) or other, entity.name, names)
        if other.name != entity.name and led is not (mine.entity(other.table_name) or other):
            mine.keep(led)
