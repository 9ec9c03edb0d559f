"""Stand-ins fit the columns that they stand in, are the same for the same value, and lead back to nobody."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from models.persons.kinds import ADDRESS, BIRTH, MAIL, NAME, NUMBERS, OTHER, PHONE, kind_of, kinds_of_value
from models.persons.stand_ins import can_be_empty, empty, stand_in
from models.wiring.nouns import Entity, Field, Label
from models.wiring.personal import _is_identity

SECRET = "s" * 40


def field(sql_type: str = "varchar(50)", **more: Any) -> Field:
    return Field("X", Label("X"), more.pop("kind", "text"), sql_type, **more)


@pytest.mark.parametrize(
    ("kind", "value", "pattern"),
    [
        (PHONE, "13812345678", r"154\d{8}"), (PHONE, "+86 13812345678", r"\+86 154\d{8}"), (PHONE, "021-6245 8888", r"\d{3}-\d{4} \d{4}"),
        (PHONE, "+1 (212) 555-0100", r"\+\d \(\d{3}\) \d{3}-\d{4}"), (NUMBERS, "110105194912310021", r"999999(19[0-4]\d)\d{7}[\dX]"),
        (NUMBERS, "DE89370400440532013000", r"[A-Z]{2}\d{20}"), (NUMBERS, "6222021234567890", r"\d{16}"),
        (MAIL, "ada@example.org", r"[0-9a-f]{6,16}@\w+\.invalid"), (NAME, "陈艾达", r"匿名[0-9a-f]{8}"),
        (NAME, "Ada Lovelace", r"Anonymous [0-9a-f]{8}"), (ADDRESS, "上海市南京路1号", "匿名地址"), (OTHER, "ab-12 Cd", r"[a-z]{2}-\d{2} [A-Z][a-z]"),
        (BIRTH, "1990-05-04", r"\d{4}-\d{2}-\d{2}"),
    ],
)  # fmt: skip
def test_form(kind: str, value: str, pattern: str) -> None:
    import re

    made = stand_in(field(), kind, value, SECRET)
    assert re.fullmatch(pattern, made), made
    assert made != value
    assert stand_in(field(), kind, value, SECRET) == made
    assert stand_in(field(), kind, value, "t" * 40) != made or kind == ADDRESS
    assert stand_in(field(), kind, value, SECRET, 1) != made or kind == ADDRESS


def test_identity_numbers_keep_their_check_digit() -> None:
    for number in range(50):
        made = stand_in(field(), NUMBERS, f"11010519491231{number:03d}1", SECRET)
        assert _is_identity(made), made


@pytest.mark.parametrize("length", [1, 2, 5, 8, 11, 20])
@pytest.mark.parametrize("kind", [NAME, PHONE, MAIL, NUMBERS, ADDRESS, OTHER])
def test_length(kind: str, length: int) -> None:
    assert len(stand_in(field(length=length), kind, "x1@y.org 陈"[:length], SECRET)) <= length


@pytest.mark.parametrize("value", [13812345678, Decimal(13812345678), 42])
def test_numbers_stay_numbers_of_as_many_digits(value: Any) -> None:
    made = stand_in(field("bigint"), PHONE, value, SECRET)
    assert type(made) is type(value)
    assert len(str(made)) == len(str(value))


@pytest.mark.parametrize("value", [None, "", 0])
def test_nothing_stays_nothing(value: Any) -> None:
    assert stand_in(field(), NAME, value, SECRET) == value


def test_long_texts_have_stand_ins_too() -> None:
    assert len(stand_in(field("text"), OTHER, "Note 12 " * 500, SECRET)) == 4000


@pytest.mark.parametrize(
    ("sql_type", "nullable", "expected"),
    [("varchar(9)", True, None), ("varchar(9)", False, ""), ("int", False, 0), ("date", True, None), ("blob", False, b"")],
)  # fmt: skip
def test_empty(sql_type: str, nullable: bool, expected: Any) -> None:
    assert empty(field(sql_type, nullable=nullable)) == expected
    assert can_be_empty(field("date", nullable=False)) is False


@pytest.mark.parametrize(
    ("words", "more", "role", "expected"),
    [
        (("Phone", "电话"), {"kind": "phone"}, "other", PHONE), (("Mail", ""), {"kind": "email"}, "other", MAIL),
        (("Card", ""), {"sensitive": True}, "other", NUMBERS), (("Contact person", "联系人"), {}, "order", NAME),
        (("Street", "地址"), {}, "customer", ADDRESS), (("Birthday", "生日"), {"sql_type": "date"}, "contact", BIRTH),
        (("Amount", "金额"), {"sql_type": "int"}, "order", ""), (("IP address", ""), {}, "other", ""),
        (("Remark", "备注"), {"personal": "other"}, "order", OTHER), (("Phone", ""), {"kind": "phone", "personal": "none"}, "other", ""),
        (("Delivery address type", "地址类型"), {"kind": "code"}, "order", ""),
    ],
)  # fmt: skip
def test_kinds(words: tuple[str, str], more: dict[str, Any], role: str, expected: str) -> None:
    given = {"kind": "text", "sql_type": "varchar(50)", **more}
    one = Field("X", Label(*words), **given)
    assert kind_of(Entity("e", "E", Label(), {"X": one}, role=role), one) == expected


def test_a_value_is_looked_for_where_it_may_stand() -> None:
    assert PHONE in kinds_of_value("138-1234-5678")
    assert NAME not in kinds_of_value("13812345678")
    assert kinds_of_value("ada@example.org") == (MAIL, OTHER)
    assert NAME in kinds_of_value("陈艾达")
