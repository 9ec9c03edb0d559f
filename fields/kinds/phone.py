"""Telephone numbers, kept as they were typed; a number that can be dialled is a link."""

from __future__ import annotations

import re
from typing import Any

import phonenumbers
from flask_babel import lazy_gettext as _l
from markupsafe import Markup, escape

from app.errors import Invalid
from fields import operators, sentences, storage
from fields.base import FieldType, Input
from models.masking import STARS, mask_text
from models.wiring.nouns import Field

HINTS = re.compile(
    r"(^|[_ ])(phone|mobile|tel|telephone|fax|cellphone|msisdn)($|[_ ]|no|num)|phone($|[_ ])|手机|电话|传真"
)
ALLOWED = re.compile(r"[\d\s()（）+＋./\-–—#*,;、，；转xXextEXT分机]{3,}")
DEFAULT_REGION = "CN"


class Phone(FieldType):
    kind = "phone"
    label = _l("Telephone")
    operators = (*operators.SAME, *operators.PARTS, *operators.EMPTY, *operators.NULLS)

    def claim(self, field: Field) -> int:
        fits = storage.sql(field).name in {"char", "varchar"} and 7 <= (field.length or 0) <= 255
        return 60 if fits and HINTS.search(storage.hints(field)) else 0

    def parse(self, field: Field, text: str) -> Any:
        typed = text.strip()
        if not typed:
            return storage.blank(field)
        figures = sum(one.isdigit() for one in typed)
        if not ALLOWED.fullmatch(typed) or not 3 <= figures <= 40:
            raise Invalid(sentences.not_a_phone())
        return storage.fit_text(field, typed)

    def mask(self, field: Field, value: Any) -> str:
        """The first three and the last four characters; of a short number the last two."""
        text = str(value).strip()
        return mask_text(text) if len(text) >= 8 else STARS + text[-2:]

    def cell(self, field: Field, value: Any) -> Markup:
        """A tel: link when the whole text is one number."""
        text = self.text(field, value)
        dialled = dial(field, text)
        return Markup('<a href="tel:{}">{}</a>').format(dialled, text) if dialled else escape(text)

    def show(self, field: Field, value: Any) -> Markup:
        return self.cell(field, value)

    def input(self, field: Field) -> Input:
        return Input("text", {"inputmode": "tel", "autocomplete": "off", **storage.text_attributes(field)})

    def messages(self, field: Field) -> dict[str, str]:
        return storage.text_messages(field)


def dial(field: Field, text: str) -> str:
    """The number as telephones dial it; "" when the text is not exactly one possible number."""
    if not re.fullmatch(r"[+＋]?[\d\s()（）./–—-]+", text):
        return ""
    try:
        found = phonenumbers.parse(text, str(field.settings.get("region") or DEFAULT_REGION))
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(found) or len(text) > 40:
        return ""
    return str(phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.RFC3966)).removeprefix("tel:")
