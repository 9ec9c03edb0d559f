"""JSON, kept as the text that it is: numbers keep their digits and objects their order."""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn

from flask_babel import lazy_gettext as _l
from markupsafe import Markup, escape

from app.errors import Invalid
from fields import operators, sentences, storage
from fields.base import FieldType, Input
from fields.kinds.longtext import LongText
from models.wiring.nouns import Field

HINTS = re.compile(r"(^|[_ ])json($|[_ ])")
MOST_SHOWN = 100_000


class Json(FieldType):
    kind = "json"
    label = _l("JSON")
    operators = (*operators.PARTS, *operators.EMPTY, *operators.NULLS)

    def claim(self, field: Field) -> int:
        if storage.sql(field).family == "json" or field.settings.get("json"):
            return 95
        return 60 if storage.sql(field).family == "text" and HINTS.search(storage.hints(field)) else 0

    def parse(self, field: Field, text: str) -> Any:
        """The text as it was typed, once it is valid JSON."""
        if not text.strip():
            return storage.blank(field)
        try:
            json.loads(text, parse_constant=_refuse)
        except json.JSONDecodeError as error:
            raise Invalid(sentences.not_json(error.lineno, error.colno)) from None
        except RecursionError:
            raise Invalid(sentences.not_json(1, 1)) from None
        return storage.fit_text(field, text)

    def cell(self, field: Field, value: Any) -> Markup:
        return LongText().cell(field, value)

    def show(self, field: Field, value: Any) -> Markup:
        """Indented; a text that is not JSON as it is."""
        text = self.text(field, value)
        if not text:
            return Markup("")
        return Markup('<pre class="field-json">{}</pre>').format(escape(indented(text)))

    def input(self, field: Field) -> Input:
        return Input("textarea", {"rows": 6, "spellcheck": "false", "class": "font-monospace"})

    def from_json(self, field: Field, value: Any) -> Any:
        """Objects and lists are written as text; a text has to be JSON itself."""
        if isinstance(value, list | dict):
            return self.parse(field, json.dumps(value, ensure_ascii=False))
        return super().from_json(field, value)


def indented(text: str) -> str:
    """JSON with one entry a line and every number as it was written; other texts unchanged."""
    if len(text) > MOST_SHOWN:
        return text
    try:
        found = json.loads(
            text, parse_int=_Literal, parse_float=_Literal, parse_constant=_Literal, object_pairs_hook=_Pairs
        )
        return _written(found, "")
    except (ValueError, RecursionError):
        return text


class _Literal(str):
    """A number as it stands in the text."""

    __slots__ = ()


class _Pairs(list[tuple[str, Any]]):
    """An object with its order and its doubled names."""

    __slots__ = ()


def _written(value: Any, margin: str) -> str:
    if isinstance(value, _Literal):
        return str(value)
    if not isinstance(value, list) or not value:
        empty_object = isinstance(value, _Pairs)
        return "{}" if empty_object else json.dumps(value, ensure_ascii=False)
    deeper = margin + "  "
    if isinstance(value, _Pairs):
        lines = [f"{json.dumps(name, ensure_ascii=False)}: {_written(one, deeper)}" for name, one in value]
    else:
        lines = [_written(one, deeper) for one in value]
    left, right = "{}" if isinstance(value, _Pairs) else "[]"
    return left + "\n" + ",\n".join(deeper + line for line in lines) + "\n" + margin + right


def _refuse(_constant: str) -> NoReturn:
    raise Invalid(sentences.not_json(1, 1))
