"""Shares in percent; the setting {"stored": "fraction"} means that 0.15 is kept for 15%."""

from __future__ import annotations

import re
from typing import Any

from flask_babel import lazy_gettext as _l

from fields import numbers, storage
from fields.kinds.decimal import Decimal
from fields.kinds.money import shifted
from models.wiring.nouns import Field

HINTS = re.compile(r"percent|(^|[_ ])pct($|[_ ])|百分比|百分率")


def places(field: Field) -> int:
    """By how many digits the shown number is larger than the stored one."""
    return 2 if field.settings.get("stored") == "fraction" else 0


class Percent(Decimal):
    kind = "percent"
    label = _l("Percent")

    def claim(self, field: Field) -> int:
        wanted = storage.sql(field).family in {"decimal", "float", "integer"}
        return 55 if wanted and HINTS.search(storage.hints(field)) else 0

    def text(self, field: Field, value: Any) -> str:
        exact = storage.exact(value)
        return super().text(field, value) if exact is None else f"{shifted(exact, places(field)):f}"

    def parse(self, field: Field, text: str) -> Any:
        if not text.strip():
            return storage.blank(field)
        plain = numbers.simplify(text).removesuffix("%")
        return storage.number(field, shifted(numbers.read_decimal(plain), -places(field)))

    def words(self, field: Field, value: Any) -> str:
        exact = storage.exact(value)
        if exact is None:
            return self.text(field, value)
        return numbers.grouped(shifted(exact, places(field)), int(field.settings.get("digits") or 0)) + "%"
