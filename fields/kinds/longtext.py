"""Text of many lines: remarks, descriptions, addresses."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from markupsafe import Markup, escape

from fields import operators, storage
from fields.base import FieldType, Input
from models.wiring.nouns import Field

CELL_CHARACTERS = 80
LONG_NAMES = {"tinytext", "text", "mediumtext", "longtext"}


class LongText(FieldType):
    kind = "longtext"
    label = _l("Long text")
    operators = (*operators.PARTS, *operators.EMPTY, *operators.NULLS)

    def claim(self, field: Field) -> int:
        parsed = storage.sql(field)
        if parsed.family != "text" or parsed.name in {"enum", "set"}:
            return 0
        return 50 if parsed.name in LONG_NAMES or (field.length or 0) > storage.SHORT else 10

    def parse(self, field: Field, text: str) -> Any:
        return storage.fit_text(field, text) if text else storage.blank(field)

    def cell(self, field: Field, value: Any) -> Markup:
        """The beginning, on one line."""
        words = self.words(field, value)
        line = " ".join(words[: CELL_CHARACTERS * 4].split())
        cut = len(line) > CELL_CHARACTERS or len(words) > CELL_CHARACTERS * 4
        return escape(line[:CELL_CHARACTERS] + "…" if cut else line)

    def show(self, field: Field, value: Any) -> Markup:
        """The whole text with its lines."""
        if not value:
            return Markup("")
        return Markup('<div class="field-lines">{}</div>').format(self.words(field, value))

    def input(self, field: Field) -> Input:
        return Input("textarea", {"rows": 4, **storage.text_attributes(field)})

    def messages(self, field: Field) -> dict[str, str]:
        return storage.text_messages(field)
