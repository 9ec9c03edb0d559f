"""REST: records, the description of the interface, its documentation, and personal tokens."""

from __future__ import annotations

from flask import Flask

from views.api.description import DescriptionApi, DocsView
from views.api.token_pages import TokensView
from views.api.view import RecordApi


def init_app(app: Flask) -> None:
    """Register the views; none of them is in the menu."""
    app.json.sort_keys = False  # type: ignore[attr-defined]  # fields come in the order of the table
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    appbuilder = app.appbuilder  # type: ignore[attr-defined]
    appbuilder.add_api(RecordApi)
    appbuilder.add_api(DescriptionApi)
    appbuilder.add_view_no_menu(DocsView)
    appbuilder.add_view_no_menu(TokensView)
