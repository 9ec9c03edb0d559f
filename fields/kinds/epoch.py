"""Instants kept as seconds since 1970 ({"unit": "ms"}: milliseconds), shown in the zone of the legacy system."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app, has_app_context
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from app.errors import Invalid
from fields import moments, operators, sentences, storage
from fields.base import FieldType, Input
from models.wiring.nouns import Field

HINTS = re.compile(
    r"(^|[_ ])(create|created|update|updated|add|modify|modified|login|expire|end|start|pay|begin)_?(time|at)($|[_ ])|timestamp"
)
LASTING = re.compile(r"超时|时长|有效期|间隔|(^|[_ ])(timeout|duration|interval)($|[_ ])")
"""Words for how long something lasts."""
HIGHEST = 253_402_300_800
"""Seconds until the year 10000."""


def zone(field: Field) -> ZoneInfo:
    """The setting "zone", else the zone of the legacy system."""
    known = current_app.config.get("BABEL_DEFAULT_TIMEZONE") if has_app_context() else None
    return ZoneInfo(str(field.settings.get("zone") or known or "UTC"))


def factor(field: Field) -> int:
    """Stored units in a second."""
    return 1000 if field.settings.get("unit") == "ms" else 1


def seconds_of(field: Field, moment: datetime) -> Decimal:
    """The exact number of seconds since 1970 of a moment; one without a zone is in the field's."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=zone(field))
    past = aware - datetime(1970, 1, 1, tzinfo=UTC)
    return Decimal(past.days * 86400 + past.seconds) + Decimal(past.microseconds).scaleb(-6)


class Epoch(FieldType):
    kind = "epoch"
    label = _l("Time as seconds since 1970")
    operators = operators.MOMENTS

    def claim(self, field: Field) -> int:
        if field.settings.get("unit") in {"s", "ms"} and storage.sql(field).family == "integer":
            return 95
        # A bigint may hold milliseconds: without a look at its values nobody knows.
        said = storage.hints(field)
        is_moment = HINTS.search(said) and not LASTING.search(said)
        return 55 if storage.sql(field).name == "int" and is_moment else 0

    def text(self, field: Field, value: Any) -> str:
        """2026-03-31 14:30:00; with its offset where the clock showed that time twice; 0 and odd values as they are."""
        number = storage.exact(value)
        if (
            number is None
            or not 0 < number / factor(field) < HIGHEST
            or number != number.quantize(Decimal(1))
        ):
            return super().text(field, value)
        whole, rest = divmod(int(number), factor(field))
        moment = datetime.fromtimestamp(whole, zone(field)).replace(
            microsecond=rest * 1_000_000 // factor(field)
        )
        local = moment.replace(tzinfo=None, fold=0)
        digits = "milliseconds" if rest else "seconds"
        if seconds_of(field, local) * factor(field) != number:
            return moment.isoformat(" ", digits)
        return local.isoformat(" ", digits)

    def tidy(self, field: Field, text: str) -> str:
        return moments.tidy_datetime(text)

    def fits(self, field: Field, text: str) -> bool:
        return moments.fits_browser(text)

    def parse(self, field: Field, text: str) -> Any:
        if not text.strip():
            return storage.blank(field) if field.nullable or field.required else storage.read(field, "0")
        if text.strip() == "0":
            return storage.read(field, "0")
        moment = _typed(text)
        stored = seconds_of(field, moment) * factor(field)
        if stored != stored.to_integral_value():
            raise Invalid(sentences.not_a_datetime())
        return storage.number(field, stored)

    def cell(self, field: Field, value: Any) -> Markup:
        text = self.text(field, value)
        if not moments.ISO_DATETIME.fullmatch(text):
            return self.show(field, value)
        return Markup('<span title="{}">{}</span>').format(text, text[:16])

    def input(self, field: Field) -> Input:
        return Input("datetime", {"step": 1, "max": "9999-12-31T23:59"})

    def messages(self, field: Field) -> dict[str, str]:
        return dict.fromkeys(("type", "max"), sentences.not_a_datetime())

    def to_json(self, field: Field, value: Any) -> Any:
        """The number that is stored."""
        return value

    def from_json(self, field: Field, value: Any) -> Any:
        """The stored number, or a time as text."""
        if isinstance(value, int) and not isinstance(value, bool):
            return storage.number(field, Decimal(value))
        return super().from_json(field, value)


def _typed(text: str) -> datetime:
    """What was typed; with an offset (as `text` writes it for doubled hours) it says exactly which instant."""
    if re.search(r"\d[+-]\d\d:\d\d$", text.strip()):
        try:
            return datetime.fromisoformat(text.strip())
        except ValueError:
            raise Invalid(sentences.not_a_datetime()) from None
    return moments.read_datetime(text)[0]
