"""UUIDs as text, as MariaDB's own type, or as 16 bytes ({"swap": true} for UUID_TO_BIN(…, 1))."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l

from app.errors import Invalid
from fields import operators, sentences, storage
from fields.base import FieldType, Input
from models.wiring.nouns import Field

HINTS = re.compile(r"uuid|guid")


class Uuid(FieldType):
    kind = "uuid"
    label = _l("UUID")
    operators = operators.CODES

    def claim(self, field: Field) -> int:
        parsed = storage.sql(field)
        if parsed.name == "uuid":
            return 95
        sized = (parsed.name, parsed.size) in {("binary", 16), ("char", 36), ("char", 32), ("varchar", 36)}
        return 70 if sized and HINTS.search(storage.hints(field)) else 0

    def text(self, field: Field, value: Any) -> str:
        if not isinstance(value, bytes):
            return super().text(field, value)
        return str(UUID(bytes=unswapped(field, value))) if len(value) == 16 else value.hex()

    def parse(self, field: Field, text: str) -> Any:
        if not text.strip():
            return storage.blank(field)
        try:
            found = UUID(text.strip())
        except ValueError:
            raise Invalid(sentences.not_a_uuid()) from None
        if storage.sql(field).family == "binary":
            return swapped(field, found.bytes)
        return found.hex if field.length == 32 else _spelled(found, text.strip())

    def input(self, field: Field) -> Input:
        return Input("text", {"class": "font-monospace", "autocomplete": "off", "maxlength": 45})


def swapped(field: Field, raw: bytes) -> bytes:
    """The bytes as the column keeps them: with "swap" the time's high part comes first."""
    return raw[6:8] + raw[4:6] + raw[:4] + raw[8:] if field.settings.get("swap") else raw


def unswapped(field: Field, raw: bytes) -> bytes:
    """The bytes in a UUID's own order."""
    return raw[4:8] + raw[2:4] + raw[:2] + raw[8:] if field.settings.get("swap") else raw


def _spelled(found: UUID, typed: str) -> str:
    """Capital letters stay where the whole column has them: they were typed so."""
    return str(found).upper() if typed.upper() == typed and typed.lower() != typed else str(found)
