"""Cursors: where a page ended, as URL-safe text that is read back exactly or not at all."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from math import isfinite
from typing import Any

from flask_babel import gettext as _

from app.errors import Invalid


def write(parts: Sequence[Any]) -> str:
    """Texts, numbers, decimals, bytes and NULL as one word."""
    text = json.dumps([_to_json(part) for part in parts], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def read(cursor: str) -> list[Any]:
    """What `write` was given; raises Invalid for a damaged cursor."""
    try:
        padded = cursor.encode() + b"=" * (-len(cursor) % 4)
        return [_from_json(part) for part in json.loads(base64.b64decode(padded, b"-_", validate=True))]
    except (binascii.Error, ValueError, TypeError, KeyError, InvalidOperation, RecursionError):
        raise unreadable() from None


def unreadable() -> Invalid:
    """The answer to a cursor that leads nowhere."""
    return Invalid(_("This page cannot be found any more. Start again at the first page."))


def _to_json(value: Any) -> Any:
    if isinstance(value, Decimal):
        return {"d": str(value)}
    if isinstance(value, bytes):
        return {"b": value.hex()}
    return value if value is None or isinstance(value, int | float | str) else str(value)


def _from_json(value: Any) -> Any:
    if isinstance(value, dict):
        return _finite(Decimal(value["d"])) if "d" in value else bytes.fromhex(value["b"])
    if isinstance(value, list):
        raise TypeError
    return _finite(value) if isinstance(value, float) else value


def _finite(number: Decimal | float) -> Decimal | float:
    if not isfinite(number):
        raise ValueError
    return number
