"""Times of day and lengths of time, from -838:59:59 to 838:59:59."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from fields import moments, operators, sentences, storage
from fields.base import FieldType, Input
from models.wiring.nouns import Field


class Time(FieldType):
    kind = "time"
    label = _l("Time")
    operators = ("eq", "ne", *operators.ORDER, *operators.NULLS)

    def claim(self, field: Field) -> int:
        return 90 if storage.sql(field).name == "time" else 0

    def tidy(self, field: Field, text: str) -> str:
        """Seconds that nobody typed are zero."""
        return text + ":00" if text.count(":") == 1 else text

    def parse(self, field: Field, text: str) -> Any:
        if not text.strip():
            return storage.blank(field)
        return moments.with_digits(moments.read_duration(text), storage.sql(field).size or 0)

    def input(self, field: Field) -> Input:
        return Input(
            "text",
            {"pattern": r"\s*[\-−]?\d{1,3}[:：]\d{1,2}([:：]\d{1,2}(\.\d{1,6})?)?\s*", "autocomplete": "off"},
        )

    def messages(self, field: Field) -> dict[str, str]:
        return {"pattern": sentences.not_a_time()}
