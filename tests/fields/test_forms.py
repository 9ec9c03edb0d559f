"""A form carries text: what nobody touched is never rewritten, what was typed is never lost."""

from decimal import Decimal
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from app.errors import Invalid
from fields.forms import RecordForm, record_form
from models.policy import Masked
from models.wiring.nouns import Field, Label
from tests.fields.build import make

NAME = make("text", "varchar(20)", "name", nullable=False)
NOTE = make("longtext", "text", "note")
PRICE = make("decimal", "decimal(10,2)", "price")
DAY = make("date", "date", "day")
WHEN = make("datetime", "datetime", "when")
DONE = make("boolean", "tinyint(1)", "done", nullable=False)
LIVE = make("boolean", "tinyint(1)", "live", nullable=False, has_default=True)
MAYBE = make("boolean", "tinyint(1)", "maybe")
TAGS = make("set", "set('a','b','c')", "tags")
SIZE = make("enum", "enum('S','M')", "size")


def posted(**texts: str | list[str]) -> MultiDict[str, str]:
    return MultiDict(
        [
            (f"f.{name}", one)
            for name, given in texts.items()
            for one in (given if isinstance(given, list) else [given])
        ]
    )


def changed(field: Field, stored: Any, *sent: str) -> RecordForm:
    return record_form([field], {field.name: stored}, posted(**{field.name: list(sent)}))


@pytest.mark.parametrize(
    ("field", "stored", "sent"),
    [(NAME, "  x ", ["  x "]), (NAME, "", [""]), (NOTE, None, [""]), (NOTE, "", [""]), (NOTE, "\na\rb\n", ["\r\na\r\nb\r\n"]),
     (DAY, "0000-00-00", ["0000-00-00"]), (WHEN, "2026-03-31 10:00:00", ["2026-03-31T10:00"]), (WHEN, "2026-03-31 10:00:00.000000", ["2026-03-31T10:00"]), (DONE, 1, ["0", "1"]), (DONE, 0, ["0"]), (DONE, 7, ["7"]),
     (MAYBE, None, [""]), (TAGS, "a,c", ["", "a", "c"]), (TAGS, "", [""]), (TAGS, None, [""]), (SIZE, "", [""]), (SIZE, "gone", ["gone"]), (PRICE, Decimal("1.50"), ["1.50"])],
)  # fmt: skip
def test_what_comes_back_as_it_was_shown_is_no_change(field: Field, stored: Any, sent: list[str]) -> None:
    form = changed(field, stored, *sent)
    assert form.changes() == {}
    assert form.validate()


@pytest.mark.parametrize(
    ("field", "stored", "sent", "change"),
    [(NAME, "x", ["y"], "y"), (NOTE, "a", [""], None), (NOTE, "a\r\nb", ["a\r\nb\r\nc"], "a\r\nb\r\nc"), (NOTE, "a\nb", ["a\r\nb\r\nc"], "a\nb\nc"),
     (DONE, 1, ["0"], 0), (DONE, 0, ["0", "1"], 1), (DONE, 7, ["0"], 0), (MAYBE, 1, [""], None), (TAGS, "a", ["", "c", "a"], "a,c"), (TAGS, "a", [""], None),
     (PRICE, Decimal("1.50"), ["1.51"], Decimal("1.51")), (PRICE, None, ["0"], Decimal(0)), (WHEN, "0000-00-00 00:00:00", ["2026-03-31"], "2026-03-31 00:00:00")],
)  # fmt: skip
def test_what_was_typed_is_a_change(field: Field, stored: Any, sent: list[str], change: Any) -> None:
    form = changed(field, stored, *sent)
    assert form.changes() == {field.name: change}
    assert form.validate()


def test_another_spelling_of_the_same_value_is_no_change() -> None:
    assert changed(PRICE, Decimal("1.50"), "1.5").changes() == {}
    assert changed(DAY, "2026-03-01", "2026/3/1").changes() == {}


def test_columns_that_were_not_sent_stay_out() -> None:
    form = record_form([NAME, NOTE], {"name": "x", "note": "y"}, posted(note="z"))
    assert form.changes() == {"note": "z"}


def test_an_error_keeps_the_typed_text_and_names_the_field() -> None:
    form = record_form([NAME, PRICE], {"name": "x", "price": None}, posted(name="", price="12 euro"))
    with pytest.raises(Invalid) as caught:
        form.check()
    assert set(caught.value.fields) == {"name", "price"}
    assert form["price"].text == "12 euro"
    assert "not a number" in form["price"].error
    assert form.errors == caught.value.fields


def test_sentences_from_elsewhere_stand_beside_their_fields() -> None:
    form = record_form([NAME], {"name": "x"}, posted(name="y"))
    form.add_errors({"name": "Taken. Choose another.", "unknown": "?"})
    assert form.errors == {"name": "Taken. Choose another."}


def test_a_needed_field_of_an_old_row_may_stay_empty() -> None:
    form = changed(NAME, "", "")
    assert form.validate()
    assert "required" not in form["name"].attributes


def test_a_new_record_takes_what_was_typed_and_leaves_the_rest_to_the_server() -> None:
    sent = posted(name="x", note="", price="", done="0", live="", tags="", size="")
    form = record_form([NAME, NOTE, PRICE, DONE, LIVE, TAGS, SIZE], {}, sent, adding=True)
    form.check()
    assert form.changes() == {"name": "x", "done": 0}


def test_a_new_record_needs_its_needed_fields_even_when_they_were_not_sent() -> None:
    form = record_form([NAME], {}, posted(), adding=True)
    assert not form.validate()
    assert form.errors["name"].startswith("This field is needed.")


def test_a_yes_or_no_with_a_default_offers_not_to_choose() -> None:
    form = record_form([DONE, LIVE], {}, None, adding=True)
    assert form["done"].input.widget == "checkbox"
    assert form["live"].input.choices[0] == ("", "–")


@pytest.mark.parametrize(
    ("field", "stored", "widget"),
    [(NAME, "x", "text"), (NAME, "x\ny", "textarea"), (DAY, "2026-03-31", "date"), (DAY, "0000-00-00", "text"), (DAY, "2026-00-15", "text"), (DAY, None, "date"),
     (WHEN, "2026-03-31 10:00:00", "datetime"), (WHEN, "0000-00-00 00:00:00", "text"), (DONE, 1, "checkbox"), (DONE, 7, "select"), (MAYBE, 1, "select"),
     (make("color", "char(7)", nullable=False), "#AABBCC", "color"), (make("color", "char(7)", nullable=False), "#ABC", "text"), (make("color", "char(7)", ), "?", "text"),
     (WHEN, "2026-03-31 10:00:00.000000", "datetime"), (WHEN, "2026-03-31T10:00", "datetime"), (make("color", "char(7)", nullable=False), "#aabbcc", "color"), (make("integer", "integer"), "odd text", "text"),
     (make("datetime", "datetime(6)"), "2026-03-31 10:00:00.123456", "text"), (make("blob", "longblob"), 5, "readonly"), (NAME, "a\0b", "readonly"), (NAME, "a\x07b", "readonly"),
     (NAME, Masked("138****8000"), "readonly"), (make("relation", "int"), 5, "text")],
)  # fmt: skip
def test_a_value_gets_a_control_that_can_hold_it(field: Field, stored: Any, widget: str) -> None:
    bound = record_form([field], {field.name: stored})[field.name]
    assert bound.input.widget == widget
    assert bool(bound.locked_reason) == (widget == "readonly")
    if widget == "text":
        assert "pattern" not in bound.attributes


def test_what_is_locked_cannot_be_sent() -> None:
    own = make("text", "varchar(9)", "c", read_only="generated")
    assert changed(own, "x", "y").changes() == {}
    assert changed(NAME, Masked("a**"), "b").changes() == {}


def test_a_choice_keeps_a_stored_value_that_is_none_of_the_options() -> None:
    bound = record_form([SIZE], {"size": "XXL"})["size"]
    assert bound.options == [("", "–"), ("S", "S"), ("M", "M"), ("XXL", "XXL")]


@pytest.mark.parametrize(
    "name",
    [
        "data",
        "errors",
        "validate",
        "meta",
        "process",
        "name",
        "id",
        "label",
        "populate_obj",
        "a b",
        'q"<',
        "金额",
        "f.x",
        "csrf_token",
        "_fields",
    ],
)
def test_no_column_name_clashes_with_the_form(name: str) -> None:
    field = make("text", "varchar(9)", name)
    form = record_form([field, NAME], {name: "x"}, MultiDict({f"f.{name}": "y"}))
    assert form.changes() == {name: "y"}
    assert form[name].name == f"f.{name}"


def test_groups_stand_in_the_order_of_their_fields() -> None:
    listed = [
        make("text", "varchar(9)", "a"),
        make("text", "varchar(9)", "b", group="more"),
        make("text", "varchar(9)", "c"),
    ]
    form = record_form(listed, {})
    assert [(heading, [one.column for one in members]) for heading, members in form.groups] == [
        ("", ["a", "c"]),
        ("More", ["b"]),
    ]


def test_a_related_record_is_shown_by_its_title_and_searched() -> None:
    field = make("integer", "int", "customer", label=Label("Customer"))
    form = record_form(
        [field],
        {"customer": 5},
        posted(customer="6"),
        related=["customer"],
        lookup_url=lambda one: f"/look/{one.name}",
        label_of=lambda one, value: {5: "Star", 6: "Moon"}[value],
    )
    bound = form["customer"]
    assert (bound.input.widget, bound.lookup_url) == ("relation", "/look/customer")
    assert (bound.label_for("5"), bound.label_for("6"), bound.label_for("x")) == ("Star", "Moon", "x")
    assert form.changes() == {"customer": 6}


def test_the_browser_says_what_the_server_would_say() -> None:
    bound = record_form([PRICE], {"price": None})["price"]
    form = changed(PRICE, None, "12 euro")
    form.validate()
    assert bound.attributes["data-msg-pattern"] == form.errors["price"]


def test_what_the_system_keeps_stands_last() -> None:
    listed = [make("text", "varchar(9)", group, group=group) for group in ("system", "more", "own")]
    assert [heading for heading, _members in record_form(listed, {}).groups] == ["own", "More", "System"]
