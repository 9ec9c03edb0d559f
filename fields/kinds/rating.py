"""A rating in stars; the setting "max" is the number of stars."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from app.errors import Invalid
from fields import numbers, sentences, storage
from fields.base import Input
from fields.kinds.integer import Integer
from fields.texts import text as _
from models.wiring.nouns import Field


def most(field: Field) -> int:
    """The number of stars."""
    return min(int(field.settings.get("max") or 5), 20)


class Rating(Integer):
    kind = "rating"
    label = _l("Rating")
    align = "start"

    def claim(self, field: Field) -> int:
        return 45 if field.settings.get("max") and storage.sql(field).family == "integer" else 0

    def parse(self, field: Field, text: str) -> Any:
        if not text.strip():
            return storage.blank(field)
        number = numbers.read_whole(text, storage.sql(field))
        if not 0 <= number <= most(field):
            raise Invalid(sentences.out_of_range(0, most(field)))
        return number

    def show(self, field: Field, value: Any) -> Markup:
        """Stars for the eye and words for a screen reader; odd values as they are."""
        if not isinstance(value, int) or not 0 <= value <= most(field):
            return super().show(field, value)
        words = _("%(stars)s of %(most)s", stars=value, most=most(field))
        stars = "★" * value + "☆" * (most(field) - value)
        return Markup('<span class="stars" role="img" aria-label="{0}" title="{0}">{1}</span>').format(
            words, stars
        )

    def input(self, field: Field) -> Input:
        blank = () if field.required else (("", "–"),)
        stars = ((str(n), f"{n} {'★' * n}") for n in range(most(field) + 1))
        return Input("select", {}, (*blank, *stars))
