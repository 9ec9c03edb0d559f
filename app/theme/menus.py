"""The entries of the menu and the groups that they stand in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext

from app.theme.fab_words import plain


@dataclass(frozen=True)
class MenuItem:
    """One entry. `count` is a short text such as "3"; `is_main` puts it into the phone's bottom bar."""

    label: str
    url: str
    icon: str = ""
    active: bool = False
    count: str = ""
    is_main: bool = False

    def leads_to(self, path: str) -> bool:
        """Is this the entry of a page? It is of its own page and of those below it."""
        below = self.url.rsplit("/list/", 1)[0] if "/list/" in self.url else self.url
        return bool(self.url) and (path == self.url or path.startswith(below.rstrip("/") + "/"))


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
    """One entry of FAB's menu."""
    return MenuItem(plain(gettext(str(entry.label))), entry.get_url(), entry.icon or "")
