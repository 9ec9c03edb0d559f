"""The facts of a record, drawn in Python: a page has dozens of them. All that is not Markup is escaped."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import gettext as _
from markupsafe import Markup, escape

from app.theme.icons import icon

WIDE = 90
"""Characters of a value that has a line of its own."""


@dataclass(frozen=True)
class Fact:
    """One value under its name. `behind` stands behind the value: the question that unmasks it."""

    label: str
    value: Markup
    help: str = ""
    behind: Markup | str = ""


def fact_list(facts: Iterable[Fact]) -> Markup:
    """<dl> with a line for each."""
    words = {"empty": escape(_("empty")), "sign": icon("help-circle")}
    lines = "\n".join(_line(fact, words) for fact in facts)
    return Markup(f'<dl class="facts">\n{lines}\n</dl>')  # noqa: S704 every part is escaped where it is put in


def _line(fact: Fact, words: dict[str, Markup]) -> str:
    shown = escape(fact.value)
    wide = " fact-wide" if _is_long(shown) else ""
    if not shown or shown.isspace():
        shown = Markup('<span class="fact-empty" aria-label="{}">–</span>').format(words["empty"])
    named = f"{escape(fact.label)}{_helped(fact.help, words) if fact.help else ''}"
    return f'<div class="fact{wide}"><dt>{named}</dt><dd>{shown}{escape(fact.behind)}</dd></div>'


def _is_long(shown: Markup) -> bool:
    return len(shown) > WIDE and len(shown.striptags()) > WIDE


def _helped(words_of_help: str, words: dict[str, Markup]) -> str:
    said = escape(words_of_help)
    sign = f'{words["sign"]}<span class="visually-hidden">{said}</span>'
    return f' <span class="fact-help" title="{said}">{sign}</span>'
