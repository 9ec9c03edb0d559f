"""A person's own account: the browsers that are signed in."""

from __future__ import annotations

from flask import Flask

from views.account.view import SessionsView


def init_app(app: Flask) -> None:
    """Register the page; the frame links to it from the person's menu."""
    app.appbuilder.add_view_no_menu(SessionsView)  # type: ignore[attr-defined]
