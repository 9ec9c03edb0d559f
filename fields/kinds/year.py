"""Years, 1901 to 2155, and the year 0000 of old records."""

from __future__ import annotations

import re
from typing import Any

from flask_babel import lazy_gettext as _l

from app.errors import Invalid
from fields import moments, operators, sentences, storage
from fields.base import FieldType, Input
from models.wiring.nouns import Field


class Year(FieldType):
    kind = "year"
    label = _l("Year")
    operators = operators.NUMBERS

    def claim(self, field: Field) -> int:
        return 95 if storage.sql(field).name == "year" else 0

    def text(self, field: Field, value: Any) -> str:
        return f"{value:04}" if isinstance(value, int) else super().text(field, value)

    def parse(self, field: Field, text: str) -> Any:
        typed = moments.simplify(text).removesuffix("年")
        if not typed:
            return storage.blank(field)
        year = int(typed) if re.fullmatch(r"\d{4}", typed) else -1
        if year and not 1901 <= year <= 2155:
            raise Invalid(sentences.not_a_year())
        return year

    def input(self, field: Field) -> Input:
        return Input("number", {"inputmode": "numeric", "pattern": r"\s*\d{4}年?\s*", "maxlength": 8})

    def messages(self, field: Field) -> dict[str, str]:
        return {"pattern": sentences.not_a_year()}
