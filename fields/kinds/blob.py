"""Files and other large binary values: pages know their size, the content is downloaded."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from app.errors import Invalid
from fields import operators, sentences, storage
from fields.base import FieldType, Input
from fields.texts import text as _
from models.wiring.nouns import Field

UNITS = ("bytes", "kB", "MB", "GB")


class Blob(FieldType):
    """The stored value as pages read it is the size in bytes (int)."""

    kind = "blob"
    label = _l("File")
    operators = operators.NULLS
    is_heavy = True

    def claim(self, field: Field) -> int:
        return 60 if storage.sql(field).family == "binary" and storage.sql(field).is_heavy else 0

    def locked(self, field: Field) -> str:
        return "blob"

    def text(self, field: Field, value: Any) -> str:
        size = len(value) if isinstance(value, bytes) else value
        return "" if size is None else str(size)

    def words(self, field: Field, value: Any) -> str:
        """The size for people: "12.4 kB"."""
        text = self.text(field, value)
        return size_words(int(text)) if text.isdigit() else text

    def parse(self, field: Field, text: str) -> Any:
        raise Invalid(sentences.read_only())

    def input(self, field: Field) -> Input:
        return Input("readonly", {})

    def to_json(self, field: Field, value: Any) -> Any:
        """The size in bytes."""
        text = self.text(field, value)
        return {"size": int(text)} if text.isdigit() else None

    def to_csv(self, field: Field, value: Any) -> str:
        return self.words(field, value)


def size_words(size: int) -> str:
    """A number of bytes for people, in powers of a thousand."""
    if size < 1000:
        return _("%(number)s bytes", number=size)
    number, unit = size / 1000, 1
    while number >= 1000 and unit < len(UNITS) - 1:
        number, unit = number / 1000, unit + 1
    return f"{number:,.1f} {UNITS[unit]}"
