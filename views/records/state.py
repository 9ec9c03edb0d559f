"""The state of a list is its address: filter, search, sort, columns, page. Everything can be reloaded, shared, opened anew."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import unquote, urlencode

from flask import request
from flask_babel import gettext as _

from app.errors import Invalid
from models import access
from models.wiring.nouns import Entity

SIZES = (25, 50, 100, 200)


def address(entity: str, page: str, token: str) -> str:
    """Where a page of a record is: what url_for gives for it, without its search, since a list has one for each row.

    Names of entities and tokens need no quoting: they are made of letters, digits, "-", "_", "." and "~".
    """
    return f"{request.script_root}/data/{entity}/{page}/{token}"


@dataclass(frozen=True)
class ListState:
    """What the address says. `filter` is a condition with typed texts, `sort` (field, descending) pairs."""

    entity: str
    q: str = ""
    filter: Any = None
    sort: tuple[tuple[str, bool], ...] = ()
    columns: tuple[str, ...] = ()
    cursor: str = ""
    size: int = SIZES[0]
    view: str = ""
    everything: bool = False
    """Look inside all rows of a big table, not only the newest."""

    def url(self, path: str = "list/", **changes: Any) -> str:
        """The address with some parts changed; a changed filter, search or sort starts at the first page."""
        changed = replace(self, **({"cursor": ""} | changes))
        query = urlencode([(k, v) for k, v in changed.arguments().items() if v])
        return f"/data/{self.entity}/{path}" + (f"?{query}" if query else "")

    def arguments(self) -> dict[str, str]:
        """Query arguments as they stand in the address."""
        return {
            "q": self.q,
            "filter": json.dumps(self.filter, ensure_ascii=False, separators=(",", ":"))
            if self.filter
            else "",
            "sort": ",".join(("-" if descending else "") + coded(name) for name, descending in self.sort),
            "columns": ",".join(coded(name) for name in self.columns),
            "cursor": self.cursor,
            "size": str(self.size) if self.size != SIZES[0] else "",
            "view": self.view,
            "all": "1" if self.everything else "",
        }

    def without_part(self, index: int) -> Any:
        """The filter without its part number `index`: what removing a chip leaves."""
        parts = filter_parts(self.filter)
        rest = parts[:index] + parts[index + 1 :]
        return {"and": rest} if rest else None


def from_request(entity: Entity) -> ListState:
    """Read the address; raises Invalid for a filter that is no JSON."""
    arguments = request.args
    return ListState(
        entity=entity.name,
        q=arguments.get("q", "").strip()[:200],
        filter=read_filter(arguments.get("filter", "")),
        sort=read_sort(arguments.get("sort", "")),
        columns=known_columns(entity, names_in(arguments.get("columns", ""))),
        cursor=arguments.get("cursor", ""),
        size=read_size(arguments.get("size", "")),
        view=arguments.get("view", ""),
        everything=arguments.get("all", "") == "1",
    )


def known_columns(entity: Entity, names: Iterable[str]) -> tuple[str, ...]:
    """Those of the names that the person may see; unknown and hidden ones leave no trace alike."""
    visible = access.policy().visible(entity)
    return tuple(name for name in names if name in visible)


def read_filter(text: str) -> Any:
    """The condition of a `filter` argument; None for none."""
    if not text:
        return None
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Invalid(
            _("The filter in this address cannot be read. Open the list again and filter anew.")
        ) from error
    if not isinstance(found, dict):
        raise Invalid(_("The filter in this address cannot be read. Open the list again and filter anew."))
    return found


def named_fields(condition: Any) -> list[str]:
    """Every field that a filter names, however odd its shape and however deep."""
    found, waiting = [], [condition]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            found += [part["field"]] if isinstance(part.get("field"), str) else []
            waiting += [inner for key, inner in part.items() if key != "value"]
        elif isinstance(part, list):
            waiting += part
    return list(dict.fromkeys(found))


def read_sort(text: str) -> tuple[tuple[str, bool], ...]:
    """Read "-amount,name" as (("amount", True), ("name", False)); at most three."""
    parts = [part for part in text.split(",") if part.strip("-")][:3]
    return tuple((unquote(part.lstrip("-")), part.startswith("-")) for part in parts)


def coded(name: str) -> str:
    """A column's name between commas: some old ones hold a comma themselves, or begin with a minus."""
    plain = name.replace("%", "%25").replace(",", "%2C")
    return "%2D" + plain[1:] if plain.startswith("-") else plain


def names_in(text: str) -> list[str]:
    """The names that `coded` put between commas."""
    return [unquote(part) for part in text.split(",") if part]


def read_size(text: str) -> int:
    """Rows a page, clamped to what is offered."""
    asked = int(text) if text.isdecimal() and len(text) < 6 else SIZES[0]
    return min(SIZES, key=lambda size: abs(size - asked))


def filter_parts(condition: Any) -> list[Any]:
    """The parts that chips stand for."""
    if not condition:
        return []
    return list(condition["and"]) if isinstance(condition.get("and"), list) else [condition]
