"""Deadlines: what is overdue, what falls due next and what is paused; and the badge on a record's page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from flask import render_template, request, url_for
from flask_appbuilder import BaseView, expose
from flask_babel import gettext as _
from sqlalchemy import RowMapping

from app.clock import now
from app.i18n import language
from models import access
from models.organisation import names_of
from models.records import read
from models.records.reach import shows_title
from models.wiring.nouns import Entity
from rules.sla import board
from rules.sla.board import Place
from rules.sla.worktime import worked
from views.access import entity_access, signed_in
from views.numbers import whole
from views.rules import words
from views.rules.definitions import Definitions
from views.rules.menu import stopped_text
from views.rules.reach import visible_clocks

SIZE = 30


class DeadlineView(BaseView):
    """Open clocks of the records that the person may see."""

    route_base = "/rules/deadlines"
    class_permission_name = "Deadlines"
    default_view = "list"

    @expose("/")
    @signed_in
    def list(self) -> Any:
        shown = request.args.get("show", "")
        shown = shown if shown in board.SHOWN else "overdue"
        employee = access.actor().employee or ""
        mine = bool(employee) and request.args.get("mine") == "1"
        after = _place(request.args.get("after", ""))
        rows, following = visible_clocks(shown, employee if mine else "", after, SIZE)
        context = {
            "lines": lines(rows),
            "tabs": _tabs(shown, mine),
            "mine_url": url_for("DeadlineView.list", show=shown, mine=None if mine else 1)
            if employee
            else "",
            "is_mine": mine,
            "next_url": _next_url(shown, mine, following) if following else "",
            "first_url": url_for("DeadlineView.list", show=shown) if request.args.get("after") else "",
            "shown": shown,
            "stopped": stopped_text(),
        }
        return render_template("rules/deadlines.html", **context)

    @expose("/badge/<entity>/<token>")
    @entity_access("see")
    def badge(self, entity: Entity, token: str) -> Any:
        read.get(access.records(), entity, token, entity.key)
        rows = board.clocks_of_record(access.overlay(), entity.name, token)
        return render_template("rules/_badge.html", lines=lines(rows))


def lines(rows: Sequence[RowMapping]) -> list[dict[str, Any]]:
    """Clocks as a list or a badge draws them: remaining working time, calendar, next step, why paused."""
    connection = access.overlay()
    names = names_of(connection, {row["owner"] for row in rows if row["owner"]}) if rows else {}
    moment, known = now(connection), Definitions(connection)
    return [_line(row, moment, known) | {"owner": names.get(row["owner"], row["owner"])} for row in rows]


def _line(row: RowMapping, moment: datetime, known: Definitions) -> dict[str, Any]:
    calendar = known.calendar(row["calendar_id"], row["calendar_version"])
    entity = access.catalogue().get(row["entity"])
    paused = row["is_paused"] and row["is_open"]
    return {
        "title": _title(row, entity),
        "url": url_for("RecordView.show", entity=row["entity"], token=row["record"]),
        "entity": entity.label.text(language()) if entity else row["entity"],
        "policy": known.policy_name(row["policy_id"]),
        "calendar": calendar.name_in(language()),
        "state": words.state(row["state"]),
        "is_open": row["is_open"],
        "left": _left(row, moment, known),
        "short": _short(row, moment, known),
        "is_late": row["breached_at"] is not None,
        "due": words.moment(row["due_at"]),
        "stopped": words.moment(row["stopped_at"]),
        "cause": str(words.CAUSES.get(row["breach_cause"], "")),
        "next": "" if paused else words.moment(row["next_event_at"]),
        "paused": _("Paused by the policy: the time does not run.") if paused else "",
        "used": min(100, round(100 * (_used(row, moment, known) / row["target_s"])))
        if row["target_s"]
        else 0,
    }


def _title(row: RowMapping, entity: Entity | None) -> str:
    """The title that the runner noted, where the reader may know it; else the record's number."""
    is_open = entity is not None and shows_title(access.records(), entity)
    return str((row["title"] if is_open else "") or row["record"])


def _left(row: RowMapping, moment: datetime, known: Definitions) -> str:
    """Remaining working time, or how much too late, in words."""
    left = row["target_s"] - _used(row, moment, known)
    if row["breached_at"] is None and left >= 0:
        return str(_("%(time)s of working time left", time=words.duration(left))) if row["is_open"] else ""
    return str(_("%(time)s of working time too late", time=words.duration(left)))


def _short(row: RowMapping, moment: datetime, known: Definitions) -> str:
    """The same below a heading that says that it is working time."""
    left = row["target_s"] - _used(row, moment, known)
    is_late = row["breached_at"] is not None or left < 0
    time = words.duration(left)
    return str(_("%(time)s overdue", time=time) if is_late else _("%(time)s left", time=time))


def _used(row: RowMapping, moment: datetime, known: Definitions) -> float:
    """Working seconds used: what was counted at the last evaluation and what ran since."""
    counted: float = row["worked_s"]
    if not row["is_open"] or row["is_paused"]:
        return counted
    return counted + worked(
        known.calendar(row["calendar_id"], row["calendar_version"]), row["evaluated_at"], moment
    )


def _tabs(shown: str, mine: bool) -> list[dict[str, Any]]:
    names = {"overdue": _("Overdue"), "next": _("Due next"), "paused": _("Paused")}
    only = 1 if mine else None
    return [
        {"label": label, "url": url_for("DeadlineView.list", show=name, mine=only), "active": name == shown}
        for name, label in names.items()
    ]


def _place(text: str) -> Place | None:
    due, _comma, digits = text.partition(",")
    number = whole(digits)
    if number is None:
        return None
    try:
        return Place(datetime.fromisoformat(due).astimezone(UTC) if due else None, number)
    except (ValueError, OverflowError):
        return None


def _next_url(shown: str, mine: bool, following: Place) -> str:
    due = following.due.isoformat() if following.due else ""
    only = 1 if mine else None
    return url_for("DeadlineView.list", show=shown, after=f"{due},{following.id}", mine=only)
