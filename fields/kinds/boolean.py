"""Yes or no, in a number or a bit; the settings may name other stored values than 1 and 0."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from app.errors import Invalid
from fields import operators, sentences, storage
from fields.base import FieldType, Input
from fields.options import option_of
from fields.texts import text as _
from models.wiring.nouns import Field

YES = {"yes", "y", "true", "t", "1", "on", "是", "真", "对", "有"}
NO = {"no", "n", "false", "f", "0", "off", "否", "假", "错", "无"}


class Boolean(FieldType):
    kind = "boolean"
    label = _l("Yes or no")
    operators = ("is_true", "is_false", "eq", "ne", *operators.NULLS)

    def claim(self, field: Field) -> int:
        parsed = storage.sql(field)
        short = (parsed.name, parsed.size or 1) in {("tinyint", 1), ("bit", 1)}
        return 90 if short and (parsed.arguments or parsed.name == "bit") else 0

    def stored(self, field: Field, answer: bool) -> Any:
        """The stored value of yes and of no."""
        return storage.read(field, str(field.settings.get("true" if answer else "false", "01"[answer])))

    def answer(self, field: Field, value: Any) -> bool | None:
        """What a stored value means; None for NULL and for values that mean neither."""
        text = self.text(field, value)
        for answer in (True, False):
            if text and text == self.text(field, self.stored(field, answer)):
                return answer
        return None

    def words(self, field: Field, value: Any) -> str:
        answer = self.answer(field, value)
        if answer is None:
            return self.text(field, value)
        named = option_of(field, self.text(field, value)) if field.settings.get("options") else None
        return named.words if named else self._said(answer)

    def parse(self, field: Field, text: str) -> Any:
        """Stored values are understood before words, since 1 may well mean no."""
        wanted = text.strip()
        if not wanted:
            return storage.blank(field)
        for answer in (True, False):
            if wanted == self.text(field, self.stored(field, answer)):
                return self.stored(field, answer)
        low = wanted.casefold()
        if low not in YES | NO:
            raise Invalid(sentences.not_yes_or_no())
        return self.stored(field, low in YES)

    def fits(self, field: Field, text: str) -> bool:
        """A select keeps an odd value as an option of its own; a checkbox cannot."""
        return True

    def input(self, field: Field) -> Input:
        values = [self.stored(field, True), self.stored(field, False)]
        yes_no = tuple((self.text(field, value), self.words(field, value)) for value in values)
        if field.nullable or field.settings.get("options"):
            return Input("select", {}, (("", "–"), *yes_no) if not field.required else yes_no)
        return Input("checkbox", {}, yes_no)

    def to_json(self, field: Field, value: Any) -> Any:
        answer = self.answer(field, value)
        return super().to_json(field, value) if answer is None else answer

    def from_json(self, field: Field, value: Any) -> Any:
        return self.stored(field, value) if isinstance(value, bool) else super().from_json(field, value)

    def to_csv(self, field: Field, value: Any) -> str:
        """In words where they can be read back."""
        answer = self.answer(field, value)
        return self.text(field, value) if answer is None else self._said(answer)

    def _said(self, answer: bool) -> str:
        return _("Yes") if answer else _("No")
