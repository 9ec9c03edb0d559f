"""The controls as HTML: what a browser sends back untouched is what was stored."""

from html.parser import HTMLParser
from typing import Any

import pytest
from flask import render_template_string
from werkzeug.datastructures import MultiDict

from fields.forms import record_form
from models.wiring.nouns import Field, Label
from tests.fields.build import make
from tests.fields.test_kinds import FIELDS, TEXTS

PAGE = "{{ field_inputs(form.fields) }}"


class Browser(HTMLParser):
    """Reads controls as a browser does, and says what it would send."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.sent: list[tuple[str, str]] = []
        self.ids: list[str] = []
        self.name, self.text, self.in_noscript = "", None, False
        self.multiple, self.chosen, self.first = False, [], None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.ids += [given["id"]] if "id" in given else []
        self.in_noscript = self.in_noscript or tag == "noscript"
        if (
            tag == "input"
            and not self.in_noscript
            and (given.get("type") != "checkbox" or "checked" in given)
        ):
            self.sent.append((given["name"], given.get("value", "")))
        if tag in {"select", "textarea"}:
            self.name, self.text, self.multiple = (
                given["name"],
                "" if tag == "textarea" else None,
                "multiple" in given,
            )
            self.chosen, self.first = [], None
        if tag == "option":
            self.first = given["value"] if self.first is None else self.first
            self.chosen += [given["value"]] if "selected" in given else []

    def handle_data(self, data: str) -> None:
        if self.text is not None:
            self.text += data

    def handle_endtag(self, tag: str) -> None:
        self.in_noscript = self.in_noscript and tag != "noscript"
        if tag == "textarea" and self.text is not None:
            text = self.text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\n")
            self.sent.append((self.name, text.replace("\n", "\r\n")))
            self.text = None
        if tag == "select":
            first = [] if self.multiple or self.first is None else [self.first]
            self.sent += [(self.name, one) for one in self.chosen[-1:] if not self.multiple] or [
                (self.name, one) for one in (self.chosen if self.multiple else first)
            ]


def visit(fields: list[Field], values: dict[str, Any], **options: Any) -> tuple[str, Browser]:
    html = render_template_string(PAGE, form=record_form(fields, values, **options))
    browser = Browser()
    browser.feed(html)
    return html, browser


ODD = [("text", "a\nb"), ("longtext", "\n\n first\r\nlast \n"), ("text", ' "<&\' '), ("date", "2026-00-15"), ("enum", "gone"), ("set", "x,gone"), ("json", "\n{\n}"),
       ("color", "#AABBCC"), ("flag", "?"), ("boolean", 7), ("integer", "odd"), ("datetime", "2026-03-31 10:00"), ("phone", " 1 "), ("email", " a@b "), ("url", " x ")]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "stored"), [(n, s) for n, s, _t in TEXTS] + [(n, None) for n in FIELDS] + ODD
)
@pytest.mark.parametrize("nullable", [True, False])
def test_what_a_browser_sends_untouched_changes_nothing(name: str, stored: Any, nullable: bool) -> None:
    field = make(
        FIELDS[name].kind, FIELDS[name].sql_type, 'c"<é', settings=FIELDS[name].settings, nullable=nullable
    )
    values = {field.name: stored}
    html, browser = visit([field], values)
    assert {one for one, _text in browser.sent} == {'f.c"<é'}, html
    form = record_form([field], values, MultiDict(browser.sent))
    if stored is not None or nullable:
        assert form.changes() == {}, html
        assert form.errors == {}


@pytest.mark.parametrize(("name", "stored"), [(n, s) for n, s, _t in TEXTS] + ODD)
def test_the_value_of_a_bound_field_is_what_the_browser_sends(name: str, stored: Any) -> None:
    field = FIELDS[name]
    _html, browser = visit([field], {"c": stored})
    sent = ",".join(text for _name, text in browser.sent)
    bound = record_form([field], {"c": stored})["c"]
    assert sent.replace("\r\n", "\n") == bound.value.replace("\r\n", "\n").replace("\r", "\n")


def test_help_and_error_are_tied_to_their_control() -> None:
    field = make("integer", "int", "c", help=Label("How many."))
    form = record_form([field], {"c": 1}, MultiDict({"f.c": "many"}))
    form.validate()
    html = render_template_string(PAGE, form=form)
    browser = Browser()
    browser.feed(html)
    assert 'aria-describedby="f-0-help f-0-error"' in html
    assert {"f-0", "f-0-help", "f-0-error"} <= set(browser.ids)
    assert 'aria-invalid="true"' in html
    assert 'value="many"' in html


def test_every_control_has_a_label_and_an_id_of_its_own() -> None:
    fields = [
        make(FIELDS[name].kind, FIELDS[name].sql_type, name, settings=FIELDS[name].settings)
        for name in FIELDS
    ]
    html, browser = visit(fields, {})
    assert len(browser.ids) == len(set(browser.ids))
    for bound in record_form(fields, {}).fields:
        assert f'for="{bound.id}"' in html or bound.input.widget == "checkbox"


def test_a_relation_holds_only_the_present_record_and_works_without_a_script() -> None:
    field = make("relation", "int", "c")
    html, _browser = visit(
        [field], {"c": 5}, lookup_url=lambda _f: "/look", label_of=lambda _f, _v: "Star <1>"
    )
    assert html.count("<option") == 2
    assert 'data-lookup="/look"' in html
    assert "Star &lt;1&gt;" in html
    assert "<noscript><input" in html


def test_what_is_locked_says_why_and_sends_nothing() -> None:
    html, browser = visit([make("blob", "longblob", "c")], {"c": 2048})
    assert browser.sent == []
    assert "2.0 kB" in html
    assert "downloaded" in html
