"""/it/overlay/: what Veneer itself keeps. Read-only; passwords, keys and their hashes are not even selected."""

from __future__ import annotations

import re
from typing import Any

from flask import request, url_for
from flask_admin import expose
from flask_appbuilder import Model
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup, escape
from sqlalchemy import Column as TableColumn
from sqlalchemy import Table, Text, func, inspect, select
from sqlalchemy.orm import Session

from app.errors import NotVisible
from app.extensions import services
from app.theme.tables import Column, Row
from models import keyset
from models.overlay import metadata
from views.console.base import ConsoleView
from views.console.overlay_words import about
from views.console.raw import text_of
from views.console.rows import NULL

SIZE, LONGEST = 50, 300
SECRET = re.compile(r"(?i)passw|secret|token|hash|salt|credential|private")


class OverlayView(ConsoleView):
    """The overlay's tables and their newest rows."""

    def __init__(self) -> None:
        super().__init__(name=_l("Overlay"), endpoint="console_overlay", url="/it/overlay")

    @expose("/")
    def index(self) -> Any:
        name = request.args.get("table", "")
        lines = [(t, url_for("console_overlay.index", table=t), about(t)) for t in sorted(existing())]
        if not name:
            return self.render("console/overlay.html", lines=lines, table="")
        return self.render("console/overlay.html", lines=lines, **context(table_named(name)))


def existing() -> dict[str, Table]:
    """The overlay's tables that are there, by name."""
    held = set(inspect(services().engine).get_table_names())
    known = [*metadata.tables.values(), *Model.metadata.tables.values()]
    return {table.name: table for table in known if table.name in held}


def table_named(name: str) -> Table:
    """One of them. Raises NotVisible."""
    found = existing().get(name)
    if found is None:
        raise NotVisible(_("There is no table called “%(name)s” in the overlay.", name=name[:64]))
    return found


def is_secret(column: TableColumn[Any]) -> bool:
    """Is it one that nobody is shown?"""
    return bool(SECRET.search(column.name))


def context(table: Table) -> dict[str, Any]:
    """The newest rows first, by the table's key."""
    shown = [column for column in table.columns if not is_secret(column)]
    keys = list(table.primary_key.columns) or shown[:1]
    order = [keyset.Order(keys[0], descending=True)]
    with Session(services().engine) as session:
        statement = select(*(shortened(column) for column in shown))
        found = keyset.page(session, statement, order, keys, request.args.get("cursor", ""), SIZE)
    rows = [Row("", "", "", "", [cell(value) for value in line[: len(shown)]]) for line in found.rows]
    return {
        "table": table.name,
        "columns": [Column(column.name, column.name, "start") for column in shown],
        "rows": rows,
        "secret": [column.name for column in table.columns if is_secret(column)],
        "next_url": page_url(table, found.next_cursor),
        "previous_url": page_url(table, found.previous_cursor),
    }


def shortened(column: TableColumn[Any]) -> Any:
    """Long texts are cut by the database: a wiring can have megabytes."""
    is_long = isinstance(column.type, Text)
    return func.substr(column, 1, LONGEST).label(column.name) if is_long else column


def cell(value: Any) -> Markup:
    """One value as plain text."""
    return NULL if value is None else escape(text_of(value, 120))


def page_url(table: Table, cursor: str) -> str:
    """The address of a page; "" for none."""
    return url_for("console_overlay.index", table=table.name, cursor=cursor) if cursor else ""
