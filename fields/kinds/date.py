"""Days, as the database writes them; zero and partial dates stay as they are."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from fields import moments, operators, sentences, storage
from fields.base import FieldType, Input
from models.wiring.nouns import Field


class Date(FieldType):
    kind = "date"
    label = _l("Date")
    operators = operators.MOMENTS

    def claim(self, field: Field) -> int:
        return 90 if storage.sql(field).name == "date" else 0

    def fits(self, field: Field, text: str) -> bool:
        return text == "" or moments.ISO_DATE.fullmatch(text) is not None

    def parse(self, field: Field, text: str) -> Any:
        return moments.read_date(text).isoformat() if text.strip() else storage.blank(field)

    def input(self, field: Field) -> Input:
        return Input("date", {"min": "0001-01-01", "max": "9999-12-31"})

    def messages(self, field: Field) -> dict[str, str]:
        return dict.fromkeys(("type", "min", "max"), sentences.not_a_date())
