"""What is compared with: typed values of a filter made into stored ones."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from app.errors import Invalid
from fields import moments, storage, type_of
from fields.texts import text as _
from models.wiring.nouns import Field

INSTANTS = frozenset({"datetime", "epoch"})
"""Kinds with a time of day, for which a day alone means all of it."""


def stored(field: Field, value: Any) -> Any:
    """The stored value of a typed one; what the kind would not accept may still stand in an old row. Raises Invalid."""
    if value is None or isinstance(value, list | Mapping):
        raise Invalid(_("This comparison takes a single value. Enter it again."))
    if value == "":
        return _blank(field)
    try:
        return type_of(field).from_json(field, value)
    except Invalid:
        odd = _odd_moment(field, str(value)) if storage.sql(field).family == "temporal" else ""
        if odd:
            return odd
        if storage.sql(field).family not in {"text", "integer"}:
            raise
        return _plainly(field, value)


def _odd_moment(field: Field, text: str) -> str:
    """Moments that nobody may type into a form and that old rows hold: days that are none, the ends of a TIMESTAMP."""
    tidy = moments.tidy_datetime(text)
    if moments.ODD.fullmatch(tidy):
        return tidy
    if storage.sql(field).name != "timestamp":
        return ""
    try:
        moment, _is_day = moments.read_datetime(text)
    except Invalid:
        return ""
    return moments.with_digits(moment.isoformat(" "), storage.sql(field).size or 0)


def _plainly(field: Field, value: Any) -> Any:
    """By the column alone; what its kind has to say is said where even that fails."""
    try:
        return storage.read(field, str(value))
    except Invalid:
        return type_of(field).from_json(field, value)


def at_midnight(field: Field, day: date) -> Any:
    """The stored value of the beginning of a day."""
    return type_of(field).parse(field, day.isoformat())


def day_alone(field: Field, value: Any) -> date | None:
    """The day, where a field with a time of day is compared with a text that names only the day."""
    if field.kind not in INSTANTS or not isinstance(value, str):
        return None
    try:
        moment, is_day = moments.read_datetime(value)
    except Invalid:
        return None
    return moment.date() if is_day else None


def _blank(field: Field) -> Any:
    if not storage.is_text(field):
        raise Invalid(_("This comparison needs a value. Enter one, or choose “is empty”."))
    return ""
