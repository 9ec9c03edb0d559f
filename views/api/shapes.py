"""Records as JSON and JSON as stored values, by each field's kind."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from flask import request
from flask_babel import gettext as _

import fields
from app.errors import Invalid
from models import access
from models.policy import Masked
from models.records import read
from models.wiring.nouns import Entity, Field
from views.api.access import FieldRefused

ABOUT = {"_token", "_title"}
"""What the API adds to a record; sent back it is left aside."""
NAMES = ("list", "schema", "bulk")
"""Addresses beside the records; a record whose key is one of these words is spelled differently."""


class Number(float):
    """A JSON number with a fraction that remembers its digits, so that no DECIMAL is rounded on the way."""

    def __new__(cls, text: str) -> Number:
        number = super().__new__(cls, text)
        number.text = text
        return number

    text: str

    def __str__(self) -> str:
        return self.text


def body() -> dict[str, Any]:
    """The JSON object that was sent. Raises Invalid."""
    try:
        sent = json.loads(
            request.get_data(),
            parse_float=Number,
            parse_constant=_refuse_constant,
            object_pairs_hook=_each_once,
        )
    except (ValueError, RecursionError):
        sent = None
    if not isinstance(sent, dict):
        raise Invalid(_("Send a JSON object."))
    return sent


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object; one of two values under the same name would be lost. Raises Invalid."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _value in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise Invalid(_("“%(name)s” stands there twice. Send each name once.", name=twice[:64]))
    return found


def _refuse_constant(name: str) -> Any:
    raise ValueError(name)


def as_json(entity: Entity, record: read.Record, names: Iterable[str]) -> dict[str, Any]:
    """The record's values by field name, its token and its title."""
    return all_as_json(entity, [record], names)[0]


def all_as_json(entity: Entity, records: Sequence[read.Record], names: Iterable[str]) -> list[dict[str, Any]]:
    """The same for many, column by column. What was not read of a record is left out."""
    wanted = list(names)
    try:
        stored = [[record.values[name] for record in records] for name in wanted]
    except KeyError:
        return [as_json(entity, one, [name for name in wanted if name in one.values]) for one in records]
    columns = [_column(entity.fields[name], values) for name, values in zip(wanted, stored, strict=True)]
    rows = zip(*columns, strict=True) if columns else [()] * len(records)
    shown = [dict(zip(wanted, row, strict=True)) for row in rows]
    for one, record in zip(shown, records, strict=True):
        one |= {"_token": spelled(record.token) or None, "_title": record.title}
    return shown


def _column(field: Field, values: Sequence[Any]) -> list[Any]:
    """Texts that come again and again are worked out once; numbers that are equal need not be written alike."""
    kind = fields.type_of(field)
    write = kind.to_json
    if is_as_stored(kind):
        return [
            value if type(value) is str or value is None else _one(write, field, value) for value in values
        ]
    often = {value for value in values if type(value) is str or value is None}
    known = {value: write(field, value) for value in often}
    return [
        known[value] if type(value) is str or value is None else _one(write, field, value) for value in values
    ]


def is_as_stored(kind: fields.FieldType) -> bool:
    """Whether texts of the kind leave as they are: it spells nothing in a way of its own."""
    own = type(kind)
    return own.to_json is fields.FieldType.to_json and own.text is fields.FieldType.text


def _one(write: Callable[[Field, Any], Any], field: Field, value: Any) -> Any:
    return str(value) if isinstance(value, Masked) else write(field, value)


def value_json(entity: Entity, name: str, value: Any) -> Any:
    """One stored value; a masked one is the text that people see."""
    if isinstance(value, Masked):
        return str(value)
    field = entity.fields[name]
    return fields.type_of(field).to_json(field, value)


def stored(entity: Entity, sent: Mapping[str, Any], *, creating: bool = False) -> dict[str, Any]:
    """Stored values of what was sent. Raises FieldRefused for fields that may not be written, Invalid by field."""
    values, wrong = {}, {}
    for name, value in sent.items():
        if name in ABOUT:
            continue
        if not _is_writable(entity, name, creating=creating):
            sentence = _("You may not change this field.")
            raise FieldRefused(
                _("You may not change one of these fields. Nothing was saved."), fields={name: sentence}
            )
        field = entity.fields[name]
        try:
            values[name] = fields.type_of(field).from_json(field, value)
        except Invalid as error:
            wrong[name] = str(error)
    if wrong:
        raise Invalid(_("Some fields need another look. Correct them, then save again."), fields=wrong)
    return values


def _is_writable(entity: Entity, name: str, *, creating: bool) -> bool:
    if name not in entity.fields:
        return False
    policy = access.policy()
    action = "create" if creating else "change"
    is_key = name in entity.key and name not in entity.fixed
    given_key = creating and is_key and policy.right(entity, name, action) == "edit"
    return given_key or policy.is_editable(entity, name, action)


def required(entity: Entity, values: Mapping[str, Any]) -> None:
    """Raise Invalid when a new record lacks what the database will not fill in."""
    names = [n for n, f in entity.fields.items() if f.required and values.get(n) is None]
    lacking = {n: _("Fill this in.") for n in names if access.policy().is_editable(entity, n, "create")}
    if lacking:
        raise Invalid(_("Some fields need another look. Correct them, then save again."), fields=lacking)


def differing(entity: Entity, sent: Mapping[str, Any], record: read.Record) -> dict[str, Any]:
    """What differs from the record as the caller sees it: whoever sends a whole record back changes nothing by that."""
    now = {name: value_json(entity, name, value) for name, value in record.values.items()}
    return {name: value for name, value in sent.items() if name not in now or not _same(value, now[name])}


def _same(sent: Any, now: Any) -> bool:
    if isinstance(sent, Number) and isinstance(now, str):
        return sent.text == now
    return type(sent) is type(now) and bool(sent == now)


def spelled(token: str) -> str:
    """The token for an address: one that reads like an address of ours gets its first letter escaped."""
    return f".{ord(token[0]):02X}{token[1:]}" if token in NAMES else token
