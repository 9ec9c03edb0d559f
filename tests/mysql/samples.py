"""For every column a value to type, in the text of its control, and what must then stand in the database."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from models.legacy.sql_type import parse_sql_type
from models.wiring.nouns import Field
from tests.harness import databases
from tests.harness.forms import Control
from tests.mysql.stored import quoted

IP, UUID = "192.0.2.77", "01234567-89ab-4def-8123-456789abcdef"
NOON = datetime(2024, 2, 29, 13, 45, tzinfo=UTC)
OF_KIND: dict[str, tuple[str, str]] = {
    "yyyymmdd": ("2024-02-29", "20240229"),
    "epoch": ("2024-02-29T13:45", str(int(NOON.timestamp()))),
    "email": ("new@example.com", "new@example.com"),
    "phone": ("+49 30 123456", "+49 30 123456"),
    "url": ("https://example.com/new", "https://example.com/new"),
    "color": ("#123456", "#123456"),
    "json": ('{"new": [1, 2.50, "中"]}', '{"new": [1, 2.50, "中"]}'),
}
OF_TYPE: dict[str, tuple[str, str]] = {
    "year": ("2024", "2024"),
    "date": ("2024-02-29", "2024-02-29"),
    "uuid": (UUID, UUID),
    "inet4": (IP, IP),
    "inet6": (IP, f"::ffff:{IP}"),
    "bit": ("10", "2"),
}
WIDE = "Neü 😀 中 %s"
NARROW = "New 1"


def sample(field: Field, charset: str) -> tuple[str, str]:
    """(what is typed, what `shown` reads afterwards) for a control that takes text."""
    parsed = parse_sql_type(field.sql_type)
    if parsed.family == "binary":
        return _bytes(field, parsed.name, parsed.size or 4)
    if field.kind == "ip" and parsed.family == "integer":
        return IP, "3221226061"
    if parsed.family == "text":
        typed, read = OF_KIND.get(field.kind) or ((WIDE, WIDE) if "utf8mb4" in charset else (NARROW, NARROW))
        return typed[: field.length], read[: field.length].rstrip() if parsed.name == "char" else read[
            : field.length
        ]
    if field.kind in OF_KIND:
        return OF_KIND[field.kind]
    return OF_TYPE.get(parsed.name) or _number(parsed) or _moment(parsed)


def _bytes(field: Field, name: str, size: int) -> tuple[str, str]:
    padded = size if name == "binary" else 0
    if field.kind == "uuid":
        return UUID, UUID.replace("-", "").upper()
    if field.kind == "ip":
        return IP, "C000024D"
    return "ab0d", "AB0D".ljust(2 * padded, "0")


def _number(parsed: Any) -> tuple[str, str] | None:
    if parsed.family == "integer":
        return "117", "117"
    if parsed.family == "float":
        return "2.5", "2.5"
    if parsed.family == "decimal":
        # Small and with many digits: a literal with an exponent would be cut to the digits of a double.
        whole = "0" if parsed.scale else "77"
        digits = (
            "000000012345678901234567890123"[: parsed.scale] if parsed.scale > 20 else "25"[: parsed.scale]
        )
        typed = f"{whole}.{digits}" if digits else whole
        return typed, typed + "0" * (parsed.scale - len(digits))
    return None


def _moment(parsed: Any) -> tuple[str, str]:
    fraction = "." + "0" * parsed.size if parsed.size else ""
    if parsed.name == "time":
        return "13:45:06", "13:45:06" + fraction
    return "2024-02-29T13:45", "2024-02-29 13:45:00" + fraction


def chosen(control: Control, before: str) -> str | None:
    """Another option of a select; None = there is none."""
    others = [value for value, _label in control.options if value not in {"", before}]
    return others[-1] if others else None


def expression(field: Field) -> str:
    """SQL that reads a column as `sample` says it."""
    name, parsed = quoted(field.name), parse_sql_type(field.sql_type)
    if parsed.family == "bit" or parsed.zerofill:
        return f"{name} + 0"
    if parsed.family == "binary":
        return f"HEX({name})"
    return f"{name} + 0E0" if parsed.family == "float" else f"CAST({name} AS CHAR)"


def charsets(url: str) -> dict[tuple[str, str], str]:
    """The character set of each text column by table and name."""
    found = databases.execute(
        url,
        "SELECT table_name, column_name, character_set_name FROM information_schema.columns WHERE table_schema = DATABASE()",
    )
    return {(table, column): charset or "" for table, column, charset in found}
