"""Letters that could not be sent: seen by those who look after rules, and sent again by them."""

from __future__ import annotations

import json
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_appbuilder import BaseView, expose
from flask_babel import format_datetime
from flask_babel import gettext as _
from sqlalchemy import RowMapping

from models import access
from rules import outbox
from rules.messages import sentence
from views.rules.gate import may, rules_access


class LetterView(BaseView):
    """The dead letters of the outbox."""

    route_base = "/rules/letters"
    class_permission_name = "Rules"
    default_view = "list"

    @expose("/")
    @rules_access("list")
    def list(self) -> Any:
        lines = [_line(row) for row in outbox.dead_letters(access.overlay())]
        return render_template("rules/letters.html", lines=lines, can_edit=may("edit"))

    @expose("/<int:letter_id>/replay", methods=["POST"])
    @rules_access("edit")
    def replay(self, letter_id: int) -> Any:
        done = outbox.replay(access.overlay(), letter_id)
        access.overlay().commit()
        if done:
            flash(_("The mail is sent again."), "success")
        else:
            flash(_("This mail is on its way already."), "warning")
        return redirect(url_for("LetterView.list"))


def _line(row: RowMapping) -> dict[str, Any]:
    payload = json.loads(row["payload"])
    return {
        "id": row["id"],
        "text": sentence(payload.get("code", ""), payload.get("params", {})),
        "channel": row["channel"],
        "at": format_datetime(row["dead_at"], "short"),
        "attempts": row["attempts"],
        "error": row["last_error"],
    }
