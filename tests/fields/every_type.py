"""Every column type of MariaDB with ordinary and odd values, as SQL literals, and what must be read from each."""

import struct
from dataclasses import dataclass
from decimal import Decimal
from typing import Any


@dataclass(frozen=True)
class Column:
    """`values` maps a SQL literal to the stored value that must be read. `kind` is the one expected to claim it."""

    name: str
    sql: str
    kind: str
    values: dict[str, Any]
    locked: bool = False
    """Shown, but not edited: it cannot be written back."""


def single(number: float) -> float:
    """What four bytes keep of a number."""
    return float(struct.unpack("f", struct.pack("f", number))[0])


LONG = Decimal("12345678901234567890123456789012345.123456789012345678901234567890")
B64 = 2**64 - 1
BYTES = bytes(range(256))

COLUMNS = [
    Column("c_tinyint", "tinyint", "integer", {"-128": -128, "127": 127}),
    Column("c_utinyint", "tinyint(3) unsigned", "integer", {"255": 255}),
    Column("c_bool", "boolean", "boolean", {"0": 0, "1": 1, "2": 2, "-1": -1}),
    Column("c_smallint", "smallint", "integer", {"-32768": -32768}),
    Column("c_mediumint", "mediumint unsigned", "integer", {"16777215": 16777215}),
    Column("c_int", "int(11)", "integer", {"-2147483648": -(2**31), "0": 0}),
    Column("c_zerofill", "int(5) unsigned zerofill", "integer", {"42": 42, "1234567": 1234567}),
    Column("c_bigint", "bigint", "integer", {"-9223372036854775808": -(2**63), "9223372036854775807": 2**63 - 1}),
    Column("c_ubigint", "bigint unsigned", "integer", {"18446744073709551615": B64}),
    Column("c_decimal", "decimal(65,30)", "decimal", {str(LONG): LONG, f"-{LONG}": Decimal(f"-{LONG}"), "0": Decimal("0E-30")}),
    Column("c_decimal6", "decimal(20,6)", "decimal", {"1.5": Decimal("1.500000"), "0.000001": Decimal("0.000001")}),
    Column("c_udecimal", "decimal(10,0) unsigned zerofill", "decimal", {"42": Decimal(42)}),
    Column("c_float", "float", "float", {"0.1": single(0.1), "1.5e-12": single(1.5e-12), "-3e38": single(-3e38)}),
    Column("c_float72", "float(7,2)", "float", {"12345.678": 12345.6796875}),
    Column("c_double", "double", "float", {"0.1": 0.1, "1.5e-12": 1.5e-12, "1.7976931348623157e308": 1.7976931348623157e308, "2.2250738585072014e-308": 2.2250738585072014e-308}),
    Column("c_double102", "double(10,2)", "float", {"99999999.99": 99999999.99}),
    Column("c_bit1", "bit(1)", "boolean", {"b'0'": 0, "b'1'": 1}),
    Column("c_bit9", "bit(9)", "bit", {"b'101010101'": 0b101010101, "b'0'": 0}),
    Column("c_bit64", "bit(64)", "bit", {f"b'{B64:b}'": B64, "b'1'": 1}),
    Column("c_char", "char(10)", "text", {"'ab  '": "ab", "''": "", "'  ab'": "  ab"}),
    Column("c_char1", "char(1)", "text", {"'Y'": "Y", "' '": ""}),
    Column("c_varchar", "varchar(50)", "text", {"'ab  '": "ab  ", "'星海 😀'": "星海 😀", "'a%s :b {c} %(d)s'": "a%s :b {c} %(d)s", "'a\\nb'": "a\nb", "'\\t\\'\"\\\\'": "\t'\"\\"}),
    Column("c_long", "varchar(500)", "longtext", {"'\\nfirst\\r\\nsecond\\rthird\\n'": "\nfirst\r\nsecond\rthird\n"}),
    Column("c_latin1", "varchar(50) character set latin1", "text", {"'Zoë €'": "Zoë €"}),
    Column("c_gbk", "varchar(50) character set gbk", "text", {"'中文客户'": "中文客户"}),
    Column("c_utf8mb3", "varchar(50) character set utf8mb3", "text", {"'客户'": "客户"}),
    Column("c_ucs2", "varchar(50) character set ucs2", "text", {"'客户 x'": "客户 x"}),
    Column("c_bin", "varchar(50) collate utf8mb4_bin", "text", {"'Ä '": "Ä "}),
    Column("c_nul", "varchar(50)", "text", {"'a\\0b'": "a\0b"}),
    Column("c_tinytext", "tinytext", "longtext", {"'x'": "x"}),
    Column("c_text", "text", "longtext", {"''": "", "REPEAT('长', 20000)": "长" * 20000}),
    Column("c_mediumtext", "mediumtext", "longtext", {"'x'": "x"}),
    Column("c_longtext", "longtext", "longtext", {"REPEAT('y', 70000)": "y" * 70000}),
    Column("c_json", "json", "json", {"'{\"b\":1.0, \"a\": [1e2, 12345678901234567890]}'": '{"b":1.0, "a": [1e2, 12345678901234567890]}'}),
    Column("c_binary", "binary(16)", "binary", {"x'00ff'": b"\x00\xff" + b"\0" * 14, "UNHEX(REPEAT('ab',16))": b"\xab" * 16}),
    Column("c_uuid16", "binary(16)", "uuid", {"x'123e4567e89b12d3a456426614174000'": bytes.fromhex("123e4567e89b12d3a456426614174000")}),
    Column("c_varbinary", "varbinary(300)", "binary", {f"x'{BYTES.hex()}'": BYTES, "''": b""}),
    Column("c_tinyblob", "tinyblob", "binary", {"x'0a0d27'": b"\n\r'"}),
    Column("c_blob", "blob", "blob", {f"x'{BYTES.hex()}'": 256, "''": 0}, locked=True),
    Column("c_longblob", "longblob", "blob", {"REPEAT('z', 100000)": 100000}, locked=True),
    Column("c_bigbinary", "varbinary(2000)", "blob", {"x'00'": 1}, locked=True),
    Column("c_enum", "enum('G','it''s','b\\\\s','PG-13','中')", "enum", {"'G'": "G", "'it''s'": "it's", "'b\\\\s'": "b\\s", "'中'": "中", "IF(1, 'nonsense', '')": ""}),
    Column("c_set", "set('x','y z','q''r')", "set", {"'q''r,x'": "x,q'r", "''": "", "'nonsense,x'": "x"}),
    Column("c_date", "date", "date", {"'2026-03-31'": "2026-03-31", "'0000-00-00'": "0000-00-00", "'2026-00-15'": "2026-00-15", "'0001-01-01'": "0001-01-01"}),
    Column("c_datetime", "datetime", "datetime", {"'2026-03-31 14:30:00'": "2026-03-31 14:30:00", "'0000-00-00'": "0000-00-00 00:00:00", "'9999-12-31 23:59:59'": "9999-12-31 23:59:59"}),
    Column("c_datetime6", "datetime(6)", "datetime", {"'2026-03-31 14:30:00.123456'": "2026-03-31 14:30:00.123456", "'2026-03-31 14:30'": "2026-03-31 14:30:00.000000"}),
    Column("c_datetime3", "datetime(3)", "datetime", {"'2026-03-31 14:30:00.120'": "2026-03-31 14:30:00.120"}),
    Column("c_timestamp", "timestamp", "datetime", {"'2026-03-31 14:30:00'": "2026-03-31 14:30:00", "0": "0000-00-00 00:00:00"}),
    Column("c_time", "time", "time", {"'36:30:00'": "36:30:00", "'-838:59:59'": "-838:59:59", "'00:00:00'": "00:00:00", "'08:05'": "08:05:00"}),
    Column("c_time6", "time(6)", "time", {"'-36:30:00.000001'": "-36:30:00.000001"}),
    Column("c_year", "year", "year", {"0": 0, "'2026'": 2026, "1901": 1901, "2155": 2155}),
    Column("c_uuid", "uuid", "uuid", {"'123e4567-e89b-12d3-a456-426614174000'": "123e4567-e89b-12d3-a456-426614174000"}),
    Column("c_inet4", "inet4", "ip", {"'192.0.2.10'": "192.0.2.10"}),
    Column("c_inet6", "inet6", "ip", {"'2001:db8::1'": "2001:db8::1", "'::ffff:192.0.2.1'": "::ffff:192.0.2.1"}),
    Column("c_ip_addr", "int unsigned", "ip", {"INET_ATON('192.0.2.10')": 3221225994}),
    Column("c_ip", "varbinary(16)", "ip", {"INET6_ATON('::1')": b"\0" * 15 + b"\1", "INET6_ATON('192.0.2.1')": bytes([192, 0, 2, 1])}),
    Column("c_point", "point", "point", {"ST_GeomFromText('POINT(121.47 31.23)')": "POINT(121.47 31.23)"}, locked=True),
    Column("c_shape", "polygon", "point", {"ST_GeomFromText('POLYGON((0 0,1 0,1 1,0 0))')": "POLYGON((0 0,1 0,1 1,0 0))"}, locked=True),
]  # fmt: skip
