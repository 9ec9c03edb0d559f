"""Floating point numbers, kept bit for bit."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from fields import numbers, operators, sentences, storage
from fields.base import FieldType, Input
from models.wiring.nouns import Field


class Float(FieldType):
    kind = "float"
    label = _l("Floating point number")
    operators = operators.NUMBERS
    align = "end"

    def claim(self, field: Field) -> int:
        return 40 if storage.sql(field).family == "float" else 0

    def text(self, field: Field, value: Any) -> str:
        if isinstance(value, float):
            return numbers.float_text(value, storage.sql(field))
        return super().text(field, value)

    def parse(self, field: Field, text: str) -> Any:
        return numbers.read_float(text, storage.sql(field)) if text.strip() else storage.blank(field)

    def input(self, field: Field) -> Input:
        return Input(
            "number", {"inputmode": "text", "pattern": r"\s*[+\-−]?[0-9０-９,，.．]+([eE][+\-]?[0-9]+)?\s*"}
        )

    def to_json(self, field: Field, value: Any) -> Any:
        return value if isinstance(value, float) else super().to_json(field, value)

    def messages(self, field: Field) -> dict[str, str]:
        return {"pattern": sentences.not_a_number()}
