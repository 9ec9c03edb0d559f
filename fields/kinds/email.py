"""E-mail addresses."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

from flask_babel import lazy_gettext as _l
from markupsafe import Markup, escape

from app.errors import Invalid
from fields import operators, sentences, storage
from fields.base import FieldType, Input
from models.wiring.nouns import Field

HINTS = re.compile(r"e-?mail($|[_ ])|(^|[_ ])mail($|[_ ]|addr)|邮箱|电子邮件")
ABOUT = re.compile(
    r"标题|主题|内容|参数|模板|服务器|端口|密码|验证码|(^|[_ ])(host|port|title|subject|params|template)($|[_ ])"
)
"""Words for what belongs to mails and is no address."""
ADDRESS = re.compile(r"[^\s@<>()\[\],;:\"\\]+@[^\s@<>()\[\],;:\"\\.]+(\.[^\s@<>()\[\],;:\"\\.]+)*")


class Email(FieldType):
    kind = "email"
    label = _l("E-mail")
    operators = (*operators.SAME, *operators.PARTS, *operators.EMPTY, *operators.NULLS)

    def claim(self, field: Field) -> int:
        fits = storage.sql(field).name == "varchar" and (field.length or 0) <= 320
        said = storage.hints(field)
        return 60 if fits and HINTS.search(said) and not ABOUT.search(said) else 0

    def parse(self, field: Field, text: str) -> Any:
        typed = text.strip()
        if not typed:
            return storage.blank(field)
        if not ADDRESS.fullmatch(typed):
            raise Invalid(sentences.not_an_email())
        return storage.fit_text(field, typed)

    def show(self, field: Field, value: Any) -> Markup:
        """A mailto: link for one address; anything else as it is."""
        text = self.text(field, value)
        if not ADDRESS.fullmatch(text):
            return escape(text)
        return Markup('<a href="mailto:{}">{}</a>').format(quote(text, safe="@"), text)

    def input(self, field: Field) -> Input:
        return Input("text", {"inputmode": "email", "autocomplete": "off", **storage.text_attributes(field)})

    def messages(self, field: Field) -> dict[str, str]:
        return storage.text_messages(field)
