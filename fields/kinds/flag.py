"""Yes or no as a letter or digit in a text column: Y and N, 1 and 0, T and F by the settings."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from fields import storage
from fields.kinds.boolean import Boolean
from models.wiring.nouns import Field


class Flag(Boolean):
    kind = "flag"
    label = _l("Yes or no (letter)")

    def claim(self, field: Field) -> int:
        return 97 if {"true", "false"} <= set(field.settings) and storage.is_text(field) else 0

    def stored(self, field: Field, answer: bool) -> Any:
        return str(field.settings.get("true" if answer else "false", "NY"[answer]))
