"""The cells of tables, drawn in Python: a page has hundreds of them, and a template would ask for each part of each one.

Columns are objects with name, label and align; rows have token, title, url, edit_url and cells (Markup). All that is
not Markup is escaped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from markupsafe import Markup, escape

from app.theme.icons import icon


@dataclass(frozen=True)
class Column:
    """A column's head. `slow` = no index serves a sort by it."""

    name: str
    label: str
    align: str
    sorted: str = ""
    sort_url: str = ""
    slow: bool = False


@dataclass(frozen=True)
class Row:
    """A line; `token` is empty where the table has no key and rows cannot be opened."""

    token: str
    title: str
    url: str
    edit_url: str
    cells: Sequence[Markup]


Drawer = Callable[[Row], str]
NO_BOX = '<td class="cell-check"></td>'


def data_rows(
    columns: Sequence[Column],
    rows: Iterable[Row],
    title: str = "",
    *,
    check: bool = False,
    edit: bool = False,
) -> Markup:
    """<tr> for each row. `check` and `edit` add a box in front and a button behind; a row without address has none."""
    heads, main = _heads(columns), _main(columns, title)
    before, after = (_boxes() if check else _nothing), (_edits() if edit else _nothing)
    lines = (f"<tr>{before(row)}{_cells(heads, row, main)}{after(row)}</tr>" for row in rows)
    return Markup("\n".join(lines))  # noqa: S704 every part is escaped where it is put in


def _heads(columns: Sequence[Column]) -> list[tuple[str, str]]:
    """What each cell of a column begins with: its class names, and the rest of the tag."""
    return [
        (
            f"is-{column.align}" if column.align not in {"", "start"} else "",
            f' data-label="{escape(column.label)}">',
        )
        for column in columns
    ]


def _main(columns: Sequence[Column], title: str) -> int:
    """The place of the column that leads to the record and heads a card: the one called `title`, else the first."""
    return next((place for place, column in enumerate(columns) if title and column.name == title), 0)


def _cells(heads: Sequence[tuple[str, str]], row: Row, main: int) -> str:
    return "".join(
        [
            _main_cell(head, row, value) if place == main else _cell(head, value)
            for place, (head, value) in enumerate(zip(heads, row.cells, strict=False))
        ]
    )


def _escaped(value: Any) -> Markup:
    return value if type(value) is Markup else escape(value)


def _is_blank(shown: Markup) -> bool:
    return not shown or shown.isspace()


def _cell(head: tuple[str, str], value: Any) -> str:
    (names, rest), shown = head, _escaped(value)
    if _is_blank(shown):
        names = f"{names} is-empty".lstrip()
    given = f' class="{names}"' if names else ""
    return f'<td{given}{rest}<span class="cell">{shown}</span></td>'


def _main_cell(head: tuple[str, str], row: Row, value: Any) -> str:
    (aligned, rest), shown = head, _escaped(value)
    names = f"{aligned} cell-main".lstrip() + (" is-empty" if _is_blank(shown) else "")
    if not row.url:
        return f'<td class="{names}"{rest}<span class="cell">{shown}</span></td>'
    # A link holds no other one: here only the words of a related record, an address or a phone stand.
    words = escape(shown.striptags()) if "<a " in shown else shown
    words = words or escape(row.title or _("(no name)"))
    return f'<td class="{names}"{rest}<a class="cell cell-title" href="{escape(row.url)}">{words}</a></td>'


def _nothing(_row: Row) -> str:
    return ""


def _boxes() -> Drawer:
    words = _("Select %(title)s", title="\0")

    def box(row: Row) -> str:
        if not row.token:
            return NO_BOX
        label = escape(words.replace("\0", str(row.title)))
        return (
            '<td class="cell-check"><label><input class="form-check-input" type="checkbox" name="token"'
            f' value="{escape(row.token)}" form="bulk-form" data-select aria-label="{label}"></label></td>'
        )

    return box


def _edits() -> Drawer:
    words, tip, sign = _("Edit %(title)s", title="\0"), escape(_("Edit")), icon("edit")

    def button(row: Row) -> str:
        if not row.edit_url:
            return '<td class="cell-actions"><div></div></td>'
        label = escape(words.replace("\0", str(row.title)))
        return (
            f'<td class="cell-actions"><div><a class="btn-plain" href="{escape(row.edit_url)}" title="{tip}"'
            f' aria-label="{label}">{sign}</a></div></td>'
        )

    return button
