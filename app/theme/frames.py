"""Frames kept between requests: the menu of a person is the same until the person, a right, a wiring or the language changes.

What a frame depends on is its key, compared by identity where it is an object: rooms add theirs to `marks`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from dataclasses import replace
from typing import Any

from flask import current_app

from app.theme.menus import MenuGroup

MOST = 500


class Same:
    """An object as a part of a key: equal to itself alone, and held as long as the key is."""

    def __init__(self, one: object) -> None:
        self.one = one

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and other.one is self.one

    def __hash__(self) -> int:
        return id(self.one)


def marks() -> list[Callable[[], Hashable]]:
    """What frames depend on besides the account, its permissions and the language: append yours in `init_app`."""
    return current_app.extensions.setdefault("shell_marks", [])  # type: ignore[no-any-return]


def kept(key: Hashable, build: Callable[[], list[MenuGroup]]) -> list[MenuGroup]:
    """The menu under this key, built when it is not there."""
    held: dict[Hashable, list[MenuGroup]] = current_app.extensions.setdefault("shell_frames", {})
    found = held.get(key)
    if found is None:
        found = build()
        with _lock:
            if len(held) >= MOST:
                held.clear()
            held[key] = found
    return found


_lock = threading.Lock()


Places = frozenset[tuple[int, int]]
"""Entries of a menu: (number of the group, number in it)."""


def places(menu: list[MenuGroup], path: str) -> Places:
    """The entries that lead to this page."""
    return frozenset(
        (number, place)
        for number, group in enumerate(menu)
        for place, item in enumerate(group.items)
        if item.leads_to(path)
    )


def marked(menu: list[MenuGroup], here: Places) -> list[MenuGroup]:
    """The menu with these entries marked."""
    return [_group_marked(group, {p for n, p in here if n == number}) for number, group in enumerate(menu)]


def _group_marked(group: MenuGroup, here: set[int]) -> MenuGroup:
    if not here:
        return group
    items = [replace(item, active=number in here) for number, item in enumerate(group.items)]
    return replace(group, items=items)


def key_of(*parts: Any) -> Hashable:
    """One key out of what the frame itself knows and the marks of the rooms."""
    return (*parts, *(mark() for mark in marks()))
