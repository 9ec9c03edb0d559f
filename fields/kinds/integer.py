"""Whole numbers of every size."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from fields import numbers, operators, sentences, storage
from fields.base import FieldType, Input
from models.wiring.nouns import Field


class Integer(FieldType):
    kind = "integer"
    label = _l("Whole number")
    operators = operators.NUMBERS
    align = "end"

    def claim(self, field: Field) -> int:
        return 40 if storage.sql(field).family == "integer" else 0

    def text(self, field: Field, value: Any) -> str:
        text = super().text(field, value)
        parsed = storage.sql(field)
        return text.zfill(parsed.size or 0) if text and parsed.zerofill else text

    def parse(self, field: Field, text: str) -> Any:
        return numbers.read_whole(text, storage.sql(field)) if text.strip() else storage.blank(field)

    def words(self, field: Field, value: Any) -> str:
        """Digits as they are: most whole numbers are ids; the setting "grouped" separates thousands."""
        if field.settings.get("grouped"):
            return numbers.grouped(value) if value is not None else ""
        return self.text(field, value)

    def input(self, field: Field) -> Input:
        low, _high = storage.sql(field).integer_range()
        return Input(
            "number", {"inputmode": "numeric" if low == 0 else "text", "pattern": numbers.WHOLE_PATTERN}
        )

    def to_json(self, field: Field, value: Any) -> Any:
        return value if isinstance(value, int) else super().to_json(field, value)

    def messages(self, field: Field) -> dict[str, str]:
        return {"pattern": sentences.not_a_whole_number()}
