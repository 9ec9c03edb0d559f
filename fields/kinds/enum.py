"""One of the values that the column's type lists; empty and illegal stored ones stay as they are."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from app.errors import Invalid
from fields import operators, sentences, storage
from fields.base import FieldType, Input
from fields.options import option_named, option_of
from models.wiring.nouns import Field


def members(field: Field) -> tuple[str, ...]:
    """The values that the type lists."""
    return storage.sql(field).arguments


def member_words(field: Field, member: str) -> str:
    """What a member is called: the settings may give labels as "options"."""
    found = option_of(field, member)
    return found.words if found else member


class Enum(FieldType):
    kind = "enum"
    label = _l("Choice")
    operators = operators.CODES

    def claim(self, field: Field) -> int:
        return 96 if storage.sql(field).name == "enum" else 0

    def words(self, field: Field, value: Any) -> str:
        text = self.text(field, value)
        return member_words(field, text) if text else ""

    def parse(self, field: Field, text: str) -> Any:
        if text == "" and (field.nullable or "" not in members(field)):
            return None if field.nullable else _refuse(field)
        named = option_named(field, text) if field.settings.get("options") else None
        found = _member(field, named.code if named else text)
        return _refuse(field) if found is None else found

    def input(self, field: Field) -> Input:
        blank = () if field.required else (("", "–"),)
        listed = ((one, member_words(field, one)) for one in members(field) if one or not blank)
        return Input("select", {}, (*blank, *listed))


def _member(field: Field, text: str) -> str | None:
    """The member as the type spells it; the server compares without case."""
    if text in members(field):
        return text
    return next((one for one in members(field) if one.casefold() == text.strip().casefold()), None)


def _refuse(field: Field) -> str:
    raise Invalid(sentences.not_an_option())
