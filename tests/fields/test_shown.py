"""What people see: cells, links that are safe, words in both languages."""

from decimal import Decimal
from typing import Any

import pytest

import fields
from tests.fields.build import make
from tests.fields.conftest import make_app
from tests.fields.test_kinds import FIELDS

SHOWN: list[tuple[str, Any, str]] = [
    ("integer", 1234567, "1234567"),
    ("decimal", Decimal("1234567.50"), "1,234,567.5"),
    ("money", Decimal("1234567.500000"), "¥1,234,567.50"),
    ("cents", 123456, "$1,234.56"),
    ("fraction", Decimal("0.1500"), "15%"),
    ("boolean", 1, "Yes"),
    ("boolean", 2, "2"),
    ("flag", "N", "No"),
    ("flag", "", ""),
    ("code", "1", "Red"),
    ("code", "9", "9"),
    ("codes", "2,1", "Green, Red"),
    ("codes", "2,9", "2,9"),
    ("yyyymmdd", 0, "0"),
    ("date", "0000-00-00", "0000-00-00"),
    ("set", "x,w", "x, w"),
    ("text", "<b>&", "&lt;b&gt;&amp;"),
    ("enum", "<", "&lt;"),
]


@pytest.mark.parametrize(("name", "stored", "shown"), SHOWN)
def test_a_value_for_readers(name: str, stored: Any, shown: str) -> None:
    field = FIELDS[name]
    assert str(fields.type_of(field).show(field, stored)) == shown


@pytest.mark.parametrize("name", FIELDS)
def test_null_is_shown_as_nothing(name: str) -> None:
    field = FIELDS[name]
    kind = fields.type_of(field)
    assert (
        kind.text(field, None),
        kind.cell(field, None),
        kind.show(field, None),
        kind.to_csv(field, None),
    ) == ("", "", "", "")
    assert kind.to_json(field, None) is None


ATTACK = '"><script>alert(1)</script>'


@pytest.mark.parametrize("kind", fields.kinds())
def test_markup_in_data_stays_text(kind: str) -> None:
    field = make(
        kind,
        "varchar(99)",
        settings={"options": [["1", ATTACK, ATTACK]], "currency": ATTACK, "base": "https://a.example"},
    )
    for value in (ATTACK, "1", f"https://a.example/{ATTACK}", f"a@b.example{ATTACK}", f"POINT({ATTACK} 1)"):
        for drawn in (fields.type_of(field).cell(field, value), fields.type_of(field).show(field, value)):
            assert "<script" not in drawn
            assert '"><' not in drawn.replace('"></rect', "")


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\nscript:alert(1)", " javascript:alert(1)", "\x01javascript:x", "data:text/html,x",
     "vbscript:x", "//evil.example", "https:evil", "http://", "file:///etc/passwd", "https:\\\\evil.example", "http://[", "blob:https://x"],
)  # fmt: skip
def test_only_web_addresses_become_links(address: str) -> None:
    assert "<a" not in fields.field_type("url").show(FIELDS["url"], address)


def test_links_lead_away_safely() -> None:
    shown = fields.field_type("url").show(FIELDS["url"], "https://example.com/a?b=1&c")
    assert 'href="https://example.com/a?b=1&amp;c"' in shown
    assert 'rel="noopener noreferrer nofollow"' in shown
    assert 'href="https://www.example.com"' in fields.field_type("url").show(FIELDS["url"], "www.example.com")


@pytest.mark.parametrize(
    ("typed", "dialled"), [("13800138000", "+86-138-0013-8000"), ("+1 650-253-0000", "+1-650-253-0000")]
)
def test_a_number_can_be_dialled(typed: str, dialled: str) -> None:
    assert f'<a href="tel:{dialled}">{typed}</a>' == fields.field_type("phone").cell(FIELDS["phone"], typed)


@pytest.mark.parametrize("typed", ["123", "010-1234567/7654321", "138****8000", "无"])
def test_what_is_not_one_number_is_no_link(typed: str) -> None:
    assert fields.field_type("phone").cell(FIELDS["phone"], typed) == typed


def test_json_keeps_its_numbers_and_order() -> None:
    shown = fields.field_type("json").show(
        FIELDS["json"], '{"b": 1.0, "a": [1e400, 12345678901234567890], "a": {}, "c": []}'
    )
    assert str(shown) == (
        '<pre class="field-json">{\n  &#34;b&#34;: 1.0,\n  &#34;a&#34;: [\n    1e400,\n    12345678901234567890\n  ],\n'
        "  &#34;a&#34;: {},\n  &#34;c&#34;: []\n}</pre>"
    )


def test_what_is_not_json_is_shown_as_it_is() -> None:
    assert "{'a': 1}" in fields.field_type("json").show(FIELDS["json"], "{'a': 1}").unescape()


def test_a_long_text_has_a_short_cell_on_one_line() -> None:
    field = FIELDS["longtext"]
    cell = fields.type_of(field).cell(field, "first\n\nsecond " + "x" * 500)
    assert cell.startswith("first second xxx")
    assert len(cell) == 81
    assert cell.endswith("…")


@pytest.mark.parametrize(
    ("size", "words"), [(0, "0 bytes"), (999, "999 bytes"), (12_345, "12.3 kB"), (5_000_000_000, "5.0 GB")]
)
def test_a_file_is_shown_by_its_size(size: int, words: str) -> None:
    field = make("blob", "longblob")
    assert str(fields.type_of(field).cell(field, size)) == words


def test_a_place_is_shown_as_longitude_and_latitude() -> None:
    field = make("point", "point")
    assert str(fields.type_of(field).show(field, "POINT(121.47 31.23)")) == "121.47 31.23"
    assert fields.type_of(field).locked(field) == "spatial"


def test_stars_have_words_for_screen_readers() -> None:
    shown = fields.field_type("rating").show(FIELDS["rating"], 3)
    assert 'aria-label="3 of 5"' in shown
    assert "★★★☆☆" in shown


def test_labels_follow_the_language() -> None:
    with make_app("zh").test_request_context():
        assert str(fields.field_type("code").show(FIELDS["code"], "1")) == "红"
        assert fields.field_type("code").parse(FIELDS["code"], "Red") == "1"
