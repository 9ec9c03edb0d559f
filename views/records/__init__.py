"""Records: lists, pages, forms, search."""

from __future__ import annotations

from flask import Flask

from app.theme.frames import Same, marks
from app.theme.shell import extenders
from models import access
from views.records.menu import add_records
from views.records.search import SearchView
from views.records.view import RecordView
from views.records.watermark import print_mark


def init_app(app: Flask) -> None:
    """Register the views and put the published entities into the menu."""
    appbuilder = app.appbuilder  # type: ignore[attr-defined]
    appbuilder.add_view_no_menu(RecordView)
    appbuilder.add_view_no_menu(SearchView)
    extenders().append(add_records)
    marks().append(lambda: Same(access.policy()))
    app.jinja_env.globals["print_mark"] = print_mark
