"""What a person with a finger or a screen reader would stumble over on the page that is open, as sentences."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import axe_playwright_python.base
from playwright.sync_api import Page

HERE = Path(__file__).parent
GRAVE = {"serious", "critical"}
IDENTIFIER = re.compile(r"[A-Z0-9_./:-]+|[a-z0-9]+([_.][a-z0-9]+)+|\S*\d\S*")
SAME_IN_CHINESE = {"Veneer", "English", "Esc", "Enter", "Ctrl", "Excel"}
"""Names and keys; codes and columns are told by IDENTIFIER."""
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]


@cache
def script(name: str) -> str:
    """One of the scripts beside this file."""
    return (HERE / name).read_text(encoding="utf-8")


@cache
def axe_source() -> str:
    """axe-core as its package brings it."""
    return Path(axe_playwright_python.base.AXE_FILE_PATH).read_text(encoding="utf-8")


def misfits(page: Page, *, is_phone: bool) -> list[str]:
    """Whatever sticks out of the page's width or of its button; on a phone also controls under 44 px."""
    found = page.evaluate(script("measure.js"))
    wide = [f"{found['overflow']} px wider than the screen: {found['outside']}"] if found["overflow"] else []
    cut = [f"words are cut off, {one}" for one in found["cut"]]
    return wide + cut + ([f"too small to touch: {one}" for one in found["small"]] if is_phone else [])


def barriers(page: Page, *rules: str) -> list[str]:
    """axe-core's serious and critical findings; with `rules` only those are looked for."""
    if not page.evaluate("() => Boolean(window.axe)"):
        page.evaluate(axe_source())
    only = {"type": "rule", "values": list(rules)} if rules else {"type": "tag", "values": STANDARDS}
    found = page.evaluate("(only) => axe.run({ runOnly: only, resultTypes: ['violations'] })", only)
    return [sentence(one) for one in found["violations"] if one["impact"] in GRAVE]


def untranslated(page: Page) -> list[str]:
    """Texts of a Chinese page's controls and headings that are not in Chinese."""
    found = page.evaluate(script("untranslated.js"))
    return [f"not in Chinese: {text}" for text in found if not is_name(text)]


def is_name(text: str) -> bool:
    """Whether every word of a text is a name, a code or a column."""
    return all(word in SAME_IN_CHINESE or IDENTIFIER.fullmatch(word) for word in text.split())


def sentence(violation: dict[str, Any]) -> str:
    """A finding with the first places where it was seen."""
    places = [f"{node['html'][:160]} [{node['failureSummary'][:200]}]" for node in violation["nodes"][:3]]
    return f"{violation['impact']} {violation['id']} ({len(violation['nodes'])}×): {' | '.join(places)}"
