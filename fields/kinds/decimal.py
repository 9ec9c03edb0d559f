"""Exact numbers with digits behind the point."""

from __future__ import annotations

from decimal import Decimal as Number
from typing import Any

from flask_babel import lazy_gettext as _l

from fields import numbers, operators, sentences, storage
from fields.base import FieldType, Input
from models.wiring.nouns import Field


class Decimal(FieldType):
    kind = "decimal"
    label = _l("Decimal number")
    operators = operators.NUMBERS
    align = "end"

    def claim(self, field: Field) -> int:
        return 40 if storage.sql(field).family == "decimal" else 0

    def text(self, field: Field, value: Any) -> str:
        return f"{value:f}" if isinstance(value, Number) else super().text(field, value)

    def parse(self, field: Field, text: str) -> Any:
        return storage.number(field, numbers.read_decimal(text)) if text.strip() else storage.blank(field)

    def words(self, field: Field, value: Any) -> str:
        """Thousands separated; zeros at the end only as far as the setting "digits" asks for them."""
        return "" if value is None else numbers.grouped(value, int(field.settings.get("digits") or 0))

    def input(self, field: Field) -> Input:
        return Input("number", {"inputmode": "decimal", "pattern": numbers.DECIMAL_PATTERN})

    def messages(self, field: Field) -> dict[str, str]:
        return {"pattern": sentences.not_a_number()}
