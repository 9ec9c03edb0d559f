"""/it/rows/: rows of one table. The table's name is an argument, so that any character may stand in it."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from models.records import read, write
from views.console import form, lock, raw, rows
from views.console.base import ConsoleView


class RowsView(ConsoleView):
    """List, row, add, edit, delete. Everything that writes needs the lock open and a POST."""

    def __init__(self) -> None:
        super().__init__(name=_l("Rows"), endpoint="console_rows", url="/it/rows")

    def is_visible(self) -> bool:
        """Reached from the list of tables, not by a tab."""
        return False

    def tab_url(self) -> str:
        """Rows belong to the list of tables."""
        return url_for("console.index")

    @expose("/")
    def index(self) -> Any:
        table = asked()
        return self.render("console/rows.html", **rows.context(table))

    @expose("/show")
    def show(self) -> Any:
        table, token = asked(), request.args.get("token", "")
        return self.render("console/row.html", **rows.row_context(table, token))

    @expose("/content")
    def content(self) -> Any:
        return rows.content(asked(), request.args.get("token", ""), request.args.get("column", ""))

    @expose("/add", methods=["GET", "POST"])
    def add(self) -> Any:
        table = asked()
        done = form.add(table, lock.needed())
        return (
            redirect(row_url(table, done))
            if isinstance(done, str)
            else self.render("console/form.html", **done)
        )

    @expose("/edit", methods=["GET", "POST"])
    def edit(self) -> Any:
        table = asked()
        done = form.edit(table, request.args.get("token", ""), lock.needed())
        return (
            redirect(row_url(table, done))
            if isinstance(done, str)
            else self.render("console/form.html", **done)
        )

    @expose("/delete", methods=["POST"])
    def delete(self) -> Any:
        table, opening = asked(), lock.needed()
        token, row = request.args.get("token", ""), request.form.get("row_hash", "")
        with raw.session(table, form.cause(opening)) as session:
            read.get(session, table.entity, token, table.entity.key)
            write.remove(session, table.entity, token, row, opening.reason, once=form.once())
        flash(_("The row is deleted."), "success")
        return redirect(url_for("console_rows.index", table=table.facts.name))


def asked() -> raw.RawTable:
    """The table that the address names. Raises NotVisible."""
    return raw.tables().table(request.args.get("table", ""))


def row_url(table: raw.RawTable, token: str) -> str:
    """The page of one row."""
    return url_for("console_rows.show", table=table.facts.name, token=token)
