"""Global search: titles, codes and phones of all published entities, each by its index, grouped by entity."""

from __future__ import annotations

from typing import Any

from flask import render_template, request, url_for
from flask_appbuilder import BaseView, expose

from app.errors import Busy, Unavailable
from app.i18n import language
from models import access
from models.records import read, sought
from models.wiring.nouns import Entity
from views import shown
from views.access import signed_in

MAX_ENTITIES = 12


class SearchView(BaseView):
    """GET /search?q=…: a page, or a short list for the box on top."""

    route_base = "/search"
    default_view = "search"

    @expose("")
    @signed_in
    def search(self) -> Any:
        typed = request.args.get("q", "").strip()[:100]
        groups = found(typed) if len(typed) > 1 or not typed.isascii() else []
        partial = bool(request.headers.get("HX-Request"))
        template = "records/_search_results.html" if partial else "records/search.html"
        return render_template(template, q=typed, groups=groups)


def found(typed: str) -> list[dict[str, Any]]:
    """Hits by entity: {"label", "url", "hits": [{"title", "sub", "url"}]}."""
    searchable = [
        e for e in access.catalogue().entities.values() if e.key and read.searched(access.records(), e)
    ]
    groups = [(e, _hits(e, typed)) for e in searchable[:MAX_ENTITIES]]
    return [
        {
            "label": e.label.text(language()),
            "url": url_for("RecordView.list", entity=e.name, q=typed),
            "hits": hits,
        }
        for e, hits in groups
        if hits
    ]


def _hits(entity: Entity, typed: str) -> list[dict[str, str]]:
    try:
        records = sought.search(access.records(), entity, typed)
    except Busy:
        raise  # "nothing found" would be a lie
    except Unavailable:
        return []
    shown.count(len(records))
    return [
        {
            "title": record.title,
            "sub": str(record.values.get(entity.code) or "") if entity.code else "",
            "url": url_for("RecordView.show", entity=entity.name, token=record.token),
        }
        for record in records
    ]
