"""Menus are kept by what they depend on, and belong to nobody else."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from app.theme import frames
from app.theme.menus import MenuGroup, MenuItem


@pytest.fixture(autouse=True)
def alone(app: Flask) -> Iterator[None]:
    with app.app_context():
        before = app.extensions.pop("shell_frames", None)
        yield
        app.extensions["shell_frames"] = before or {}


def menu(name: str) -> list[MenuGroup]:
    return [MenuGroup(name, name, [MenuItem("One", "/one/list/"), MenuItem("Two", "/two/")])]


def test_a_menu_is_built_once_for_a_key(app: Flask) -> None:
    built: list[str] = []

    def kept(key: str) -> str:
        return frames.kept(key, lambda: built.append(key) or menu(key))[0].name  # type: ignore[func-returns-value]

    assert [kept(key) for key in ("a", "b", "a", "b", "a")] == ["a", "b", "a", "b", "a"]
    assert built == ["a", "b"]


def test_objects_count_by_identity(app: Flask) -> None:
    first, second = [1], [1]
    assert frames.Same(first) == frames.Same(first)
    assert frames.Same(first) != frames.Same(second)
    found = frames.kept(("x", frames.Same(first)), lambda: menu("first"))
    assert frames.kept(("x", frames.Same(second)), lambda: menu("second")) != found


def test_the_entry_of_the_page_is_marked_and_the_kept_menu_is_not(app: Flask) -> None:
    kept = menu("m")
    for path, active in {
        "/one/show/1": [True, False],
        "/two/": [False, True],
        "/twofold/": [False, False],
    }.items():
        assert [item.active for item in frames.marked(kept, frames.places(kept, path))[0].items] == active
    assert not any(item.active for item in kept[0].items)


def test_no_more_are_kept_than_there_is_room_for(app: Flask) -> None:
    for number in range(frames.MOST + 10):
        frames.kept(number, lambda: menu("m"))
    assert len(app.extensions["shell_frames"]) <= frames.MOST
