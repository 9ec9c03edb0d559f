"""Codes with a meaning: from a dictionary table or a list in the settings."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from app.errors import Invalid
from fields import operators, sentences, storage
from fields.base import FieldType, Input
from fields.options import option_named, option_of, options
from models.wiring.nouns import Field


class Code(FieldType):
    kind = "code"
    label = _l("Code")
    operators = operators.CODES

    def claim(self, field: Field) -> int:
        return 95 if field.settings.get("options") or field.settings.get("dictionary") else 0

    def words(self, field: Field, value: Any) -> str:
        """The meaning; an unknown code as it is."""
        text = self.text(field, value)
        found = option_of(field, text) if text else None
        return found.words if found else text

    def parse(self, field: Field, text: str) -> Any:
        """Codes and unambiguous labels are understood; anything goes while the dictionary cannot be read."""
        if not text.strip():
            return storage.blank(field)
        if not options(field):
            return storage.read(field, text)
        found = option_named(field, text)
        if found is None:
            raise Invalid(sentences.not_an_option())
        return storage.read(field, found.code)

    def input(self, field: Field) -> Input:
        known = options(field)
        if not known:
            return Input("text", storage.text_attributes(field))
        blank = () if field.required else (("", "–"),)
        return Input("select", {}, (*blank, *((one.code, one.words) for one in known.values())))

    def to_csv(self, field: Field, value: Any) -> str:
        """The meaning where it can be read back, else the code."""
        text, words = self.text(field, value), self.words(field, value)
        found = option_named(field, words) if words else None
        return words if found and found.code == text else text
