"""What the frame around a page shows: menu, person, languages. Built once a request, from Flask-AppBuilder's menu."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from flask import current_app, g, request, url_for
from flask_babel import get_locale, gettext
from werkzeug.routing import BuildError

from app.theme.fab_words import plain

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
class MenuItem:
    """One entry. `count` is a short text such as "3"; `is_main` puts it into the phone's bottom bar."""

    label: str
    url: str
    icon: str = ""
    active: bool = False
    count: str = ""
    is_main: bool = False


@dataclass(frozen=True)
class MenuGroup:
    """Entries under a heading that folds; without a label they stand alone."""

    name: str
    label: str
    items: list[MenuItem]
    icon: str = ""

    @property
    def is_open(self) -> bool:
        """Short groups and the group of this page start open."""
        return len(self.items) <= 12 or any(item.active for item in self.items)


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
    factor_url: str = ""
    version: str = ""
    htmx_config: str = HTMX_CONFIG

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
        for extend in extenders():
            extend(g.shell)
    return g.shell  # type: ignore[no-any-return]


def extenders() -> list[Callable[[Shell], None]]:
    """Functions of other rooms that fill in the frame, such as the inbox's count: append yours in `init_app`."""
    return current_app.extensions.setdefault("shell", [])  # type: ignore[no-any-return]


def build_shell() -> Shell:
    """The frame from what Flask-AppBuilder knows; anonymous visitors get no menu."""
    builder = getattr(current_app, "appbuilder", None)
    user = person()
    return Shell(
        product=getattr(builder, "app_name", None) or "Veneer",
        language=str(get_locale() or "en"),
        user=user,
        languages=list(languages()),
        menu=menu_groups(builder) if builder and user else [],
        version=current_app.config.get("VERSION", ""),
        login_url=url_of("AuthDBView.login", "/login/"),
        logout_url=url_of("AuthDBView.logout", "/logout/"),
        profile_url=url_of("UserDBModelView.userinfo", "/users/userinfo/"),
        search_url=url_of("SearchView.search", "/search"),
        inbox_url=url_of("InboxView.inbox", ""),
        tokens_url=url_of("TokensView.list", ""),
        sessions_url=url_of("SessionsView.sessions", ""),
        factor_url=url_of("SecondFactorView.state", ""),
    )


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


def languages() -> Iterator[Language]:
    """The configured languages in the order of the settings."""
    current = str(get_locale() or "en")
    for code, about in current_app.config.get("LANGUAGES", {}).items():
        tag = "zh-CN" if code == "zh" else code
        yield Language(tag, about["name"], url_for("switch_language", code=code), current.startswith(code))


def menu_groups(builder: Any) -> list[MenuGroup]:
    """FAB's menu as groups of what this person may open; entries without a heading come first."""
    visible = builder.sm.has_access
    alone: list[MenuItem] = []
    groups: list[MenuGroup] = []
    for entry in builder.menu.get_list():
        if not (entry.should_render() and visible("menu_access", entry.name)):
            continue
        if entry.childs:
            items = [menu_item(e) for e in entry.childs if e.name != "-" and visible("menu_access", e.name)]
            groups.append(MenuGroup(entry.name, plain(gettext(str(entry.label))), items, entry.icon or ""))
        else:
            alone.append(menu_item(entry))
    leading = [MenuGroup("", "", alone)] if alone else []
    return leading + [group for group in groups if group.items]


def menu_item(entry: Any) -> MenuItem:
    """One entry of FAB's menu; it is active on its own page and on pages below it."""
    url = entry.get_url()
    below = url.rsplit("/list/", 1)[0] if "/list/" in url else url
    active = bool(url) and (request.path == url or request.path.startswith(below.rstrip("/") + "/"))
    return MenuItem(plain(gettext(str(entry.label))), url, entry.icon or "", active)
