"""Step 1: all tables of the schema with what is suggested for them; search, groups by prefix, a page at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import request, url_for
from flask_babel import format_decimal
from flask_babel import gettext as _

from app.i18n import language
from models.drift import store as drift
from models.legacy.facts import TableFacts
from models.wiring.identifiers import module_prefix
from models.wiring.nouns import Entity
from views.wiring.desk import Desk
from views.wiring.words import problem_text, role_text

PAGE = 100
SHOWN = ("all", "chosen", "changed", "problems")


@dataclass(frozen=True)
class Filter:
    """What the address asks for."""

    q: str = ""
    prefix: str = ""
    show: str = "all"
    page: int = 1

    def url(self, **changes: Any) -> str:
        """The same list with something else asked."""
        asked = vars(replace(self, **({"page": 1} | changes)))
        return url_for(
            "WiringView.tables",
            **{name: value for name, value in asked.items() if value not in ("", "all", 1)},
        )


@dataclass(frozen=True)
class Line:
    """One table."""

    table: str
    label: str
    comment: str
    rows: str
    columns: int
    key: str
    role: str
    problems: tuple[str, ...]
    is_chosen: bool
    state: str
    """"published", "changed", "new", "removed", "pending" or ""."""
    url: str


def asked() -> Filter:
    """The filter of this request."""
    given = request.values
    page = given.get("page", "1")
    show = given.get("show", "all")
    return Filter(
        given.get("q", "").strip()[:100],
        given.get("prefix", "")[:100],
        show if show in SHOWN else "all",
        int(page) if page.isdecimal() and 0 < int(page) < 10_000 else 1,
    )


def context(desk: Desk, wanted: Filter) -> dict[str, Any]:
    """Everything that wiring/tables.html draws; one reflection, no statement for a table."""
    names = matching(desk, wanted)
    first = (wanted.page - 1) * PAGE
    published = {entity.table_name: entity for entity in desk.current.entities.values()}
    chosen = desk.draft.chosen(desk.current)
    return {
        "filter": wanted,
        "lines": [_line(desk, name, published, chosen) for name in names[first : first + PAGE]],
        "found": format_decimal(len(names)),
        "total": len(desk.known.facts.tables),
        "chosen": len(chosen),
        "prefixes": _prefixes(desk, wanted),
        "previous_url": wanted.url(page=wanted.page - 1) if wanted.page > 1 else "",
        "next_url": wanted.url(page=wanted.page + 1) if first + PAGE < len(names) else "",
        "findings": desk.known.facts.findings,
        "draft": desk.draft,
        "drifted": drift.count(desk.connection),
        "shown_tabs": [_tab(wanted, show) for show in SHOWN],
    }


def _tab(wanted: Filter, show: str) -> dict[str, Any]:
    labels = {
        "all": _("All tables"),
        "chosen": _("Chosen"),
        "changed": _("Not yet published"),
        "problems": _("With limits"),
    }
    return {"label": labels[show], "url": wanted.url(show=show), "active": wanted.show == show}


def matching(desk: Desk, wanted: Filter) -> list[str]:
    """Table names that fit the filter, in the schema's order."""
    tables = desk.known.facts.tables.values()
    found = [table for table in tables if _fits(desk, table, wanted)]
    if wanted.show == "all":
        return [table.name for table in found]
    chosen = desk.draft.chosen(desk.current)
    changed = {*desk.draft.changed, *desk.draft.removed, *desk.draft.pending}
    return [t.name for t in found if _is_shown(t, wanted.show, chosen, changed)]


def _fits(desk: Desk, table: TableFacts, wanted: Filter) -> bool:
    if wanted.prefix and module_prefix(table.name) != wanted.prefix:
        return False
    label = desk.known.inference.labels[table.name]
    words = f"{table.name} {label.en} {label.zh} {table.comment}".casefold()
    return all(word in words for word in wanted.q.casefold().split())


def _is_shown(table: TableFacts, show: str, chosen: set[str], changed: set[str]) -> bool:
    if show == "problems":
        return table.is_view or not table.identity or table.engine.lower() == "myisam"
    return table.name in (chosen if show == "chosen" else changed)


def _prefixes(desk: Desk, wanted: Filter) -> list[dict[str, Any]]:
    """Groups of tables by what stands before the first underscore, the largest first."""
    counts = Counter(module_prefix(name) for name in desk.known.facts.tables)
    groups = [(prefix, count) for prefix, count in counts.most_common(12) if prefix and count > 1]
    if len(groups) < 2 and not wanted.prefix:
        return []
    shown = [
        {"label": prefix, "count": count, "url": wanted.url(prefix=prefix), "active": prefix == wanted.prefix}
        for prefix, count in groups
    ]
    return [
        {"label": _("All"), "count": None, "url": wanted.url(prefix=""), "active": not wanted.prefix},
        *shown,
    ]


def _line(desk: Desk, name: str, published: Mapping[str, Entity], chosen: set[str]) -> Line:
    table = desk.known.facts.tables[name]
    entity = desk.draft.changed.get(name) or published.get(name)
    label = entity.label if entity else desk.known.inference.labels[name]
    role = entity.role if entity else desk.known.inference.roles[name].role
    key = entity.key if entity else () if table.is_view else table.identity
    return Line(
        table=name,
        label=label.text(language()) or name,
        comment=table.comment,
        rows=format_decimal(table.row_estimate) if not table.is_view else "",
        columns=len(table.columns),
        key=", ".join(key),
        role=role_text(role) if role != "other" else "",
        problems=tuple(problem_text(code) for code in _problems(table)),
        is_chosen=name in chosen,
        state=_state(desk, name, published),
        url=url_for("WiringView.table", table=name),
    )


def _problems(table: TableFacts) -> list[str]:
    found = ["view"] if table.is_view else [] if table.identity else ["no-key"]
    return [*found, "myisam"] if table.engine.lower() == "myisam" else found


def _state(desk: Desk, name: str, published: Mapping[str, Entity]) -> str:
    if name in desk.draft.removed:
        return "removed"
    if name in desk.draft.pending:
        return "pending"
    if name in desk.draft.changed:
        return "changed" if name in published else "new"
    return "published" if name in published else ""
