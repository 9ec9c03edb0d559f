"""Any number of the values that the column's type lists."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from app.errors import Invalid
from fields import operators, sentences, storage
from fields.base import FieldType, Input
from fields.kinds.enum import member_words, members
from models.wiring.nouns import Field


class Set(FieldType):
    kind = "set"
    label = _l("Several choices")
    operators = ("has", *operators.CODES, *operators.EMPTY)

    def claim(self, field: Field) -> int:
        return 96 if storage.sql(field).name == "set" else 0

    def words(self, field: Field, value: Any) -> str:
        return ", ".join(member_words(field, one) for one in self.text(field, value).split(",") if one)

    def parse(self, field: Field, text: str) -> Any:
        """Members between commas, put into the type's order; none at all is an empty set where NULL is not allowed."""
        chosen = {part.strip() for part in text.split(",")} - {""}
        if not chosen:
            return None if field.nullable else ""
        by_name = {one.casefold(): one for one in members(field)}
        if any(one.casefold() not in by_name for one in chosen):
            raise Invalid(sentences.not_an_option())
        wanted = {by_name[one.casefold()] for one in chosen}
        return ",".join(one for one in members(field) if one in wanted)

    def input(self, field: Field) -> Input:
        return Input("multiselect", {}, tuple((one, member_words(field, one)) for one in members(field)))

    def to_json(self, field: Field, value: Any) -> Any:
        """A list of members."""
        return None if value is None else [one for one in self.text(field, value).split(",") if one]

    def from_json(self, field: Field, value: Any) -> Any:
        if isinstance(value, list) and all(isinstance(one, str) and "," not in one for one in value):
            return self.parse(field, ",".join(value)) if value else ""
        return super().from_json(field, value)
