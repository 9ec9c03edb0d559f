"""Languages: which one a person reads, and how often used formats look in it."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Flask, g, has_request_context, request, session
from flask_babel import get_locale

NAMES = {"en": {"flag": "gb", "name": "English"}, "zh": {"flag": "cn", "name": "中文"}}
MINUTES, DAYS = "yyyy-MM-dd HH:mm", "yyyy-MM-dd"
FORMATS = {
    "datetime.short": MINUTES,
    "datetime.medium": f"{MINUTES}:ss",
    "date.short": DAYS,
    "date.medium": DAYS,
    "time.short": "HH:mm",
}
"""Days and times in both languages as the fields of records show them."""


def languages(codes: Iterable[str]) -> dict[str, dict[str, str]]:
    """The offered languages as Flask-AppBuilder wants them."""
    return {code: NAMES[code] for code in codes}


def init_app(app: Flask) -> None:
    """Choose by what the person picked, else by the browser, else by the setting."""
    app.extensions["babel"].locale_selector = chosen
    app.extensions["babel"].instance.date_formats |= FORMATS


def chosen() -> str | None:
    """The language of this request; None outside of one (the default then)."""
    if not has_request_context():
        return None
    from flask import current_app

    offered = list(current_app.config["LANGUAGES"])
    picked = request.args.get("_l_") or session.get("locale")
    return picked if picked in offered else request.accept_languages.best_match(offered)


def language() -> str:
    """Give "en" or "zh": for labels that are kept in both."""
    # Asked for with every label of a page; Flask-Babel keeps here what it has worked out.
    held = g.get("_flask_babel") if g else None
    locale = getattr(held, "babel_locale", None) or get_locale()
    return "zh" if locale is not None and locale.language == "zh" else "en"
