"""Bit fields, BIT(1) to BIT(64), as digits 0 and 1."""

from __future__ import annotations

import re
from typing import Any

from flask_babel import lazy_gettext as _l

from app.errors import Invalid
from fields import operators, sentences, storage
from fields.base import FieldType, Input
from models.wiring.nouns import Field


def width(field: Field) -> int:
    """The number of bits."""
    return storage.sql(field).size or 1


class Bit(FieldType):
    kind = "bit"
    label = _l("Bits")
    operators = operators.CODES

    def claim(self, field: Field) -> int:
        return 50 if storage.sql(field).family == "bit" else 0

    def text(self, field: Field, value: Any) -> str:
        if isinstance(value, int) and 0 <= value < 2**64:
            return f"{value:0{width(field)}b}"
        return super().text(field, value)

    def parse(self, field: Field, text: str) -> Any:
        typed = "".join(text.split())
        if not typed:
            return storage.blank(field)
        if not re.fullmatch(r"[01]+", typed) or len(typed.lstrip("0")) > width(field):
            raise Invalid(sentences.not_bits(width(field)))
        return int(typed, 2)

    def input(self, field: Field) -> Input:
        return Input("text", {"inputmode": "numeric", "pattern": r"[01\s]+", "class": "font-monospace"})

    def messages(self, field: Field) -> dict[str, str]:
        return {"pattern": sentences.not_bits(width(field))}

    def to_json(self, field: Field, value: Any) -> Any:
        """The unsigned number."""
        return value

    def from_json(self, field: Field, value: Any) -> Any:
        if isinstance(value, int) and 0 <= value < 2 ** width(field):
            return int(value)
        return super().from_json(field, value)
