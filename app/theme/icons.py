"""Icons: references into one sprite, made from the names in src/icons.txt."""

from __future__ import annotations

from functools import cache, lru_cache
from pathlib import Path

from markupsafe import Markup

from app.theme.assets import asset

NAMES = Path(__file__).parent / "src" / "icons.txt"
FALLBACK = "point"

FONT_AWESOME = {
    "fa-bars": "menu-2",
    "fa-chain": "link",
    "fa-cog": "settings",
    "fa-cogs": "settings",
    "fa-copy": "copy",
    "fa-edit": "edit",
    "fa-google-plus": "world",
    "fa-group": "users-group",
    "fa-link": "link",
    "fa-list-alt": "list",
    "fa-lock": "lock",
    "fa-sign-in": "login",
    "fa-sign-out": "logout",
    "fa-user": "user",
    "fa-user-gear": "shield-lock",
    "fa-user-plus": "user-plus",
    "fa-users": "users",
    "fa-bar-chart-o": "chart-bar",
    "fa-globe": "world",
    "fa-book": "book",
    "fa-rocket": "rocket",
    "fa-trash": "trash",
}
"""Icons that Flask-AppBuilder and its views name."""


@cache
def known_names() -> frozenset[str]:
    """All names in the sprite."""
    lines = NAMES.read_text(encoding="utf-8").splitlines()
    return frozenset(filter(None, (line.partition("#")[0].strip() for line in lines)))


def icon_name(name: str) -> str:
    """The sprite's name for a name of ours or of Font Awesome's."""
    plain = FONT_AWESOME.get(name.removeprefix("fa ").strip(), name)
    return plain if plain in known_names() else FALLBACK


def icon(name: str, extra_class: str = "") -> Markup:
    """An icon as SVG, hidden from screen readers: the text beside it says what it means."""
    return _drawn(asset("icons.svg"), name or FALLBACK, f" {extra_class}" if extra_class else "")


@lru_cache(2000)
def _drawn(sprite: str, name: str, extra_class: str) -> Markup:
    """A page has some two hundred icons of a few dozen sorts."""
    markup = Markup('<svg class="icon{}" aria-hidden="true"><use href="{}#{}"></use></svg>')
    return markup.format(extra_class, sprite, icon_name(name))
