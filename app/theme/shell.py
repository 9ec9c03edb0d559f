"""What the frame around a page shows: menu, person, languages. Built once a request, from Flask-AppBuilder's menu."""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field
from typing import Any

from flask import current_app, g, request, url_for
from flask_babel import get_locale
from werkzeug.routing import BuildError

from app.theme import frames
from app.theme.menus import MenuGroup, MenuItem, menu_groups

HTMX_CONFIG = json.dumps(
    {
        "includeIndicatorStyles": False,
        "allowEval": False,
        "selfRequestsOnly": True,
        "historyCacheSize": 0,
        "refreshOnHistoryMiss": True,
        "defaultSwapStyle": "outerHTML",
        "globalViewTransitions": False,
        "scrollIntoViewOnBoost": False,
        "responseHandling": [
            {"code": "204", "swap": False},
            {"code": "[23]..", "swap": True},
            {"code": "4(00|09|22)", "swap": True, "error": False},
            {"code": "...", "swap": False, "error": True},
        ],
    }
)


@dataclass(frozen=True)
class Person:
    """Who is signed in."""

    name: str
    username: str

    @property
    def initials(self) -> str:
        """One Chinese character, or the first letters of the first and last word."""
        words = self.name.split()
        if not words or not self.name.isascii():
            return self.name[-2:] or "?"
        return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


@dataclass(frozen=True)
class Language:
    """A language of the screens under its own name."""

    tag: str
    name: str
    url: str
    active: bool


@dataclass
class Shell:
    """All that base.html and layout.html read."""

    product: str
    language: str
    user: Person | None
    languages: list[Language]
    menu: list[MenuGroup] = field(default_factory=list)
    home_url: str = "/"
    search_url: str = "/search"
    inbox_url: str = ""
    inbox_count: int = 0
    login_url: str = "/login/"
    logout_url: str = "/logout/"
    profile_url: str = "/users/userinfo/"
    tokens_url: str = ""
    sessions_url: str = ""
    substitutes_url: str = ""
    exports_url: str = ""
    factor_url: str = ""
    version: str = ""
    htmx_config: str = HTMX_CONFIG
    frame: Hashable = None
    """What the menu depends on, and which of its entries are those of this page."""

    def add(self, group: MenuGroup) -> None:
        """Add the group's entries below its heading; the heading is made when it is not there yet."""
        found = next((one for one in self.menu if one.name == group.name), None)
        if found is None:
            self.menu.append(group)
        else:
            found.items.extend(group.items)

    @property
    def language_tag(self) -> str:
        """For <html lang>: "zh-CN" chooses Chinese glyphs where fonts also hold Japanese ones."""
        return "zh-CN" if self.language.startswith("zh") else self.language

    @property
    def is_home(self) -> bool:
        return request.path == self.home_url

    @property
    def menu_size(self) -> int:
        return sum(len(group.items) for group in self.menu)

    @property
    def main_items(self) -> list[MenuItem]:
        """Two entries for the phone's bottom bar: the ones marked, else the first ones."""
        items = [item for group in self.menu for item in group.items]
        return ([item for item in items if item.is_main] or items)[:2]


def shell() -> Shell:
    """The frame of this request."""
    if "shell" not in g:
        g.shell = build_shell()
        for count in counters():
            count(g.shell)
    return g.shell  # type: ignore[no-any-return]


def extenders() -> list[Callable[[Shell], None]]:
    """Functions of other rooms that add to the menu, which is kept then: append yours in `init_app`."""
    return current_app.extensions.setdefault("shell", [])  # type: ignore[no-any-return]


def counters() -> list[Callable[[Shell], None]]:
    """Functions of other rooms that fill in what is new on every page, such as the inbox's count."""
    return current_app.extensions.setdefault("shell_counters", [])  # type: ignore[no-any-return]


def build_shell() -> Shell:
    """The frame from what Flask-AppBuilder knows; anonymous visitors get no menu."""
    builder = getattr(current_app, "appbuilder", None)
    user = person()
    language = str(get_locale() or "en")
    shell = Shell(
        product=getattr(builder, "app_name", None) or "Veneer",
        language=language,
        user=user,
        languages=list(languages(language)),
        version=current_app.config.get("VERSION", ""),
    )
    for name, url in addresses().items():
        setattr(shell, name, url)
    if builder and user:
        key = _key(builder, shell.language)
        menu = frames.kept(key, lambda: _whole_menu(builder, shell))
        here = frames.places(menu, request.path)
        shell.frame = (key, here)
        shell.menu = frames.kept(shell.frame, lambda: frames.marked(menu, here)) if here else menu
    return shell


PLACES = {
    "login_url": ("AuthDBView.login", "/login/"),
    "logout_url": ("AuthDBView.logout", "/logout/"),
    "profile_url": ("UserDBModelView.userinfo", "/users/userinfo/"),
    "search_url": ("SearchView.search", "/search"),
    "inbox_url": ("InboxView.inbox", ""),
    "tokens_url": ("TokensView.list", ""),
    "sessions_url": ("SessionsView.sessions", ""),
    "substitutes_url": ("SubstitutesView.substitutes", ""),
    "exports_url": ("ExportsView.mine", ""),
    "factor_url": ("SecondFactorView.state", ""),
}
"""Addresses that every frame shows: the endpoint, and what stands there while no room brings it."""
MOST_MOUNTED = 16


def addresses() -> dict[str, str]:
    """Where PLACES are."""
    return mounted("places", lambda: {name: url_of(*place) for name, place in PLACES.items()})


def mounted(name: str, work: Callable[[], dict[str, str]]) -> dict[str, str]:
    """Addresses that hang on nothing but where the application is mounted: worked out once."""
    known: dict[Hashable, dict[str, str]] = current_app.extensions.setdefault("shell_addresses", {})
    found = known.get((name, request.script_root))
    if found is None:
        if len(known) >= MOST_MOUNTED:
            known.clear()
        found = known[name, request.script_root] = work()
    return found


def _key(builder: Any, language: str) -> Hashable:
    """All that a menu depends on."""
    manager, user = builder.sm, g.user
    rights = True if manager.is_administrator(user) else manager.pairs_of(user)
    return frames.key_of(user.get_id(), rights, language, request.script_root)


def _whole_menu(builder: Any, shell: Shell) -> list[MenuGroup]:
    shell.menu = menu_groups(builder)
    for extend in extenders():
        extend(shell)
    return shell.menu


def url_of(endpoint: str, otherwise: str) -> str:
    """The address of an endpoint, or `otherwise` while no room brings it."""
    try:
        return url_for(endpoint)
    except BuildError:
        return otherwise


def person() -> Person | None:
    """The signed-in person; None for visitors."""
    user: Any = g.get("user")
    if user is None or getattr(user, "is_anonymous", True):
        return None
    return Person(person_name(user), user.username)


def person_name(user: Any) -> str:
    """Family name first and without a blank where the name is Chinese."""
    first, last = (user.first_name or "").strip(), (user.last_name or "").strip()
    if first and last and not (first + last).isascii():
        return last + first
    return f"{first} {last}".strip() or str(user.username)


def languages(current: str) -> Iterator[Language]:
    """The configured languages in the order of the settings."""
    offered = current_app.config.get("LANGUAGES", {})
    urls = mounted("languages", lambda: {code: url_for("switch_language", code=code) for code in offered})
    for code, about in offered.items():
        tag = "zh-CN" if code == "zh" else code
        yield Language(tag, about["name"], urls[code], current.startswith(code))
