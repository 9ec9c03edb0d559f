"""Text on its ground has a contrast of 4.5:1 or more in both themes (WCAG 2.1, 1.4.3), borders of fields 3:1."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TOKENS = Path(__file__).resolve().parents[3] / "app" / "theme" / "src" / "css" / "tokens.css"
PAIR = re.compile(r"--([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);")
THEMES = ("light", "dark")

GROUNDS = ("paper", "surface", "raised", "sunken", "hover")
WASHED = [(tone, f"{tone}-wash") for tone in ("accent", "good", "warn", "bad", "info")]
TEXTS = [
    *[(text, ground) for text in ("ink", "ink-soft") for ground in GROUNDS],
    *[
        (text, ground)
        for text in ("accent", "bad", "good", "warn")
        for ground in ("paper", "surface", "raised")
    ],
    *WASHED,
    *[("ink", wash) for _tone, wash in WASHED],
]


def tokens(theme: str) -> dict[str, str]:
    column = THEMES.index(theme)
    found = PAIR.findall(TOKENS.read_text(encoding="utf-8"))
    return {name: values[column] for name, *values in found} | {"white": "#ffffff"}


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.1 defines it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_the_measure_is_right() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("text", "ground"), TEXTS)
def test_text_can_be_read(theme: str, text: str, ground: str) -> None:
    colours = tokens(theme)
    assert contrast(colours[text], colours[ground]) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("fill", ["accent-fill", "accent-fill-hover", "bad-fill"])
def test_white_on_a_filled_button_can_be_read(theme: str, fill: str) -> None:
    assert contrast("#ffffff", tokens(theme)[fill]) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("ground", ["paper", "surface", "raised"])
def test_the_focus_ring_stands_out(theme: str, ground: str) -> None:
    colours = tokens(theme)
    assert contrast(colours["accent"], colours[ground]) >= 3
