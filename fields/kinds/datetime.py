"""Date and time, as the database writes them, without any change of zone."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from app.errors import Invalid
from fields import moments, operators, sentences, storage
from fields.base import FieldType, Input
from models.wiring.nouns import Field

TIMESTAMP_RANGE = (datetime(1970, 1, 2), datetime(2038, 1, 18))  # noqa: DTZ001 the column has no zone
"""A day inside the server's own limits, so that they hold in every zone of a session."""


class Datetime(FieldType):
    kind = "datetime"
    label = _l("Date and time")
    operators = operators.MOMENTS

    def claim(self, field: Field) -> int:
        return 90 if storage.sql(field).name in {"datetime", "timestamp"} else 0

    def tidy(self, field: Field, text: str) -> str:
        return moments.tidy_datetime(text)

    def fits(self, field: Field, text: str) -> bool:
        return moments.fits_browser(text)

    def parse(self, field: Field, text: str) -> Any:
        if not text.strip():
            return storage.blank(field)
        moment, _day_only = moments.read_datetime(text)
        parsed = storage.sql(field)
        low, high = TIMESTAMP_RANGE
        if parsed.name == "timestamp" and not low <= moment <= high:
            raise Invalid(sentences.date_out_of_range())
        return moments.with_digits(moment.isoformat(" "), parsed.size or 0)

    def words(self, field: Field, value: Any) -> str:
        """Without zeros behind the seconds."""
        return moments.tidy_datetime(self.text(field, value))

    def cell(self, field: Field, value: Any) -> Markup:
        """Without the seconds, which stand in the title."""
        text = self.words(field, value)
        if not moments.ISO_DATETIME.fullmatch(text):
            return self.show(field, value)
        return Markup('<span title="{}">{}</span>').format(text, text[:16])

    def input(self, field: Field) -> Input:
        digits = storage.sql(field).size or 0
        step = f"{10**-digits:.{digits}f}" if 0 < digits <= 3 else 1
        return Input("datetime", {"step": step, "max": "9999-12-31T23:59"})

    def messages(self, field: Field) -> dict[str, str]:
        return dict.fromkeys(("type", "min", "max"), sentences.not_a_datetime())

    def to_json(self, field: Field, value: Any) -> Any:
        """ISO 8601 where it is a real time, the stored text where it is an odd one."""
        return value.replace(" ", "T") if isinstance(value, str) and self._is_real(value) else value

    def _is_real(self, text: str) -> bool:
        try:
            datetime.fromisoformat(text)
        except ValueError:
            return False
        return len(text) >= 19
