"""Each kind by examples: what a stored value looks like, and what may be typed for it."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

import fields
from app.errors import Invalid
from models.wiring.nouns import Field
from tests.fields.build import make

YESNO = {"true": "Y", "false": "N"}
RED = {"options": [["1", "Red", "红"], ["2", "Green", "绿"]]}
SHANGHAI = {"zone": "Asia/Shanghai"}
NOON = int(datetime(2026, 3, 31, 4, 0, tzinfo=UTC).timestamp())
ONE = UUID("123e4567-e89b-12d3-a456-426614174000")
SWAPPED = bytes.fromhex("12d3e89b123e4567a456426614174000")

FIELDS: dict[str, Field] = {
    "text": make("text", "varchar(5)"),
    "longtext": make("longtext", "tinytext"),
    "integer": make("integer", "int(11)"),
    "unsigned": make("integer", "tinyint(3) unsigned"),
    "zerofill": make("integer", "int(5) unsigned zerofill"),
    "decimal": make("decimal", "decimal(8,2)"),
    "positive": make("decimal", "decimal(8,2) unsigned"),
    "money": make("money", "decimal(20,6)", settings={"currency": "CNY"}),
    "cents": make("money", "int(11)", settings={"currency": "USD", "minor": 2}),
    "percent": make("percent", "decimal(6,2)"),
    "fraction": make("percent", "decimal(6,4)", settings={"stored": "fraction"}),
    "float": make("float", "float"),
    "double": make("float", "double"),
    "boolean": make("boolean", "tinyint(1)"),
    "deleted": make("boolean", "tinyint(1)", settings={"true": 0, "false": 1}),
    "bit1": make("boolean", "bit(1)"),
    "flag": make("flag", "char(1)", settings=YESNO),
    "stopped": make("flag", "char(1)", settings={"true": "0", "false": "1"}),
    "date": make("date", "date"),
    "datetime": make("datetime", "datetime"),
    "datetime3": make("datetime", "datetime(3)"),
    "timestamp": make("datetime", "timestamp"),
    "yyyymmdd": make("yyyymmdd", "int(11)"),
    "char8": make("yyyymmdd", "char(8)"),
    "day0": make("yyyymmdd", "int(11)", nullable=False, has_default=True),
    "epoch": make("epoch", "int(11)", settings=SHANGHAI),
    "epoch_ms": make("epoch", "bigint(20)", settings={**SHANGHAI, "unit": "ms"}),
    "time": make("time", "time"),
    "time3": make("time", "time(3)"),
    "year": make("year", "year(4)"),
    "enum": make("enum", "enum('G','PG-13','it''s')"),
    "set": make("set", "set('x','y z','w')"),
    "code": make("code", "char(1)", settings=RED),
    "codes": make("code", "varchar(20)", settings={**RED, "several": True}),
    "code_int": make("code", "int(11)", settings=RED),
    "relation": make("relation", "bigint(20)"),
    "relation16": make("relation", "binary(16)"),
    "phone": make("phone", "varchar(30)"),
    "email": make("email", "varchar(90)"),
    "url": make("url", "varchar(90)"),
    "json": make("json", "longtext"),
    "bit": make("bit", "bit(4)"),
    "binary": make("binary", "varbinary(4)"),
    "binary4": make("binary", "binary(4)"),
    "uuid": make("uuid", "char(36)"),
    "uuid16": make("uuid", "binary(16)"),
    "uuid_swap": make("uuid", "binary(16)", settings={"swap": True}),
    "uuid32": make("uuid", "char(32)"),
    "ip": make("ip", "varchar(45)"),
    "ip_int": make("ip", "int(10) unsigned"),
    "ip_bytes": make("ip", "varbinary(16)"),
    "inet6": make("ip", "inet6"),
    "color": make("color", "char(7)"),
    "rating": make("rating", "tinyint", settings={"max": 5}),
    "filepath": make("filepath", "varchar(255)"),
}

TEXTS: list[tuple[str, Any, str]] = [
    ("text", " a b ", " a b "), ("longtext", "a\nb", "a\nb"),
    ("integer", -5, "-5"), ("zerofill", 42, "00042"),
    ("decimal", Decimal("1200.50"), "1200.50"), ("decimal", Decimal("0E-2"), "0.00"),
    ("money", Decimal("12.500000"), "12.50"), ("money", Decimal("12.345600"), "12.3456"), ("cents", 1234, "12.34"), ("cents", 5, "0.05"),
    ("percent", Decimal("15.00"), "15.00"), ("fraction", Decimal("0.1525"), "15.25"),
    ("float", 0.10000000149011612, "0.1"), ("float", 3.0, "3"), ("double", 0.1, "0.1"), ("double", 1.5e-12, "1.5e-12"),
    ("boolean", 1, "1"), ("boolean", 2, "2"), ("deleted", 0, "0"), ("flag", "Y", "Y"),
    ("date", "2026-03-31", "2026-03-31"), ("date", "0000-00-00", "0000-00-00"),
    ("datetime", "2026-03-31 14:30:00", "2026-03-31 14:30:00"),
    ("yyyymmdd", 20260331, "2026-03-31"), ("yyyymmdd", 20260231, "20260231"), ("yyyymmdd", 0, "0"), ("char8", "20260331", "2026-03-31"), ("char8", "", ""),
    ("epoch", NOON, "2026-03-31 12:00:00"), ("epoch_ms", NOON * 1000 + 5, "2026-03-31 12:00:00.005"), ("epoch", 0, "0"), ("epoch", -1, "-1"),
    ("time", "36:30:00", "36:30:00"), ("year", 0, "0000"), ("year", 2026, "2026"),
    ("enum", "PG-13", "PG-13"), ("enum", "", ""), ("set", "x,y z", "x,y z"), ("code", "1", "1"), ("codes", "2,1", "2,1"), ("code_int", 1, "1"), ("code_int", 9, "9"), ("relation", 7, "7"), ("relation16", ONE.bytes, ONE.hex),
    ("json", '{"a":1.0}', '{"a":1.0}'), ("bit", 5, "0101"), ("binary", b"\x00\xff", "00ff"),
    ("uuid16", ONE.bytes, str(ONE)), ("uuid_swap", SWAPPED, str(ONE)), ("uuid16", b"abc", "616263"),
    ("ip_int", 3221225994, "192.0.2.10"), ("ip_bytes", bytes([192, 0, 2, 1]), "192.0.2.1"), ("ip_bytes", b"\0" * 15 + b"\1", "::1"),
    ("rating", 3, "3"),
]  # fmt: skip

PARSED: list[tuple[str, str, Any]] = [
    ("text", "五个字的名", "五个字的名"), ("integer", "1,200", 1200), ("integer", " １２ ", 12), ("integer", "−5", -5), ("unsigned", "255", 255), ("zerofill", "00042", 42),
    ("decimal", "1,200.5", Decimal("1200.5")), ("decimal", ".5", Decimal("0.5")), ("decimal", "1.500", Decimal("1.500")),
    ("money", "¥ 1,200.5", Decimal("1200.5")), ("money", "￥３", Decimal(3)), ("cents", "12.3", 1230), ("percent", "15 %", Decimal(15)), ("fraction", "15.25", Decimal("0.1525")),
    ("float", "1e3", 1000.0), ("double", "0.1", 0.1),
    ("boolean", "yes", 1), ("boolean", "否", 0), ("boolean", "1", 1), ("deleted", "0", 0), ("deleted", "yes", 0), ("bit1", "true", 1), ("flag", "y", "Y"), ("flag", "Yes", "Y"), ("flag", "0", "N"), ("stopped", "1", "1"), ("stopped", "no", "1"),
    ("date", "2026/3/1", "2026-03-01"), ("date", "20260301", "2026-03-01"), ("date", "2026年3月1日", "2026-03-01"), ("date", "2026.03.01", "2026-03-01"), ("date", "２０２６-０３-０１", "2026-03-01"),
    ("datetime", "2026-03-31T14:30", "2026-03-31 14:30:00"), ("datetime", "2026-03-31", "2026-03-31 00:00:00"), ("datetime", "2026年3月31日 14时30分", "2026-03-31 14:30:00"), ("datetime3", "2026-03-31 14:30:00.5", "2026-03-31 14:30:00.500"),
    ("yyyymmdd", "2026-03-31", 20260331), ("char8", "2026/3/31", "20260331"), ("day0", "", 0),
    ("epoch", "2026-03-31 12:00", NOON), ("epoch_ms", "2026-03-31 12:00:00.005", NOON * 1000 + 5), ("epoch", "2026-03-31 12:00:00+08:00", NOON), ("epoch", "0", 0),
    ("time", "9:30", "09:30:00"), ("time", "-36:30", "-36:30:00"), ("time3", "9:30:00.5", "09:30:00.500"), ("year", "2026年", 2026), ("year", "0000", 0),
    ("enum", "pg-13", "PG-13"), ("enum", "it's", "it's"), ("set", "y z, X", "x,y z"), ("set", ",x", "x"), ("code", "Red", "1"), ("code", "绿", "2"), ("code_int", "2", 2), ("codes", "2, Red", "2,1"), ("codes", "1,,", "1"), ("relation", "7", 7), ("relation16", ONE.hex, ONE.bytes),
    ("phone", " 010-1234 5678 转 8 ", "010-1234 5678 转 8"), ("phone", "+49 30 123456", "+49 30 123456"), ("email", " a.b@example.com ", "a.b@example.com"), ("url", "www.example.com/x?y", "www.example.com/x?y"),
    ("json", ' {"a": [1, 2]} ', ' {"a": [1, 2]} '), ("bit", "0101", 5), ("bit", "1 1", 3), ("binary", "00 FF", b"\x00\xff"), ("binary", "0x00ff", b"\x00\xff"), ("binary4", "ff", b"\xff\0\0\0"),
    ("uuid", "123E4567E89B12D3A456426614174000", str(ONE).upper()), ("uuid16", str(ONE), ONE.bytes), ("uuid_swap", str(ONE), SWAPPED), ("uuid32", str(ONE), ONE.hex),
    ("ip", "192.0.2.10", "192.0.2.10"), ("ip", " 0:0:0:0:0:0:0:1 ", "0:0:0:0:0:0:0:1"), ("ip_int", "192.0.2.10", 3221225994), ("ip_bytes", "::1", b"\0" * 15 + b"\1"), ("inet6", "192.0.2.1", "::ffff:192.0.2.1"),
    ("color", "#ABC", "#ABC"), ("rating", "5", 5), ("filepath", r"C:\a b\c.pdf", r"C:\a b\c.pdf"),
]  # fmt: skip

REFUSED: list[tuple[str, str, str]] = [
    ("text", "sechs6", "at most 5 characters"), ("longtext", "长" * 86, "255 bytes"),
    ("integer", "1.5", "whole number"), ("integer", "12a", "whole number"), ("integer", "2147483648", "-2,147,483,648 to 2,147,483,647"), ("unsigned", "-1", "from 0 to 255"), ("integer", "1,2", "whole number"),
    ("decimal", "1.234", "6 digits before and 2 behind"), ("decimal", "1234567", "6 digits"), ("decimal", "1,5", "not a number"), ("decimal", "NaN", "not a number"), ("positive", "-1", "below zero"), ("decimal", "1e3", "not a number"),
    ("money", "12 euro", "not a number"), ("cents", "12.345", "whole number"), ("fraction", "0.001", "digits"), ("float", "1e39", "too large"), ("double", "1e999", "too large"), ("double", "inf", "not a number"),
    ("boolean", "maybe", "neither yes nor no"), ("flag", "x", "neither yes nor no"),
    ("date", "2026-02-30", "not a date"), ("date", "31/3/2026", "not a date"), ("date", "26-3-1", "not a date"), ("date", "0000-00-00", "not a date"),
    ("datetime", "2026-03-31 25:00", "date and time"), ("datetime", "2026-03-31 14:30:00.5", "date and time"), ("datetime", "2026-03-31T14:30:00Z", "date and time"), ("timestamp", "2040-01-01 00:00", "2038"),
    ("yyyymmdd", "20260231", "not a date"), ("epoch", "soon", "date and time"), ("time", "839:00", "not a time"), ("time", "10:60", "not a time"), ("year", "1900", "1901"), ("year", "26", "1901"),
    ("enum", "X", "one of the options"), ("set", "x,nope", "one of the options"), ("code", "3", "one of the options"), ("codes", "1,3", "one of the options"), ("code", "1,2", "one of the options"), ("relation", "abc", "whole number"),
    ("phone", "call me", "phone number"), ("email", "a@b@c", "e-mail"), ("email", "x", "e-mail"), ("url", "javascript:alert(1)", "web address"), ("url", "data:text/html,x", "web address"), ("url", "not a link", "web address"),
    ("json", "{'a': 1}", "line 1, column 2"), ("json", "NaN", "JSON"), ("json", "[" * 100_000, "JSON"), ("bit", "10101", "at most 4 digits"), ("bit", "2", "0 or 1"), ("binary", "abc", "at most 4 pairs"), ("binary", "0011223344", "4 pairs"),
    ("uuid", "nope", "UUID"), ("ip", "300.1.1.1", "IP address"), ("ip_int", "::1", "IP address"), ("color", "red", "colour"), ("rating", "6", "from 0 to 5"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "stored", "text"), TEXTS)
def test_a_stored_value_as_text(name: str, stored: Any, text: str) -> None:
    field = FIELDS[name]
    assert fields.type_of(field).text(field, stored) == text


@pytest.mark.parametrize(("name", "typed", "stored"), PARSED)
def test_what_may_be_typed(name: str, typed: str, stored: Any) -> None:
    field = FIELDS[name]
    found = fields.type_of(field).parse(field, typed)
    assert (found, type(found)) == (stored, type(stored))


@pytest.mark.parametrize(("name", "typed", "words"), REFUSED)
def test_what_is_refused_and_why(name: str, typed: str, words: str) -> None:
    field = FIELDS[name]
    with pytest.raises(Invalid) as caught:
        fields.type_of(field).parse(field, typed)
    sentence = str(caught.value)
    assert words in sentence
    assert sentence.endswith(".")
    assert sentence[0].isupper()


@pytest.mark.parametrize(("name", "stored", "_text"), TEXTS)
def test_an_ordinary_value_survives_rest_and_csv(name: str, stored: Any, _text: str) -> None:
    field = FIELDS[name]
    kind = fields.type_of(field)
    if stored == "" or (name, stored) in ODD:
        return
    assert kind.from_json(field, kind.to_json(field, stored)) == stored
    assert kind.from_csv(field, kind.to_csv(field, stored)) == stored


ODD: set[tuple[str, Any]] = {
    ("boolean", 2), ("date", "0000-00-00"), ("yyyymmdd", 20260231), ("yyyymmdd", 0), ("epoch", -1), ("code_int", 9), ("uuid16", b"abc"), ("float", 0.10000000149011612),
}  # fmt: skip
"""Values that an old row may hold and nobody can type; the server makes the last of 0.1."""


@pytest.mark.parametrize("name", FIELDS)
def test_an_emptied_field_is_null_where_that_is_allowed(name: str) -> None:
    field = FIELDS[name]
    if field.nullable:
        assert fields.type_of(field).parse(field, "") is None


@pytest.mark.parametrize("name", FIELDS)
def test_an_emptied_field_that_is_needed_is_refused(name: str) -> None:
    field = make(FIELDS[name].kind, FIELDS[name].sql_type, nullable=False, settings=FIELDS[name].settings)
    if name == "set":
        assert fields.type_of(field).parse(field, "") == ""  # no member at all is a set as well
        return
    with pytest.raises(Invalid):
        fields.type_of(field).parse(field, "")


def test_a_text_with_a_default_may_be_emptied() -> None:
    field = make("text", "varchar(5)", nullable=False, has_default=True)
    assert fields.type_of(field).parse(field, "") == ""


@pytest.mark.parametrize("value", [["a"], {"a": 1}])
@pytest.mark.parametrize("name", sorted(set(FIELDS) - {"set", "json"}))
def test_rest_takes_no_lists_where_a_value_belongs(name: str, value: Any) -> None:
    field = FIELDS[name]
    with pytest.raises(Invalid):
        fields.type_of(field).from_json(field, value)


def test_rest_takes_lists_for_sets_and_objects_for_json() -> None:
    assert fields.field_type("set").from_json(FIELDS["set"], ["w", "x"]) == "x,w"
    assert fields.field_type("set").from_json(FIELDS["set"], []) == ""
    assert fields.field_type("json").from_json(FIELDS["json"], {"名": [1]}) == '{"名": [1]}'


def test_a_doubled_hour_keeps_its_instant() -> None:
    """The clocks of Berlin show 02:30 twice on 25 October 2026."""
    field = make("epoch", "int(11)", settings={"zone": "Europe/Berlin"})
    kind = fields.type_of(field)
    for instant in (1792888200, 1792891800):
        assert kind.parse(field, kind.text(field, instant)) == instant
    assert kind.text(field, 1792891800) == "2026-10-25 02:30:00+01:00"


def test_every_kind_is_among_these_examples() -> None:
    shown_only = {"other", "blob", "point"}
    assert {field.kind for field in FIELDS.values()} == set(fields.kinds()) - shown_only
