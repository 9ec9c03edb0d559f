"""Column types that read exactly what the database holds, on MariaDB/MySQL (PyMySQL) and on SQLite.

Only the list of selected columns is changed (CAST, + 0E0, OCTET_LENGTH …); WHERE and ORDER BY keep the bare column,
so that its index serves them. Read values: str, int, Decimal, float, bytes.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from datetime import date, time
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Dialect, LargeBinary, Numeric, String, type_coerce
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import NullType, TypeDecorator, TypeEngine

from models.legacy import misencoded
from models.legacy.sql_type import parse_sql_type


class Spelled(FunctionElement[Any]):
    """A selected column in the spelling that MySQL needs; SQLite reads `plain`. The result is of type `kept`."""

    inherit_cache = False
    name = "spelled"

    def __init__(self, kept: TypeEngine[Any], column: Any, pattern: str, plain: str = "{0}") -> None:
        self.pattern, self.plain, self.type = pattern, plain, kept
        super().__init__(column)


@compiles(Spelled)
def _plain(element: Spelled, compiler: Any, **options: Any) -> str:
    return element.plain.format(compiler.process(element.clauses, **options))


@compiles(Spelled, "mysql")
@compiles(Spelled, "mariadb")
def _spelled(element: Spelled, compiler: Any, **options: Any) -> str:
    return element.pattern.format(compiler.process(element.clauses, **options))


class Exact(TypeDecorator[Any]):
    """Base: what the driver gives and takes, without the processing that the dialects add."""

    impl: Any = NullType
    cache_ok = True

    def __init_subclass__(cls, **options: Any) -> None:
        """SQLAlchemy looks for this on each class itself."""
        super().__init_subclass__(**options)
        cls.cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(NullType())


class Text(Exact):
    """str, as it is: char, varchar, text, enum, set, JSON, UUID, INET."""

    impl = String


class MisencodedText(Text):
    """UTF-8 bytes that stand in a latin1 column: read and written so that old programs find them as they wrote them.

    exactly: bytes that are no UTF-8 are read as bytes, to be put back; else as the letters that latin1 has for them.
    """

    def __init__(self, exactly: bool = False) -> None:
        super().__init__()
        self.exactly = exactly

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        return misencoded.written(value) if isinstance(value, str) else value

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        found = misencoded.read(value) if isinstance(value, str) else value
        return misencoded.plain(found) if isinstance(found, bytes) and not self.exactly else found


class Temporal(Text):
    """str, as the server writes it: zero dates, TIME beyond a day and fractions of a second stay as they are."""

    def column_expression(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        return Spelled(self, column, "CAST({0} AS CHAR)")

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        if isinstance(value, date):
            return str(value)
        return value.isoformat() if isinstance(value, time) else value

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return str(value) if isinstance(value, int | float) else value


class Integer(Exact):
    """int, of any size and sign."""

    impl = BigInteger


class ExactDecimal(Exact):
    """Decimal with the column's digits behind the point; never by way of a float on MariaDB."""

    impl = Numeric

    def __init__(self, scale: int = 0) -> None:
        super().__init__()
        self.scale = scale

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        if dialect.name != "sqlite" or not isinstance(value, Decimal):
            return value
        if value == value.to_integral_value() and abs(value) < 2**63:
            return int(value)
        return float(value) if Decimal(repr(float(value))) == value else str(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        if isinstance(value, Decimal) or not isinstance(value, int | float):
            return value
        number = Decimal(repr(value))
        if not number.is_finite() or -int(number.as_tuple().exponent) >= self.scale:
            return number
        return _pad(number, self.scale)


def _pad(number: Decimal, scale: int) -> Decimal:
    # By hand: quantize would round to the context's 28 digits.
    whole, _, fraction = f"{number:f}".partition(".")
    return Decimal(f"{whole}.{fraction.ljust(scale, '0')}")


class Float(Exact):
    """float, bit for bit: + 0E0 makes the server print all digits, also those of FLOAT(7,2).

    single: FLOAT keeps four bytes; a value that is compared with one is rounded likewise, or 0.1 would never be found.
    """

    impl = Numeric

    def __init__(self, single: bool = False) -> None:
        super().__init__()
        self.single = single

    def column_expression(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        return Spelled(self, column, "({0} + 0E0)")

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        if not self.single or dialect.name == "sqlite" or not isinstance(value, float):
            return value
        try:
            return struct.unpack("f", struct.pack("f", value))[0]
        except OverflowError:
            return value

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return float(value) if isinstance(value, int | Decimal) else value


class Bit(Exact):
    """BIT(1) to BIT(64) as an unsigned int."""

    impl = BigInteger

    def column_expression(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        return Spelled(self, column, "({0} + 0)")

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return int.from_bytes(value) if isinstance(value, bytes) else value


class Binary(Exact):
    """bytes, short enough to be read with the row."""

    impl = LargeBinary


class Heavy(Binary):
    """A column of large binaries: read as its size in bytes (int), written as bytes; `content` reads it whole."""

    def column_expression(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        return Spelled(self, column, "OCTET_LENGTH({0})", "LENGTH(CAST({0} AS BLOB))")


class Spatial(Text):
    """A geometry as well-known text, such as POINT(121.47 31.23); read only."""

    def column_expression(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        return Spelled(self, column, "ST_AsText({0})")


def exact_type(sql_type: str, settings: Mapping[str, Any] | None = None) -> TypeEngine[Any]:
    """The type that reads and writes a column exactly. `sql_type` is the server's own words."""
    parsed = parse_sql_type(sql_type)
    if parsed.family == "decimal":
        return ExactDecimal(parsed.scale)
    if parsed.family == "float":
        return Float(parsed.name == "float")
    if parsed.family == "binary":
        return Heavy() if parsed.is_heavy else Binary()
    if (
        parsed.family == "text"
        and parsed.name not in {"enum", "set"}
        and (settings or {}).get(misencoded.SETTING) == misencoded.MISENCODED
    ):
        return MisencodedText()
    return _SIMPLE.get(parsed.family, Exact)()


_SIMPLE: dict[str, type[Exact]] = {
    "integer": Integer,
    "bit": Bit,
    "text": Text,
    "address": Text,
    "json": Text,
    "temporal": Temporal,
    "spatial": Spatial,
}


def content(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """A heavy column's whole value, to select it for a download."""
    return type_coerce(column, Binary())
