"""AuditView: the trail with its filters, and the same as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from flask import Response, render_template, request
from flask_appbuilder import BaseView, expose
from flask_babel import gettext as _

from models import access
from models.audit.trail import Wanted, find
from views.audit import desk
from views.audit.access import VIEW, may_look
from views.records import watermark
from views.records.lines import COMMENT, neutral

BATCH = 100
MOST_ROWS = 100_000


class AuditView(BaseView):
    """Entries of the audit, for auditors."""

    route_base = "/audit"
    class_permission_name = VIEW
    default_view = "list"

    @expose("/")
    @may_look
    def list(self) -> Any:
        return render_template("audit/list.html", **desk.context(request.args))

    @expose("/export")
    @may_look
    def export(self) -> Any:
        wanted = desk.wanted(request.args)
        asked = {name: text for name in desk.FIELDS if (text := request.args.get(name, "").strip())}
        mark = watermark.audited("@audit", after=asked)
        closing = _line([f"{COMMENT}{watermark.sentence(mark)}"])
        answer = Response("".join(_lines(wanted)) + closing, mimetype="text/csv")
        answer.headers[watermark.HEADER] = mark.header
        answer.headers["Content-Disposition"] = "attachment; filename=audit.csv"
        return answer


def _lines(wanted: Wanted) -> Iterator[str]:
    """CSV of what the reader may know, the newest first, at most MOST_ROWS."""
    yield "\ufeff" + _line([_("Number"), _("Time"), _("Person"), _("What"), _("Action"), _("Record"), _("Name"),
                            _("Changes"), _("Reason"), _("Cause"), _("Address"), _("Request")])  # fmt: skip
    for _batch in range(MOST_ROWS // BATCH):
        entries = find(access.overlay(), wanted, BATCH)
        for one in desk.shown(entries):
            yield _line(_cells(one))
        if len(entries) < BATCH:
            return
        wanted = replace(wanted, below=entries[-1].change.id)


def _cells(one: Mapping[str, Any]) -> list[str]:
    changes = "; ".join(
        f"{d['label']}: {_plain(d['before'])} → {_plain(d['after'])}" for d in one["differences"]
    )
    names = ("id", "at", "who", "subject", "action", "record", "title")
    return [
        *(str(one[name]) for name in names),
        changes,
        one["reason"],
        one["cause"],
        one["address"],
        one["request_id"],
    ]


def _plain(value: Any) -> str:
    return value.striptags() if hasattr(value, "striptags") else str(value)


def _line(cells: list[str]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow([neutral(cell) for cell in cells])
    return buffer.getvalue()
