"""Whatever no other kind knows: shown as it is, never edited."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from app.errors import Invalid
from fields import sentences
from fields.base import FieldType, Input
from models.wiring.nouns import Field


class Other(FieldType):
    kind = "other"
    label = _l("Other")
    operators = ("is_null", "not_null")

    def claim(self, field: Field) -> int:
        return 1

    def locked(self, field: Field) -> str:
        return "type"

    def parse(self, field: Field, text: str) -> Any:
        raise Invalid(sentences.read_only())

    def input(self, field: Field) -> Input:
        return Input("readonly", {})
