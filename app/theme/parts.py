"""Parts of the frame drawn once: the menu, the top bar and the dialogs of a person are the same from page to page.

A part is kept under all that it is drawn from: the edition of the templates, the person, the menu with the entries of this
page, and the counts in it. The token against forged requests belongs to one session and is put in anew each time.
"""

from __future__ import annotations

import threading
from collections.abc import Hashable

from flask import current_app
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from app.theme.folding import current_edition
from app.theme.shell import Shell, shell

MOST = 400
"""Some megabytes of text; beyond that all are drawn anew."""
PLACE = "\0token\0"
"""Stands in a kept part for the session's token: no text of a page holds this."""
EVERYBODYS = frozenset({"shell/_dialogs.html", "shell/_texts.html", "shell/_footer.html"})


def part(name: str) -> Markup:
    """The template `name` of the frame, which may use nothing but `page` and what is the same within an edition."""
    page = shell()
    key = (name, current_edition(), page.product, page.version, *personal(name, page))
    held: dict[Hashable, str] = current_app.extensions.setdefault("shell_parts", {})
    text = held.get(key)
    if text is None:
        text = _drawn(name, page)
        with _lock:
            if len(held) >= MOST:
                held.clear()
            held[key] = text
    return Markup(text.replace(PLACE, generate_csrf()) if PLACE in text else text)  # noqa: S704 what a template gave


def personal(name: str, page: Shell) -> tuple[Hashable, ...]:
    """What the part shows of this person and this page."""
    if name in EVERYBODYS:
        return ()
    languages = tuple(page.languages)
    return (page.user, page.frame, page.is_home, page.home_url, page.inbox_count, languages)


def _drawn(name: str, page: Shell) -> str:
    return current_app.jinja_env.get_template(name).render(page=page).replace(generate_csrf(), PLACE)


_lock = threading.Lock()
