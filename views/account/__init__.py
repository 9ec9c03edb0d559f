"""A person's own account: the browsers that are signed in, and who stands in."""

from __future__ import annotations

from flask import Flask

from views.account.substitutes import SubstitutesView
from views.account.view import SessionsView


def init_app(app: Flask) -> None:
    """Register the pages; the frame links to them from the person's menu."""
    app.appbuilder.add_view_no_menu(SessionsView)  # type: ignore[attr-defined]
    app.appbuilder.add_view_no_menu(SubstitutesView)  # type: ignore[attr-defined]
