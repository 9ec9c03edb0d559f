"""Short binary values, such as keys and hashes, as hexadecimal digits."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from fields import operators, sentences, storage
from fields.base import FieldType, Input
from models.wiring.nouns import Field


class Binary(FieldType):
    kind = "binary"
    label = _l("Bytes")
    operators = operators.CODES

    def claim(self, field: Field) -> int:
        return 40 if storage.sql(field).family == "binary" and not storage.sql(field).is_heavy else 0

    def parse(self, field: Field, text: str) -> Any:
        typed = "".join(text.split()).removeprefix("0x")
        if not typed:
            return b"" if not field.nullable and not field.required else storage.blank(field)
        return storage.read_bytes(field, typed)

    def input(self, field: Field) -> Input:
        return Input(
            "text", {"pattern": r"(\s*0x)?[0-9a-fA-F\s]*", "class": "font-monospace", "autocomplete": "off"}
        )

    def messages(self, field: Field) -> dict[str, str]:
        return {"pattern": sentences.not_hex(storage.sql(field).byte_limit)}
