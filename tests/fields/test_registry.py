"""The folder of kinds is loaded whole; each column finds the kind that fits it best."""

import pytest

import fields
from fields.base import FieldType
from fields.kinds.text import Text
from models.legacy.sql_type import parse_sql_type
from models.wiring.nouns import Label
from tests.fields.build import make


def test_a_kind_used_twice_stops_the_start() -> None:
    class Again(FieldType):
        kind = "text"

    with pytest.raises(RuntimeError, match="“text” stands in fields.kinds.text and .*Rename"):
        fields.register(iter([Text(), Again()]))


def test_a_kind_that_is_gone_is_shown_and_not_edited() -> None:
    field = make("no-such-kind", "varchar(9)")
    assert fields.type_of(field).kind == "other"
    assert fields.type_of(field).locked(field) == "type"
    assert fields.type_of(field).text(field, "x") == "x"


@pytest.mark.parametrize("kind", fields.kinds().values(), ids=list(fields.kinds()))
def test_each_kind_has_a_name_and_known_comparisons(kind: FieldType) -> None:
    from fields.operators import LABELS

    assert str(kind.label)
    assert set(kind.operators) <= set(LABELS)
    assert {"is_null", "not_null"} <= set(kind.operators)


CLAIMS = [
    ("varchar(50)", "KHMC", "text"), ("varchar(255)", "name", "text"), ("varchar(500)", "BZ", "longtext"), ("text", "remark", "longtext"),
    ("tinyint(1)", "is_used", "boolean"), ("tinyint(4)", "level", "integer"), ("bit(1)", "deleted", "boolean"), ("bit(8)", "mask", "bit"), ("boolean", "x", "boolean"),
    ("int(11)", "CJRQ", "yyyymmdd"), ("int(11)", "order_date", "yyyymmdd"), ("char(8)", "SR_RQ", "yyyymmdd"), ("int(11)", "update_count", "integer"), ("int(11)", "candidate", "integer"), ("int(11)", "birthDate", "yyyymmdd"),
    ("int(11)", "create_time", "epoch"), ("bigint(13)", "NEXT_FIRE_TIME", "integer"), ("bigint(20)", "create_time", "integer"), ("int(11)", "duration_time", "integer"),
    ("decimal(10,2)", "total_amount", "money"), ("decimal(24,6)", "unit_price", "money"), ("decimal(10,6)", "longitude", "decimal"), ("decimal(5,2)", "discount_percent", "percent"),
    ("varchar(20)", "mobile", "phone"), ("varchar(20)", "phone_number", "phone"), ("varchar(200)", "email", "email"), ("varchar(255)", "homepage_url", "url"), ("varchar(255)", "file_path", "filepath"),
    ("varchar(20)", "hotel", "text"), ("varchar(64)", "telegram_id", "text"), ("varchar(15)", "recipient", "text"), ("varchar(45)", "last_ip", "ip"), ("varchar(64)", "description", "text"),
    ("enum('a','b')", "x", "enum"), ("set('a','b')", "x", "set"), ("json", "x", "json"), ("year(4)", "y", "year"), ("time", "t", "time"), ("date", "d", "date"), ("timestamp", "t", "datetime"),
    ("char(36)", "uuid", "uuid"), ("binary(16)", "id", "binary"), ("longblob", "photo", "blob"), ("geometry", "g", "point"), ("vector(3)", "v", "other"), ("", "anything", "text"),
    ("double", "x", "float"), ("integer", "ID", "integer"), ("numeric", "n", "decimal"), ("char(7)", "color", "color"), ("char(1)", "SEX", "text"),
]  # fmt: skip


@pytest.mark.parametrize(("sql_type", "name", "kind"), CLAIMS)
def test_a_column_finds_its_kind(sql_type: str, name: str, kind: str) -> None:
    assert fields.best_kind(make("", sql_type, name)) == kind


def test_settings_and_chinese_labels_count_too() -> None:
    codes = {"options": [["1", "A", "甲"]]}
    assert fields.best_kind(make("", "char(1)", settings=codes)) == "code"
    assert fields.best_kind(make("", "tinyint(1)", settings=codes)) == "code"
    assert fields.best_kind(make("", "char(1)", settings={"true": "Y", "false": "N"})) == "flag"
    assert fields.best_kind(make("", "bigint(20)", settings={"unit": "ms"})) == "epoch"
    assert fields.best_kind(make("", "varchar(20)", label=Label("", "手机"))) == "phone"
    assert fields.best_kind(make("", "longtext", settings={"json": True})) == "json"


@pytest.mark.parametrize(
    ("words", "name", "arguments", "unsigned"),
    [("decimal(20,6) unsigned", "decimal", ("20", "6"), True), ("int(5) unsigned zerofill", "int", ("5",), True), ("INTEGER", "integer", (), False),
     ("enum('a','it''s','b\\\\s','n\\nl','c,d',')')", "enum", ("a", "it's", "b\\s", "n\nl", "c,d", ")"), False), ("double precision", "double", (), False),
     ("character varying(20)", "varchar", ("20",), False), ("bool", "tinyint", ("1",), False), ("", "", (), False), ("123", "", (), False), ("set('')", "set", ("",), False)],
)  # fmt: skip
def test_the_servers_words_are_taken_apart(
    words: str, name: str, arguments: tuple[str, ...], unsigned: bool
) -> None:
    found = parse_sql_type(words)
    assert (found.name, found.arguments, found.unsigned) == (name, arguments, unsigned)
