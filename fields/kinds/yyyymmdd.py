"""Days kept as the number or the text 20260331; anything else that stands there stays as it is."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l

from fields import moments, operators, sentences, storage
from fields.base import FieldType, Input
from models.wiring.nouns import Field

HINTS = re.compile(
    r"(^|[_ ]|birth|start|end|begin|order|due|create|pay|hire|sign|expiry)date($|[_ ])|(^|[_ ])(ymd|birthday)($|[_ ])|(^|[_ ])[a-z]*rq($|[_ ])|日期|生日"
)

COUNTED = re.compile(r"天数|几天|[（(]天[）)]|days($|[_ ])")


class Yyyymmdd(FieldType):
    kind = "yyyymmdd"
    label = _l("Date as a number")
    operators = operators.MOMENTS

    def claim(self, field: Field) -> int:
        parsed = storage.sql(field)
        number = parsed.name in {"int", "mediumint", "integer"} or (parsed.name, parsed.scale) == (
            "decimal",
            0,
        )
        fits = number or (parsed.name in {"char", "varchar"} and field.length == 8)
        said = storage.hints(field)
        return 60 if fits and HINTS.search(said) and not COUNTED.search(said) else 0

    def text(self, field: Field, value: Any) -> str:
        """2026-03-31 for a real day, else what is stored."""
        text = super().text(field, value)
        return f"{text[:4]}-{text[4:6]}-{text[6:]}" if is_day(text) else text

    def fits(self, field: Field, text: str) -> bool:
        return text == "" or moments.ISO_DATE.fullmatch(text) is not None

    def parse(self, field: Field, text: str) -> Any:
        """A cleared field is NULL where that is allowed, else the setting "empty" (0 for numbers)."""
        if not text.strip():
            return self._empty(field)
        if text.strip() == str(field.settings.get("empty", 0)) and not storage.is_text(field):
            return storage.read(field, text)
        return storage.read(field, f"{moments.read_date(text):%Y%m%d}".zfill(8))

    def _empty(self, field: Field) -> Any:
        if field.nullable or field.required or storage.is_text(field):
            return storage.blank(field)
        return storage.read(field, str(field.settings.get("empty", 0)))

    def input(self, field: Field) -> Input:
        return Input("date", {"min": "1000-01-01", "max": "9999-12-31"})

    def messages(self, field: Field) -> dict[str, str]:
        return dict.fromkeys(("type", "min", "max"), sentences.not_a_date())


def is_day(text: str) -> bool:
    """Whether eight digits are a day of the calendar."""
    try:
        return (
            bool(re.fullmatch(r"[1-9]\d{7}", text))
            and date(int(text[:4]), int(text[4:6]), int(text[6:])) is not None
        )
    except ValueError:
        return False
