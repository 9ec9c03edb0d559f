"""What one role lets out at most, as a form: whole numbers, empty for what the settings say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import format_decimal
from flask_babel import gettext as _

from app.errors import Invalid
from app.extensions import services
from models.allowances import KINDS
from models.grants_document import HIGHEST
from views.rights.words import limit_names


@dataclass(frozen=True)
class LimitLine:
    """One number of the form; `usual` is what holds without it."""

    name: str
    label: str
    text: str
    usual: str


def texts_of(entry: Mapping[str, Any]) -> dict[str, str]:
    """The texts of the form for what is kept."""
    return {name: str(number) for name, number in entry.items()}


def entry_of(texts: Mapping[str, str]) -> dict[str, int]:
    """What the texts say. Raises Invalid with a sentence for each field that is wrong."""
    typed = {name: texts.get(name, "").strip().replace(",", "") for name in KINDS}
    wrong = {
        name: _("Write a whole number, 0 or more, or leave it empty.")
        for name, text in typed.items()
        if not _fits(text)
    }
    if wrong:
        raise Invalid(_("Some limits need another look. Correct them, then save again."), fields=wrong)
    return {name: int(text) for name, text in typed.items() if text}


def _fits(text: str) -> bool:
    return not text or (text.isascii() and text.isdecimal() and len(text) <= 13 and int(text) <= HIGHEST)


def lines(texts: Mapping[str, str]) -> list[LimitLine]:
    """The fields of the form."""
    config = services().config
    return [
        LimitLine(name, words, texts.get(name, ""), format_decimal(KINDS[name].setting(config)))
        for name, words in limit_names().items()
    ]
