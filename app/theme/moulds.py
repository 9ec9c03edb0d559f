"""Moulds: a page drawn once with holes in it, and filled again and again with what differs from page to page.

Most of a page follows from few things: the person's frame, the entity, what the address asks for. They are the mould's key,
and a mould is used for equal keys alone. Rows, values, tokens and addresses of single records go into its holes; the token
against forged requests is put in anew. Pages with a message or a banner on top are drawn as ever.
"""

from __future__ import annotations

import re
import secrets
import threading
from collections.abc import Callable, Hashable, Mapping
from typing import Any

from flask import current_app, g, render_template, request, session
from flask_wtf.csrf import generate_csrf
from markupsafe import escape

from app.theme.folding import current_edition
from app.theme.parts import personal
from app.theme.shell import shell

MOST = 150
"""Moulds of some twenty kilobytes that a process keeps."""
MARK = secrets.token_hex(12)
"""Stands on both sides of a hole's name. Nobody knows it, so nobody's text can pass for a hole; an address keeps it as it is."""
HOLES = re.compile(f"{MARK}([a-z0-9]+){MARK}")
TOKEN = "token0against0forged0requests"  # noqa: S105 the name of a hole
HERE = "here"
"""The address of the page, which a message of the browser's own leads back to."""
Holes = Mapping[str, Any]
Mould = tuple[list[str], list[str]]
"""Texts between holes, and the names of the holes."""


def page(template: str, key: Hashable, holes: Holes, context: Callable[[Holes], dict[str, Any]]) -> str:
    """The template with what is in `holes` put in, escaped unless it is Markup. An empty one stays empty: what hangs on that is drawn anew.

    context: gives what the template draws, with these values in the places of what they stand for. All else that it depends on is in `key`.
    """
    if has_more(session):
        return render_template(template, **context(holes))
    filled = tuple(sorted(name for name, value in holes.items() if value))
    full = (template, key, filled, current_edition(), *personal("", shell()))
    held: dict[Hashable, Mould] = current_app.extensions.setdefault("page_moulds", {})
    mould = held.get(full)
    if mould is None:
        mould = _made(template, filled, holes, context)
        _keep(held, full, mould)
    return _filled(mould, holes)


def has_more(cookie: Any) -> bool:
    """Whether a message or a banner belongs on the page."""
    return "_flashes" in cookie or bool(g.get("viewing") or g.get("standing_in"))


def hole(name: str) -> str:
    """What a mould holds in the place of a value."""
    return f"{MARK}{name}{MARK}"


def _made(
    template: str, filled: tuple[str, ...], holes: Holes, context: Callable[[Holes], dict[str, Any]]
) -> Mould:
    marks = {name: hole(name) if name in filled else value for name, value in holes.items()}
    drawn = render_template(template, **context(marks), here=hole(HERE)).replace(generate_csrf(), hole(TOKEN))
    found = HOLES.split(drawn)
    return found[::2], found[1::2]


def _filled(mould: Mould, holes: Holes) -> str:
    texts, names = mould
    values = {name: str(escape(value)) for name, value in holes.items()}
    values |= {TOKEN: generate_csrf(), HERE: str(escape(request.full_path))}
    parts = [texts[0]]
    for name, text in zip(names, texts[1:], strict=True):
        parts += values[name], text
    return "".join(parts)


def _keep(held: dict[Hashable, Mould], key: Hashable, mould: Mould) -> None:
    with _lock:
        if len(held) >= MOST:
            held.clear()
        held[key] = mould


_lock = threading.Lock()
