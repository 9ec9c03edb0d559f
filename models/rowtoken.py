"""Two tokens of a row: its identity as it stands in a URL, and a hash of its content that changes with any column."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Column, ColumnElement, String, Table
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.visitors import InternalTraversal

from app.errors import NotVisible
from models.condition.values import BYTES, NUMBER, sort_of
from models.legacy.sql_type import parse_sql_type
from models.wiring.nouns import Entity, Field

_PLAIN = re.compile(rb"[A-Za-z0-9_-]")
_ALL_PLAIN = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)
_PART = re.compile(r"(?:[A-Za-z0-9_-]|\.[0-9A-F]{2})+")
_NUMBER = re.compile(r"-?\d{1,80}(?:\.\d{1,40})?")
_EXPONENT = re.compile(r"-?\d(?:\.\d{1,20})?e[+-]\d{1,3}")
_EMPTY = "."
HASH = "veneer_row_hash"


class RowHash(ColumnElement[str]):
    """The server's SHA-256 over all columns, computed in SELECT and again in an UPDATE's WHERE.

    It knows its columns by name only: the guard must not take a hash of the whole row for a read of hidden fields.
    """

    _traverse_internals = [
        ("table_name", InternalTraversal.dp_plain_obj),
        ("parts", InternalTraversal.dp_plain_obj),
    ]
    inherit_cache = None

    def __init__(self, table: Table, columns: Iterable[Column[Any]]) -> None:
        self.table_name = tuple(name for name in (table.schema, table.name) if name)
        self.parts = tuple((column.name, _way_of(column)) for column in columns)
        self.type = String(64)


def row_hash(table: Table, columns: Iterable[Column[Any]]) -> ColumnElement[str]:
    """An expression for the row's hash; FLOAT, BIT, JSON, spatial and binary columns are read exactly, NULL differs from ''.

    The statement must select from `table` itself, not from an alias.
    """
    return RowHash(table, columns)


def whole_row_hash(table: Table) -> ColumnElement[str]:
    """The same over all columns of a mapped table, worked out once for it."""
    if HASH not in table.info:
        table.info[HASH] = row_hash(table, table.c)
    found: ColumnElement[str] = table.info[HASH]
    return found


@compiles(RowHash, "mysql", "mariadb")
def _on_server(element: RowHash, compiler: SQLCompiler, **_words: Any) -> str:
    """A cast to BINARY drops the collation, adding 0E0 shows all digits of a FLOAT; a long value gives its own hash."""
    parts = [f"IFNULL({way.format(name)},'~')" for name, way in _named(element, compiler)]
    return f"SHA2(CONCAT_WS('|',{','.join(parts)}),256)"


@compiles(RowHash, "sqlite")
def _on_sqlite(element: RowHash, compiler: SQLCompiler, **_words: Any) -> str:
    return f"veneer_sha256({','.join(name for name, _way in _named(element, compiler))})"


def _named(element: RowHash, compiler: SQLCompiler) -> Iterator[tuple[str, str]]:
    quote = compiler.preparer.quote
    before = ".".join(quote(part) for part in element.table_name)
    for name, way in element.parts:
        yield f"{before}.{quote(name)}", way


def _way_of(column: Column[Any]) -> str:
    """How a server spells the exact bytes; long values are hashed so that the whole never outgrows max_allowed_packet."""
    types = (column.type, getattr(column.type, "impl_instance", column.type))
    kinds = {kind.__name__.upper() for one in types for kind in type(one).__mro__}
    if kinds & {"FLOAT", "DOUBLE", "REAL"}:
        return "HEX(CAST(({}+0E0) AS BINARY))"
    is_long = bool(kinds & {"TEXT", "LARGEBINARY", "_BINARY", "JSON"})
    return "SHA2({},256)" if is_long else "HEX(CAST({} AS BINARY))"


def token_for(entity: Entity, values: Mapping[str, Any]) -> str:
    """The URL-safe identity of a row: 123, KH0001, .E5.8C.97~7; parts of a compound key joined by "~"."""
    return "~".join(_part(entity.fields[name], values[name]) for name in entity.key)


def key_of(entity: Entity, token: str) -> dict[str, Any]:
    """Key columns and their stored values; NotVisible when no record can have this token."""
    parts = token.split("~")
    if not entity.key or len(parts) != len(entity.key):
        raise _no_such_record()
    return {name: _value(entity.fields[name], part) for name, part in zip(entity.key, parts, strict=True)}


def _part(field: Field, value: Any) -> str:
    if isinstance(value, bytes) and sort_of(field) == NUMBER:
        value = int.from_bytes(value, "big")
    text = f"{value:f}" if isinstance(value, Decimal) else str(value)
    if _ALL_PLAIN.fullmatch(text) and sort_of(field) != BYTES and not isinstance(value, bytes):
        return text  # numbers and codes, which is what nearly all keys are
    raw = value if isinstance(value, bytes) else text.encode("utf-8", "surrogatepass")
    if sort_of(field) == BYTES:
        return raw.hex() or _EMPTY
    return "".join(chr(byte) if _PLAIN.match(bytes([byte])) else f".{byte:02X}" for byte in raw) or _EMPTY


def _value(field: Field, part: str) -> Any:
    sort = sort_of(field)
    try:
        if sort == BYTES:
            return b"" if part == _EMPTY else _hex(part)
        text = "" if part == _EMPTY else _text(part)
    except ValueError:
        raise _no_such_record() from None
    return _number(field, text) if sort == NUMBER else text


def _hex(part: str) -> bytes:
    raw = bytes.fromhex(part)
    if raw.hex() != part:
        raise ValueError(part)
    return raw


def _text(part: str) -> str:
    if not _PART.fullmatch(part):
        raise ValueError(part)
    raw = re.sub(r"\.(..)", lambda found: chr(int(found[1], 16)), part)
    return raw.encode("latin-1").decode("utf-8", "surrogatepass")


def _number(field: Field, text: str) -> int | float | Decimal:
    """Numbers stay what they are: an int, exact digits for DECIMAL keys, or a float where the column is one."""
    if _EXPONENT.fullmatch(text) and parse_sql_type(field.sql_type).family == "float":
        return float(text)
    if not _NUMBER.fullmatch(text):
        raise _no_such_record()
    return Decimal(text) if "." in text else int(text)


def _no_such_record() -> NotVisible:
    return NotVisible(_("This record does not exist, or you may not see it. Go back to the list."))
