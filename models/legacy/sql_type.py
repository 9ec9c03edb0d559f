"""The server's own words for a column's type, taken apart: "decimal(20,6) unsigned", "enum('a','b')"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

FAMILIES = {
    "integer": ("tinyint", "smallint", "mediumint", "int", "bigint", "integer", "year", "serial"),
    "decimal": ("decimal", "numeric"),
    "float": ("float", "double", "real"),
    "bit": ("bit",),
    "text": ("char", "varchar", "tinytext", "text", "mediumtext", "longtext", "enum", "set"),
    "address": ("uuid", "inet4", "inet6"),
    "json": ("json",),
    "temporal": ("date", "datetime", "timestamp", "time"),
    "binary": ("binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob"),
    "spatial": (
        "geometry",
        "point",
        "linestring",
        "polygon",
        "multipoint",
        "multilinestring",
        "multipolygon",
        "geometrycollection",
        "geomcollection",
    ),
}
SYNONYMS = {
    "bool": "tinyint(1)",
    "boolean": "tinyint(1)",
    "dec": "decimal",
    "fixed": "decimal",
    "double precision": "double",
    "int1": "tinyint",
    "int2": "smallint",
    "int3": "mediumint",
    "int4": "int",
    "int8": "bigint",
    "character": "char",
    "character varying": "varchar",
    "char varying": "varchar",
    "nchar": "char",
    "nvarchar": "varchar",
    "clob": "longtext",
}
INTEGER_BYTES = {
    "tinyint": 1,
    "smallint": 2,
    "mediumint": 3,
    "int": 4,
    "bigint": 8,
    "integer": 8,
    "serial": 8,
}
BYTE_LIMITS = {
    "tinytext": 255,
    "text": 65_535,
    "mediumtext": 16_777_215,
    "longtext": 4_294_967_295,
    "tinyblob": 255,
    "blob": 65_535,
    "mediumblob": 16_777_215,
    "longblob": 4_294_967_295,
}
HEAVY_BYTES = 1024
"""Binary columns that may hold more are read as a size only."""

_HEAD = re.compile(r"\s*([a-z][a-z0-9_]*(?:\s+(?:precision|varying))?)\s*", re.IGNORECASE)
_ITEM = re.compile(r"'((?:[^'\\]|''|\\.)*)'", re.DOTALL)
_ESCAPE = re.compile(r"''|\\(.)", re.DOTALL)
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t", "0": "\0", "Z": "\x1a", "b": "\b"}


@dataclass(frozen=True)
class SqlType:
    """A column's type; `name` is lower case, synonyms resolved, and "" for a column without one (SQLite)."""

    name: str
    arguments: tuple[str, ...] = ()
    """What stands in the brackets: digits, or the members of enum and set as they are."""
    unsigned: bool = False
    zerofill: bool = False

    @property
    def family(self) -> str:
        """A key of FAMILIES; "" for a type that we do not know."""
        return next((family for family, names in FAMILIES.items() if self.name in names), "")

    @property
    def size(self) -> int | None:
        """The first number in the brackets: length, display width, precision, digits of a second."""
        return int(self.arguments[0]) if self.arguments and self.arguments[0].isdigit() else None

    @property
    def scale(self) -> int:
        """The second number in the brackets; 0 when there is none, as the server takes it."""
        return int(self.arguments[1]) if len(self.arguments) > 1 and self.arguments[1].isdigit() else 0

    @property
    def byte_limit(self) -> int | None:
        """Bytes that fit, where the type counts bytes."""
        if self.name in {"binary", "varbinary"}:
            return self.size or (1 if self.name == "binary" else None)
        return BYTE_LIMITS.get(self.name)

    @property
    def is_heavy(self) -> bool:
        """Whether pages read the size only."""
        limit = self.byte_limit
        return self.family == "binary" and (limit is None or limit > HEAVY_BYTES)

    def integer_range(self) -> tuple[int, int]:
        """The lowest and the highest value of an integer type."""
        bits = 8 * INTEGER_BYTES.get(self.name, 8)
        if self.unsigned or self.zerofill or self.name == "serial":
            return 0, 2**bits - 1
        return -(2 ** (bits - 1)), 2 ** (bits - 1) - 1


@lru_cache(maxsize=4096)
def parse_sql_type(words: str) -> SqlType:
    """Take a type apart; never fails: what cannot be read has no family."""
    head = _HEAD.match(words)
    if head is None:
        return SqlType("")
    name = " ".join(head.group(1).lower().split())
    if name in SYNONYMS and "(" in SYNONYMS[name]:
        return parse_sql_type(SYNONYMS[name])
    arguments, rest = _arguments(words[head.end() :])
    flags = rest.lower().split()
    zerofill = "zerofill" in flags
    return SqlType(SYNONYMS.get(name, name), arguments, zerofill or "unsigned" in flags, zerofill)


def _arguments(tail: str) -> tuple[tuple[str, ...], str]:
    if not tail.startswith("("):
        return (), tail
    members: list[str] = []
    position = 1
    while item := _ITEM.match(tail, position):
        members.append(_ESCAPE.sub(_unescape, item.group(1)))
        position = item.end() + 1
    if members:
        return tuple(members), tail[position:]
    inside, _, rest = tail[1:].partition(")")
    return tuple(part.strip() for part in inside.split(",")), rest


def _unescape(found: re.Match[str]) -> str:
    letter = found.group(1)
    return "'" if letter is None else _ESCAPED.get(letter, letter)
