"""Colours as #rrggbb."""

from __future__ import annotations

import re
from typing import Any

from flask_babel import lazy_gettext as _l
from markupsafe import Markup, escape

from app.errors import Invalid
from fields import operators, sentences, storage
from fields.base import FieldType, Input
from models.wiring.nouns import Field

HINTS = re.compile(r"colou?r|颜色")
FULL = re.compile(r"#[0-9a-f]{6}", re.IGNORECASE)
ANY = re.compile(r"#([0-9a-f]{3}|[0-9a-f]{6})", re.IGNORECASE)


class Color(FieldType):
    kind = "color"
    label = _l("Colour")
    operators = operators.CODES

    def claim(self, field: Field) -> int:
        fits = storage.sql(field).name in {"char", "varchar"} and field.length in {7, 9}
        return 60 if fits and HINTS.search(storage.hints(field)) else 0

    def fits(self, field: Field, text: str) -> bool:
        """A browser's colour input has no empty state and knows six digits only."""
        return FULL.fullmatch(text) is not None

    def tidy(self, field: Field, text: str) -> str:
        """Browsers send small letters."""
        return text.lower()

    def parse(self, field: Field, text: str) -> Any:
        typed = text.strip()
        if not typed:
            return storage.blank(field)
        if not ANY.fullmatch(typed):
            raise Invalid(sentences.not_a_colour())
        return storage.fit_text(field, typed)

    def messages(self, field: Field) -> dict[str, str]:
        return {"pattern": sentences.not_a_colour()}

    def show(self, field: Field, value: Any) -> Markup:
        """A swatch, drawn without a style attribute, and the code."""
        text = self.text(field, value)
        if not ANY.fullmatch(text):
            return escape(text)
        return Markup(
            '<svg class="swatch" width="16" height="16" aria-hidden="true">'
            '<rect width="16" height="16" rx="3" fill="{0}"/></svg> {0}'
        ).format(text)

    def input(self, field: Field) -> Input:
        """A browser's colour input cannot be emptied, so it serves only columns that always have a colour."""
        if field.nullable:
            return Input(
                "text", {"pattern": r"\s*#([0-9a-fA-F]{3}|[0-9a-fA-F]{6})\s*", "class": "font-monospace"}
            )
        return Input("color", {})
