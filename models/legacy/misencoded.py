"""UTF-8 that a program wrote through a latin1 connection: the server takes each byte for a character of its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from models.legacy.facts import ColumnFacts

MISENCODED = "utf8-in-latin1"
"""Value of a column's setting "charset": its latin1 text is really UTF-8."""
SETTING = "charset"
_UNDEFINED = {0x81, 0x8D, 0x8F, 0x90, 0x9D}
"""Python's cp1252 lacks these bytes; MySQL's latin1 is cp1252 with them."""
_TO_CHARACTER = {
    byte: chr(byte) if byte in _UNDEFINED else bytes([byte]).decode("cp1252") for byte in range(256)
}
_TO_BYTE = {character: byte for byte, character in _TO_CHARACTER.items()}


def read(text: str) -> str | bytes:
    """What was meant by a text as the server shows it; its bytes when they are not UTF-8."""
    try:
        raw = bytes(_TO_BYTE[character] for character in text)
    except KeyError:
        return text  # no latin1 column at all: then nothing was taken for something else
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw


def plain(raw: bytes) -> str:
    """Bytes as the server shows them."""
    return "".join(_TO_CHARACTER[byte] for byte in raw)


def written(text: str) -> str:
    """The text as the server has to be told it, so that it keeps the bytes of its UTF-8."""
    return plain(text.encode())


def may_be(column: ColumnFacts) -> bool:
    """Whether a column holds free text in the character set that takes any byte."""
    return column.charset == "latin1" and column.base_type not in {"enum", "set"}


def is_meant(settings: Mapping[str, Any]) -> bool:
    """Whether a field's settings say that its column is such a one."""
    return settings.get(SETTING) == MISENCODED


def kept(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The one setting that is about the column and stays whatever the field becomes."""
    return {name: value for name, value in settings.items() if name == SETTING}


def is_likely(column: ColumnFacts, values: Iterable[object]) -> bool:
    """Some sampled texts of a latin1 column make sense only as UTF-8, and all others do so as well."""
    if not may_be(column):
        return False
    wide = {value for value in values if isinstance(value, str) and not value.isascii()}
    return bool(wide) and all(isinstance(read(value), str) for value in wide)
