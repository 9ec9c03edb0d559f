"""Paths of files, shown as they are; with the setting "base" (a web address) they are links."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from fields import operators, storage
from fields.base import FieldType, Input
from fields.kinds.url import target
from models.wiring.nouns import Field

HINTS = re.compile(r"(^|[_ ])(file|dir|folder)?_?path($|[_ ])|路径")


class Filepath(FieldType):
    kind = "filepath"
    label = _l("File path")
    operators = (*operators.SAME, *operators.PARTS, *operators.EMPTY, *operators.NULLS)

    def claim(self, field: Field) -> int:
        fits = storage.sql(field).name == "varchar" and (field.length or 0) >= 50
        return 55 if fits and HINTS.search(storage.hints(field)) else 0

    def parse(self, field: Field, text: str) -> Any:
        return storage.fit_text(field, text) if text else storage.blank(field)

    def show(self, field: Field, value: Any) -> Markup:
        text = self.text(field, value)
        if not text:
            return Markup("")
        base = target(str(field.settings.get("base") or ""))
        if not base:
            return Markup('<code class="field-path">{}</code>').format(text)
        where = f"{base.rstrip('/')}/{quote(text.replace(chr(92), '/').lstrip('/'))}"
        return Markup('<a href="{}" rel="noopener noreferrer" target="_blank">{}</a>').format(where, text)

    def input(self, field: Field) -> Input:
        return Input("text", {"class": "font-monospace", **storage.text_attributes(field)})

    def messages(self, field: Field) -> dict[str, str]:
        return storage.text_messages(field)
