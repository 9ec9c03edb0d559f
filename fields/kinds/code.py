"""Codes with a meaning: from a dictionary table or a list in the settings."""

from __future__ import annotations

from collections.abc import Iterator
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
    operators = (*operators.CODES, "has")

    def claim(self, field: Field) -> int:
        return 95 if field.settings.get("options") or field.settings.get("dictionary") else 0

    def tidy(self, field: Field, text: str) -> str:
        """The order of several codes means nothing."""
        return ",".join(sorted(text.split(","))) if field.settings.get("several") else text

    def words(self, field: Field, value: Any) -> str:
        """The meaning, also of several codes between commas; an unknown code as it is."""
        text = self.text(field, value)
        found = option_of(field, text) if text else None
        if found:
            return found.words
        parts = [option_of(field, part) for part in text.split(",")] if "," in text else []
        return ", ".join(part.words for part in parts if part) if parts and all(parts) else text

    def parse(self, field: Field, text: str) -> Any:
        """Codes and unambiguous labels are understood; anything goes while the dictionary cannot be read."""
        if not text.strip():
            return storage.blank(field)
        if not options(field):
            return storage.read(field, text)
        return storage.read(field, ",".join(self._codes(field, text)))

    def _codes(self, field: Field, text: str) -> Iterator[str]:
        """The codes that were typed: one, or with the setting "several" any number between commas."""
        for part in text.split(",") if field.settings.get("several") else [text]:
            found = option_named(field, part.strip()) if part.strip() else None
            if part.strip() and found is None:
                raise Invalid(sentences.not_an_option())
            if found:
                yield found.code

    def input(self, field: Field) -> Input:
        known = options(field)
        if not known:
            return Input("text", storage.text_attributes(field))
        if field.settings.get("several"):
            return Input("multiselect", {}, tuple((one.code, one.words) for one in known.values()))
        blank = () if field.required else (("", "–"),)
        return Input("select", {}, (*blank, *((one.code, one.words) for one in known.values())))

    def to_csv(self, field: Field, value: Any) -> str:
        """The meaning where it can be read back, else the code."""
        text, words = self.text(field, value), self.words(field, value)
        found = option_named(field, words) if words and not field.settings.get("several") else None
        return words if found and found.code == text else text
