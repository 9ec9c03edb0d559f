"""The key of a related record: chosen by search, shown by the related record's title."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from fields import operators, storage
from fields.base import FieldType, Input
from models.wiring.nouns import Field


class Relation(FieldType):
    kind = "relation"
    label = _l("Related record")
    operators = operators.CODES

    def claim(self, field: Field) -> int:
        return 97 if field.settings.get("relation") else 0

    def parse(self, field: Field, text: str) -> Any:
        """The key as it is stored; whether the record exists and is in reach is the guard's to say."""
        return storage.read(field, text)

    def input(self, field: Field) -> Input:
        return Input("relation", storage.text_attributes(field))
