"""Raw rows for reading: a page of them without any count, one row with all its columns, one heavy value."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response, request, url_for
from flask_babel import format_datetime, format_decimal
from flask_babel import gettext as _
from markupsafe import Markup, escape
from sqlalchemy import select

import fields
from app import clock
from app.errors import Invalid
from app.theme.tables import Column, Row
from fields import conditions
from models import access
from models.change import changes_of
from models.guard import RecordSession, unknown_field
from models.legacy.types import Heavy
from models.legacy.types import content as whole
from models.records import read
from models.records.rows import by_key, label
from models.rowtoken import key_of
from views import shown
from views.console.raw import RawTable, session, text_of
from views.records import watermark
from views.records.state import read_sort

SIZE, MOST_COLUMNS = 50, 30
MOST_PAGES = 200
LONG_KINDS = {"longtext", "json", "blob", "point"}
OPERATORS = ("eq", "ne", "starts", "contains", "lt", "gt", "is_null", "not_null")
NULL = Markup('<span class="null">NULL</span>')


def context(table: RawTable) -> dict[str, Any]:
    """Everything that console/rows.html draws."""
    arguments = request.args
    names = shown_columns(table)
    with session(table) as opened:
        found, following = page(opened, table, names)
    shown.count(len(found))
    return {
        **about(table),
        "columns": [column(table, name) for name in names],
        "rows": [row(table, names, record) for record in found],
        "next_url": address(**following["next"]) if "next" in following else "",
        "previous_url": address(**following["previous"]) if "previous" in following else "",
        "q": arguments.get("q", ""),
        "searched": [name for name, field in table.entity.fields.items() if field.searched],
        "filter": {name: arguments.get(name, "") for name in ("f", "op", "v")},
        "operators": [(op, conditions.operator_label(op)) for op in OPERATORS],
        "more_columns": len(table.entity.fields) - len(names),
        "clear_url": url_for("console_rows.index", table=table.facts.name),
    }


def about(table: RawTable) -> dict[str, Any]:
    """What every page of a table shows."""
    return {
        "table": table.facts.name,
        "facts": table.facts,
        "entity": table.entity,
        "estimate": format_decimal(table.facts.row_estimate),
        "secret": table.hidden,
        "message": {
            "no-key": _("This table has no key, so its rows can be read but not changed."),
            "view": _("This is a view of the database: it can be read but not changed."),
        }.get(table.entity.read_only, ""),
    }


def shown_columns(table: RawTable) -> list[str]:
    """The key, then what is short; all columns stand on the row's own page."""
    short = [name for name, field in table.entity.fields.items() if field.kind not in LONG_KINDS]
    names = list(dict.fromkeys([*table.entity.key, *short]))[:MOST_COLUMNS]
    return names or list(table.entity.fields)[:MOST_COLUMNS]


def page(
    opened: RecordSession, table: RawTable, names: Sequence[str]
) -> tuple[list[read.Record], dict[str, Any]]:
    """The rows and the arguments of the pages around. Tables without a key have numbered pages."""
    entity = table.entity
    sort = read_sort(request.args.get("sort", ""))
    query = read.Query(tuple(names), wanted(table), request.args.get("q", "").strip()[:200], sort)
    if not entity.key:
        return numbered(opened, table, names, query)
    usual = ((entity.key[0], True),) if len(entity.key) == 1 else ()
    query = read.Query(
        query.columns, query.condition, query.search, sort or usual, request.args.get("cursor", ""), SIZE
    )
    found = read.page(opened, entity, query)
    around = {"next": found.next_cursor, "previous": found.previous_cursor}
    return found.records, {name: {"cursor": cursor} for name, cursor in around.items() if cursor}


def numbered(
    opened: RecordSession, table: RawTable, names: Sequence[str], query: read.Query
) -> tuple[list[read.Record], dict[str, Any]]:
    """Pages by OFFSET: nothing tells the rows apart. They end where reading on would take long."""
    asked = request.args.get("page", "")
    number = min(int(asked), MOST_PAGES) if asked.isascii() and asked.isdecimal() and len(asked) < 6 else 0
    entity = table.entity
    statement = select(*(entity.attribute(n).label(label(n)) for n in names)).where(
        *read.filters(opened, entity, query)
    )
    order = [
        entity.attribute(n).desc() if down else entity.attribute(n)
        for n, down in query.sort
        if n in entity.fields
    ]
    lines = opened.execute(statement.order_by(*order).limit(SIZE + 1).offset(number * SIZE)).all()
    records = [read.Record(entity, dict(zip(names, line, strict=True))) for line in lines[:SIZE]]
    following = {"next": {"page": number + 1}} if len(lines) > SIZE and number < MOST_PAGES else {}
    return records, following | ({"previous": {"page": number - 1}} if number else {})


def wanted(table: RawTable) -> Any:
    """The one comparison of the filter form, with a stored value. Raises Invalid and NotVisible."""
    name, op, value = (request.args.get(n, "") for n in ("f", "op", "v"))
    if not name:
        return None
    if op not in OPERATORS:
        raise Invalid(_("Choose a comparison."))
    comparison = {"field": name, "op": op, "value": value}
    return conditions.resolve(table.entity, comparison, clock.today(), access.actor(), table.catalogue)


def address(**changes: Any) -> str:
    """The same list with some arguments changed."""
    kept = {name: value for name, value in request.args.items() if name not in {"cursor", "page"}}
    return url_for("console_rows.index", **{**kept, **changes})


def column(table: RawTable, name: str) -> Column:
    """A head under the column's own name, with the address that sorts by it."""
    field = table.entity.fields[name]
    down = dict(read_sort(request.args.get("sort", ""))).get(name)
    direction = {None: "", True: "desc", False: "asc"}[down]
    url = address(sort=f"-{name}" if down is False else name) if "," not in name and name[:1] != "-" else ""
    indexed = any(index[:1] == (name,) for index in table.entity.indexes)
    return Column(name, name, fields.type_of(field).align, direction, url, slow=not indexed)


def row(table: RawTable, names: Sequence[str], record: read.Record) -> Row:
    """A line of raw values."""
    cells = [raw_cell(table, name, record.values.get(name)) for name in names]
    url = url_for("console_rows.show", table=table.facts.name, token=record.token) if record.token else ""
    return Row(record.token, record.token, url, "", cells)


def raw_cell(table: RawTable, name: str, value: Any, most: int = 80) -> Markup:
    """A value as it is stored; NULL is told from an empty text."""
    if value is None:
        return NULL
    if is_heavy(table, name):
        return escape(_("%(number)s bytes", number=format_decimal(value)))
    return escape(text_of(value, most))


def is_heavy(table: RawTable, name: str) -> bool:
    """Is only the size of the value read?"""
    return isinstance(table.entity.table.c[name].type, Heavy)


def row_context(table: RawTable, token: str) -> dict[str, Any]:
    """Everything that console/row.html draws. Raises NotVisible."""
    with session(table) as opened:
        record = read.get(opened, table.entity, token)
    return {
        **about(table),
        "token": token,
        "hash": record.hash,
        "values": [value(table, token, name, record.values.get(name)) for name in table.entity.fields],
        "changes": history(table, token),
    }


def value(table: RawTable, token: str, name: str, stored: Any) -> dict[str, Any]:
    """One value of the row's page with the column's own type."""
    heavy = is_heavy(table, name) and stored is not None
    url = url_for("console_rows.content", table=table.facts.name, token=token, column=name) if heavy else ""
    return {
        "name": name,
        "type": table.entity.fields[name].sql_type,
        "shown": raw_cell(table, name, stored, 5000),
        "url": url,
        "is_key": name in table.entity.key,
    }


def history(table: RawTable, token: str) -> list[dict[str, str]]:
    """Who changed this row through Veneer, newest first."""
    found = changes_of(access.overlay(), table.entity.name, token, limit=20)
    return [
        {
            "who": change.actor_name,
            "when": format_datetime(change.at, "short"),
            "text": ": ".join(part for part in (change.action, change.reason) if part),
        }
        for change in found
    ]


def content(table: RawTable, token: str, name: str) -> Response:
    """A heavy value as a file that no browser opens as a page. Raises NotVisible."""
    entity = table.entity
    if name not in entity.fields or not is_heavy(table, name):
        raise unknown_field(name)
    with session(table) as opened:
        found = opened.execute(
            select(whole(entity.attribute(name))).where(by_key(entity, key_of(entity, token)))
        ).first()
    if found is None or found[0] is None:
        raise read.not_there()
    mark = watermark.audited("@console", record=token[:255], title=table.facts.name, after={"columns": name})
    headers = {
        "Content-Disposition": f"attachment; filename=content-{mark.number}.bin",
        "Content-Security-Policy": "sandbox",
        watermark.HEADER: mark.header,
    }
    return Response(found[0], mimetype="application/octet-stream", headers=headers)
