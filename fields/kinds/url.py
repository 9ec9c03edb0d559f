"""Web addresses; only http and https ever become links."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from flask_babel import lazy_gettext as _l
from markupsafe import Markup, escape

from app.errors import Invalid
from fields import operators, sentences, storage
from fields.base import FieldType, Input
from models.wiring.nouns import Field

HINTS = re.compile(r"(^|[_ ])(url|uri|link|website|homepage|web ?site)($|[_ ])|网址|链接|主页")
BARE = re.compile(r"(www\.)?[\w-]+(\.[\w-]+)+(:\d+)?([/?#]\S*)?")


class Url(FieldType):
    kind = "url"
    label = _l("Web address")
    operators = (*operators.SAME, *operators.PARTS, *operators.EMPTY, *operators.NULLS)

    def claim(self, field: Field) -> int:
        fits = storage.sql(field).name == "varchar" and (field.length or 0) >= 20
        return 55 if fits and HINTS.search(storage.hints(field)) else 0

    def parse(self, field: Field, text: str) -> Any:
        typed = text.strip()
        if not typed:
            return storage.blank(field)
        if not target(typed) and not typed.startswith("/"):
            raise Invalid(sentences.not_a_link())
        return storage.fit_text(field, typed)

    def show(self, field: Field, value: Any) -> Markup:
        text = self.text(field, value)
        found = target(text)
        if not found:
            return escape(text)
        return Markup('<a href="{}" rel="noopener noreferrer nofollow" target="_blank">{}</a>').format(
            found, text
        )

    def input(self, field: Field) -> Input:
        return Input("text", {"inputmode": "url", "autocomplete": "off", **storage.text_attributes(field)})

    def messages(self, field: Field) -> dict[str, str]:
        return storage.text_messages(field)


def target(text: str) -> str:
    """Where a link may lead; "" for javascript:, data:, blanks and control characters, and texts that are no address."""
    if re.search(r"[\s\x00-\x20\x7f\\]", text):
        return ""
    try:
        parts = urlsplit(text)
    except ValueError:
        return ""
    if parts.scheme.lower() in {"http", "https"}:
        return text if parts.hostname else ""
    return f"https://{text}" if BARE.fullmatch(text) else ""
