"""Switching the language: the choice is kept in the session, and the person stays on the page."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, abort, current_app, redirect, request, session
from flask_babel import refresh
from werkzeug.wrappers import Response


def init_app(app: Flask) -> None:
    """Add /language/<code>; Flask-AppBuilder's own /lang/<code> would lead to the home page."""
    app.add_url_rule("/language/<code>", "switch_language", switch_language)


def switch_language(code: str) -> Response:
    """Keep `code` for this session and go back; 404 for a language that is not offered."""
    if code not in current_app.config["LANGUAGES"]:
        abort(404)
    session["locale"] = code
    refresh()
    return redirect(page_before())


def page_before() -> str:
    """The page that the link stood on, as a path of this site; the home page when it is another site's."""
    try:
        came_from = urlsplit(request.referrer or "")
    except ValueError:  # no address at all
        return "/"
    if (
        came_from.netloc != request.host
        or not came_from.path.startswith("/")
        or came_from.path.startswith("//")
    ):
        return "/"
    return came_from.path + (f"?{came_from.query}" if came_from.query else "")
