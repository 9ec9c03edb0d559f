"""IP addresses as text, as a number (INET_ATON), as bytes (INET6_ATON) or in MariaDB's INET types."""

from __future__ import annotations

import re
from ipaddress import AddressValueError, IPv4Address, IPv6Address, NetmaskValueError, ip_address
from typing import Any

from flask_babel import lazy_gettext as _l

from app.errors import Invalid
from fields import operators, sentences, storage
from fields.base import FieldType, Input
from models.wiring.nouns import Field

HINTS = re.compile(r"(^|[_ ])ip(v?[46])?($|[_ ]|addr)|ip地址")
SIZES = {("binary", 16), ("varbinary", 16), ("binary", 4), ("varbinary", 4)}


class Ip(FieldType):
    kind = "ip"
    label = _l("IP address")
    operators = operators.CODES

    def claim(self, field: Field) -> int:
        parsed = storage.sql(field)
        if parsed.name in {"inet4", "inet6"}:
            return 95
        number = parsed.name in {"int", "bigint"} and parsed.unsigned
        text = parsed.name in {"char", "varchar"} and 15 <= (field.length or 0) <= 64
        fits = number or text or (parsed.name, parsed.size) in SIZES
        return 70 if fits and HINTS.search(storage.hints(field)) else 0

    def text(self, field: Field, value: Any) -> str:
        if isinstance(value, bytes):
            return str(ip_address(value)) if len(value) in {4, 16} else value.hex()
        if isinstance(value, int) and storage.sql(field).family == "integer" and 0 <= value < 2**32:
            return str(IPv4Address(value))
        return super().text(field, value)

    def parse(self, field: Field, text: str) -> Any:
        if not text.strip():
            return storage.blank(field)
        found = _address(text.strip())
        parsed = storage.sql(field)
        wants_v4 = parsed.family == "integer" or parsed.name == "inet4" or parsed.size == 4
        if wants_v4 and not isinstance(found, IPv4Address):
            raise Invalid(sentences.not_an_address())
        if parsed.family == "integer":
            return int(found)
        if parsed.family == "binary":
            return _packed(field, found)
        return _inet6(found) if parsed.name == "inet6" else storage.fit_text(field, text.strip())

    def input(self, field: Field) -> Input:
        return Input("text", {"class": "font-monospace", "autocomplete": "off", "maxlength": 45})


def _address(text: str) -> IPv4Address | IPv6Address:
    try:
        return ip_address(text)
    except (AddressValueError, NetmaskValueError, ValueError):
        raise Invalid(sentences.not_an_address()) from None


def _packed(field: Field, found: IPv4Address | IPv6Address) -> bytes:
    """BINARY(16) holds IPv4 as a mapped address, so that no zero bytes are added behind it."""
    if storage.sql(field).name == "binary" and storage.sql(field).size == 16 and found.version == 4:
        return IPv6Address(f"::ffff:{found}").packed
    return found.packed


def _inet6(found: IPv4Address | IPv6Address) -> str:
    """As the server writes it; a text column keeps the spelling of whoever wrote it, or it would not be found again."""
    return f"::ffff:{found}" if found.version == 4 else str(found)
