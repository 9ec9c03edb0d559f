"""The driver with two habits of our own: a transaction begins with the first statement that needs one, and rows are read quickly.

PyMySQL goes the same way anew for each value of each row. Here the columns of a result are told apart once, and what they were
is kept with the connection, since the same statements come again and again. Values are made by PyMySQL's own converters.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from operator import methodcaller
from typing import Any

from pymysql import connections, converters, err
from pymysql.connections import MAX_PACKET_LEN, TEXT_TYPES
from pymysql.constants import CR, FIELD_TYPE, SERVER_STATUS
from pymysql.protocol import FieldDescriptorPacket, MysqlPacket

MOST_COLUMNS = 4000
"""Columns of results that a connection remembers."""
READING = re.compile(r"(SET STATEMENT max_statement_time=[\d.]+ FOR )?\(?SELECT|SHOW|EXPLAIN")
LOCKING = (" FOR UPDATE", " LOCK IN SHARE MODE", " FOR SHARE")
NULL, SHORT, MIDDLE, LONG, FAILED = 251, 252, 253, 254, 255
"""First bytes of a value: NULL, or a length of 2, 3 or 8 bytes follows. FAILED begins a packet that tells of an error."""
WIDTHS = {SHORT: 2, MIDDLE: 3, LONG: 8}
END_LENGTH = 9
"""A shorter packet that begins with LONG ends the rows."""
BINARY = 63
"""The character set of bytes."""
NUMBERS = (int, float)
"""Converters that read bytes as they read text."""
Way = Callable[[bytes], Any] | None
"""Makes a value of what the server sent; None = bytes as they are."""
# What is inside them is in no stub.
Connection: Any = connections.Connection
Result: Any = connections.MySQLResult


class Quick(Connection):
    """A connection that remembers the columns it has read, and that ends no transaction which has not begun."""

    _next_seq_id: int

    def __init__(self, *args: Any, **options: Any) -> None:
        self.known_columns: dict[bytes, tuple[tuple[Any, ...], Way]] = {}
        super().__init__(*args, **options)

    @property
    def is_at_rest(self) -> bool:
        """Whether there is nothing to commit or to take back, by the server's last word."""
        return self.get_autocommit() and not self.server_status & SERVER_STATUS.SERVER_STATUS_IN_TRANS

    def commit(self) -> None:
        """Unless nothing was begun."""
        if not self.is_at_rest:
            super().commit()

    def rollback(self) -> None:
        """Unless nothing was begun."""
        if not self.is_at_rest:
            super().rollback()

    def begin_for(self, statement: str) -> None:
        """Begin a transaction unless one runs or the statement only reads: alone it sees what it would see within one."""
        if self.is_at_rest and needs_transaction(statement):
            self.begin()

    def _read_query_result(self, unbuffered: bool = False) -> Any:
        if unbuffered:
            return super()._read_query_result(unbuffered)
        self._result = None
        result = QuickResult(self)
        result.read()
        self._result = result
        if result.server_status is not None:
            self.server_status = result.server_status
        return result.affected_rows

    def next_bytes(self) -> bytes:
        """The next packet of a result, as it came. The first one was read by PyMySQL, which has set the time limit."""
        found = b""
        while True:
            header = self._read_bytes(4)
            size = header[0] | header[1] << 8 | header[2] << 16
            if header[3] != self._next_seq_id:
                self._refuse(header[3])
            self._next_seq_id = (header[3] + 1) % 256
            part: bytes = self._read_bytes(size)
            if size < MAX_PACKET_LEN:
                return found + part if found else part
            found += part

    def _refuse(self, number: int) -> None:
        """As PyMySQL does: 0 is the server's last word before it stops."""
        expected = self._next_seq_id
        self._force_close()
        if number == 0:
            raise err.OperationalError(CR.CR_SERVER_LOST, "Lost connection to MySQL server during query")
        raise err.InternalError(f"Packet sequence number wrong - got {number} expected {expected}")


class QuickResult(Result):
    """A result that is read whole."""

    connection: Any
    ways: Sequence[Way]

    def _get_descriptions(self) -> None:
        known = self.connection.known_columns
        if len(known) > MOST_COLUMNS:
            known.clear()
        found = [self._column(known, self.connection.next_bytes()) for _number in range(self.field_count)]
        self.description = tuple(description for description, _way in found)
        self.ways = [way for _description, way in found]
        self._check_packet_is_eof(MysqlPacket(self.connection.next_bytes(), ""))

    def _column(self, known: dict[bytes, Any], data: bytes) -> Any:
        column = known.get(data)
        if column is None:
            raise_failure(data)
            field: Any = FieldDescriptorPacket(data, self.connection.encoding)
            column = known[data] = (field.description(), way_of(self.connection, field))
        return column

    def _read_rowdata_packet(self) -> None:
        rows, ways, next_bytes = [], self.ways, self.connection.next_bytes
        while True:
            data = next_bytes()
            if data[0] >= LONG and self._is_end(data):
                break
            rows.append(row_of(data, ways))
        self.connection = None
        self.affected_rows, self.rows = len(rows), tuple(rows)

    def _is_end(self, data: bytes) -> bool:
        raise_failure(data)
        return len(data) < END_LENGTH and self._check_packet_is_eof(MysqlPacket(data, ""))


def needs_transaction(statement: str) -> bool:
    """Whether a statement writes or locks."""
    return not READING.match(statement) or any(words in statement for words in LOCKING)


def raise_failure(data: bytes) -> None:
    """Raise what the server says where the packet tells of an error."""
    if data[0] == FAILED:
        MysqlPacket(data, "").raise_for_error()


def row_of(data: bytes, ways: Sequence[Way]) -> tuple[Any, ...]:
    """The values of a row, each with its length before it."""
    row: list[Any] = []
    at = 0
    for way in ways:
        size = data[at]
        at += 1
        if size == NULL:
            row.append(None)
            continue
        if size > NULL:
            width = WIDTHS[size]
            size = int.from_bytes(data[at : at + width], "little")
            at += width
        value = data[at : at + size]
        at += size
        row.append(value if way is None else way(value))
    if at != len(data):
        raise err.InternalError("A row is not as long as its values")
    return tuple(row)


def way_of(connection: Any, field: Any) -> Way:
    """How the column's values are read: what PyMySQL does with them, in one call."""
    encoding, convert = encoding_of(connection, field), connection.decoders.get(field.type_code)
    if convert in {None, converters.through}:
        return methodcaller("decode", encoding) if encoding else None
    if encoding is None or convert in NUMBERS:
        return convert  # type: ignore[no-any-return]
    return lambda value: convert(value.decode(encoding))


def encoding_of(connection: Any, field: Any) -> str | None:
    """As PyMySQL chooses it: JSON may say that it is binary and is text still, all that is no text is plain."""
    if not connection.use_unicode:
        return None
    if field.type_code == FIELD_TYPE.JSON:
        return str(connection.encoding)
    if field.type_code in TEXT_TYPES:
        return None if field.charsetnr == BINARY else str(connection.encoding)
    return "ascii"
