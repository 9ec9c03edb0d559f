"""The templates as text: short, whole, without scripts or styles of their own, and with ours before FAB's."""

from __future__ import annotations

import re
from pathlib import Path

import flask_appbuilder
import pytest
from flask import Flask

from app.theme.icons import known_names

ROOT = Path(__file__).resolve().parents[3]
TEMPLATES = ROOT / "app" / "theme" / "templates"
FAB = Path(flask_appbuilder.__file__).parent / "templates"
OURS = sorted(path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.html"))
THEIRS = sorted(path.relative_to(FAB).as_posix() for path in FAB.rglob("*.html"))
MOST_LINES = 60

INLINE = {
    "a script": re.compile(r"<script(?![^>]*\ssrc=)", re.IGNORECASE),
    "a style element": re.compile(r"<style\b", re.IGNORECASE),
    "a style attribute": re.compile(r"\sstyle=", re.IGNORECASE),
    "an event attribute": re.compile(r"\son[a-z]+=", re.IGNORECASE),
    "a javascript address": re.compile(r"javascript:", re.IGNORECASE),
    "jQuery": re.compile(r"\$\(|jquery", re.IGNORECASE),
    "Bootstrap 3": re.compile(r"data-toggle=|glyphicon|btn-default|panel-heading"),
}


def text_of(name: str) -> str:
    return re.sub(r"\{#.*?#\}", "", (TEMPLATES / name).read_text(encoding="utf-8"), flags=re.DOTALL)


@pytest.mark.parametrize("name", OURS)
def test_a_template_is_short_and_compiles(app: Flask, name: str) -> None:
    assert len((TEMPLATES / name).read_text(encoding="utf-8").splitlines()) < MOST_LINES
    assert app.jinja_env.get_template(name)


@pytest.mark.parametrize("name", OURS)
def test_a_template_holds_nothing_that_the_content_policy_refuses(name: str) -> None:
    assert [what for what, pattern in INLINE.items() if pattern.search(text_of(name))] == []


@pytest.mark.parametrize("name", THEIRS)
def test_every_template_of_fab_is_replaced(app: Flask, name: str) -> None:
    found = app.jinja_env.get_template(name).filename or ""
    assert Path(found).is_relative_to(TEMPLATES)


def test_every_icon_that_a_template_names_is_in_the_sprite() -> None:
    named = {icon for name in OURS for icon in re.findall(r"\bicon\(\"([a-z0-9-]+)\"", text_of(name))}
    assert named
    assert named - known_names() == set()


def test_the_sprite_only_has_icons_that_exist() -> None:
    icons = ROOT / "node_modules" / "@tabler" / "icons" / "icons"
    if not icons.exists():
        pytest.skip("The browser packages are not installed. Run make setup.")
    missing = [name for name in known_names() if not (icons / file_of(name)).exists()]
    assert missing == []


def file_of(name: str) -> str:
    return f"filled/{name.removesuffix('-filled')}.svg" if name.endswith("-filled") else f"outline/{name}.svg"
