"""/it/: all tables and views of the legacy schema, and the lock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import request, url_for
from flask_admin import AdminIndexView, expose
from flask_babel import format_decimal
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.i18n import language
from models import access
from models.legacy.facts import TableFacts
from views.console import lock, raw
from views.console.base import ConsoleView


@dataclass(frozen=True)
class Line:
    """A table in the list."""

    name: str
    url: str
    comment: str
    engine: str
    rows: str
    key: str
    published: str
    published_url: str


class TablesView(ConsoleView, AdminIndexView):
    """The first page: every table, published or not."""

    def __init__(self) -> None:
        super().__init__(name=_l("Tables"), endpoint="console", url="/it")
        self.static_folder = None  # Flask-Admin's own scripts are not used, so they are not served either

    @expose("/")
    def index(self) -> Any:
        typed = request.args.get("q", "").strip()
        facts = raw.tables().facts()
        found = [line(table) for table in facts.tables.values() if fits(table, typed.casefold())]
        broken = [
            finding
            for finding in facts.findings
            if finding.code in {"broken-view", "no-columns", "unreadable"}
        ]
        context = {"lines": found, "q": typed, "broken": broken, "total": len(facts.tables)}
        return self.render("console/tables.html", **context)

    @expose("/unlock", methods=["POST"])
    def unlock(self) -> Any:
        return lock.opened()

    @expose("/lock", methods=["POST"])
    def lock(self) -> Any:
        return lock.closed()


def fits(table: TableFacts, typed: str) -> bool:
    """Does the name or the comment hold what was typed?"""
    return typed in table.name.casefold() or typed in table.comment.casefold()


def line(table: TableFacts) -> Line:
    """One line; rows are an estimate, never counted."""
    entity = access.catalogue().by_table.get(table.name)
    return Line(
        name=table.name,
        url=url_for("console_rows.index", table=table.name),
        comment=table.comment,
        engine=_("View") if table.is_view else table.engine,
        rows="" if table.is_view else _("about %(number)s", number=format_decimal(table.row_estimate)),
        key=", ".join(table.identity) if not table.is_view else "",
        published=entity.label.text(language()) or entity.name if entity else "",
        published_url=url_for("RecordView.list", entity=entity.name) if entity else "",
    )
