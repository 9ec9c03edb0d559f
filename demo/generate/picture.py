"""Small real pictures for the BLOB columns: squares of one colour as PNG."""

from __future__ import annotations

import struct
import zlib
from functools import cache

from demo.generate.names import COLOURS

SIDE = 24


@cache
def png(colour: int) -> bytes:
    """A square in one of the sixteen colours; stored without compression, so that every machine makes the same bytes."""
    header = struct.pack(">IIBBBBB", SIDE, SIDE, 8, 3, 0, 0, 0)
    palette = bytes.fromhex(COLOURS[colour][1:]) + b"\xff\xff\xff"
    rows = b"".join(_row(line) for line in range(SIDE))
    parts = ((b"IHDR", header), (b"PLTE", palette), (b"IDAT", zlib.compress(rows, 0)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in parts)


def _row(line: int) -> bytes:
    """A filter byte and the pixels: a white frame around the colour."""
    edge = line in {0, SIDE - 1}
    return b"\0" + bytes(1 if edge or column in {0, SIDE - 1} else 0 for column in range(SIDE))


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
