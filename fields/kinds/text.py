"""Text on one line: names, titles, short notes."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from fields import operators, storage
from fields.base import FieldType, Input
from models.wiring.nouns import Field


class Text(FieldType):
    kind = "text"
    label = _l("Text")
    operators = operators.TEXTS

    def claim(self, field: Field) -> int:
        if not storage.sql(field).name:
            return 20
        return 40 if storage.is_text(field) else 0

    def parse(self, field: Field, text: str) -> Any:
        return storage.fit_text(field, text) if text else storage.blank(field)

    def input(self, field: Field) -> Input:
        return Input("text", storage.text_attributes(field))

    def messages(self, field: Field) -> dict[str, str]:
        return storage.text_messages(field)
