"""Everybody's inbox: messages newest first, read one by one or all at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import redirect, render_template, request, url_for
from flask_appbuilder import BaseView, expose
from flask_babel import format_datetime

from models import access
from rules import inbox, readers
from rules.messages import level, sentence
from views.access import safe_next, signed_in
from views.numbers import whole
from views.rules.menu import stopped_text

SIZE = 25
TONES = {
    "danger": ("alert-circle", "bad"),
    "warning": ("alert-triangle", "warn"),
    "success": ("circle-check", "good"),
}
"""(icon, tone) by how loud a message is."""


class InboxView(BaseView):
    """Messages to the person who looks, and to nobody else."""

    route_base = "/inbox"
    class_permission_name = "Inbox"
    default_view = "inbox"

    @expose("/")
    @signed_in
    def inbox(self) -> Any:
        below = request.args.get("below", "")
        unread = request.args.get("show") == "unread"
        found = inbox.messages_of(
            access.overlay(),
            _user_id(),
            size=SIZE + 1,
            below=whole(below),
            unread=unread,
        )
        page = found[:SIZE]
        show = "unread" if unread else None
        older = url_for("InboxView.inbox", below=page[-1].id, show=show) if len(found) > SIZE else ""
        context = {
            "messages": _lines(page),
            "older_url": older,
            "unread": unread,
            "is_first": not below,
            "stopped": stopped_text(),
        }
        return render_template("rules/inbox.html", **context)

    @expose("/<int:message_id>/open", methods=["POST"])
    @signed_in
    def open(self, message_id: int) -> Any:
        """Mark one message as read and go where it leads."""
        _mark([message_id])
        return redirect(safe_next(request.form.get("next"), url_for("InboxView.inbox")))

    @expose("/read", methods=["POST"])
    @signed_in
    def read_all(self) -> Any:
        _mark(None)
        return redirect(url_for("InboxView.inbox"))


def _user_id() -> int:
    found = access.actor().user_id
    return found if found is not None else 0


def _mark(ids: list[int] | None) -> None:
    connection = access.overlay()
    inbox.mark_read(connection, _user_id(), ids)
    connection.commit()


def _lines(page: Sequence[inbox.Notification]) -> list[dict[str, Any]]:
    """Titles as far as the reader may know them by now: rights may have changed since the message was written."""
    told = readers.worded(access.records(), [(one.params, one.link) for one in page])
    return [_shown(one, params) for one, params in zip(page, told, strict=True)]


def _shown(message: inbox.Notification, params: Mapping[str, Any]) -> dict[str, Any]:
    sign, tone = TONES[level(message.code)]
    return {
        "id": message.id,
        "text": sentence(message.code, params),
        "link": message.link,
        "at": format_datetime(message.created_at, "short"),
        "iso": message.created_at.isoformat(),
        "is_new": message.read_at is None,
        "sign": sign,
        "tone": tone,
    }
