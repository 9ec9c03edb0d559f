"""The wizard asks about people's data: reads that are written down, what must be kept, what a column holds, fixed values."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from models.access import catalogue
from models.persons.kinds import personal
from tests.harness.applications import send
from tests.views.wiring.test_wizard import admin, app, form_of, text, wiring

__all__ = ["admin", "app"]
CUSTOMERS = "/wiring/table?table=T_KHZL"
LAW = "Customers' files are kept for five years (archive law)."


def number_of(typed: dict[str, Any], label: str) -> str:
    return str(next(name for name in typed if typed[name] == label)).removeprefix("en-")


def refused(client: FlaskClient, **typed: Any) -> str:
    answer = send(client, CUSTOMERS, form_of(client, CUSTOMERS) | typed)
    assert answer.status_code == 400
    assert "Nothing to publish" in text(client, "/wiring/review")
    return str(answer.get_data(as_text=True))


def test_reads_reasons_and_kinds_are_reviewed_in_words_published_and_in_force(
    app: Flask, admin: FlaskClient
) -> None:
    typed = form_of(admin, CUSTOMERS)
    grade = number_of(typed, "Grade")
    assert (typed["audited"], typed["kept"], typed[f"personal-{grade}"]) == ("", "", "")
    typed |= {"audited": "opened", "kept": LAW, f"personal-{grade}": "other", "on_request": "delete"}
    assert send(admin, CUSTOMERS, typed).status_code == 302
    kept = form_of(admin, CUSTOMERS)
    assert (kept["audited"], kept["kept"], kept[f"personal-{grade}"]) == ("opened", LAW, "other")

    review = text(admin, "/wiring/review")
    assert "reads that are written down changes from “No reads” to “Whoever opens a record”." in review
    assert f"why people's data must be kept changes from nothing to “{LAW}”." in review
    assert "people's data changes from “as its type and name say” to “Other data”." in review
    assert "what requests of persons do with whole records changes from “Nothing: its fields alone" in review
    assert wiring(app).entities["customers"].audited == ""

    assert send(admin, "/wiring/publish", {"note": ""}).status_code == 302
    customers = wiring(app).entities["customers"]
    assert (customers.audited, customers.kept, customers.fields["KHDJ"].personal) == ("opened", LAW, "other")
    assert customers.on_request == "delete"
    with app.app_context():
        assert personal(catalogue().entities["customers"])["KHDJ"] == "other"
    assert send(admin, CUSTOMERS, form_of(admin, CUSTOMERS)).status_code == 302
    assert "Nothing to publish" in text(admin, "/wiring/review")


def test_a_discarded_draft_takes_them_along(app: Flask, admin: FlaskClient) -> None:
    send(admin, CUSTOMERS, form_of(admin, CUSTOMERS) | {"audited": "opened", "kept": LAW})
    assert "Nothing to publish" not in text(admin, "/wiring/review")
    send(admin, "/wiring/discard")
    typed = form_of(admin, CUSTOMERS)
    assert (typed["audited"], typed["kept"]) == ("", "")
    assert wiring(app).entities["customers"].kept == ""


def test_what_a_column_tells_by_itself_is_said(admin: FlaskClient) -> None:
    page = text(admin, CUSTOMERS)
    assert "By itself: Phone" in page
    assert "By itself: No person's data" in page
    assert "Columns that hold a person's data: " in page
    zh = admin.get(CUSTOMERS, headers={"Accept-Language": "zh-CN"}).get_data(as_text=True)
    assert "自动：不含个人信息" in zh
    assert "必须保留的原因" in zh


def test_a_column_that_holds_nobodys_data_after_all_is_left_alone(app: Flask, admin: FlaskClient) -> None:
    typed = form_of(admin, CUSTOMERS)
    with app.app_context():
        before = dict(personal(catalogue().entities["customers"]))
    name = next(one for one, kind in before.items() if kind == "phone")
    number = list(wiring(app).entities["customers"].fields).index(name)
    assert send(admin, CUSTOMERS, typed | {f"personal-{number}": "none"}).status_code == 302
    assert "to “No person's data”." in text(admin, "/wiring/review")
    send(admin, "/wiring/publish")
    with app.app_context():
        assert name not in personal(catalogue().entities["customers"])


def test_masked_values_can_only_be_followed_where_a_column_is_masked(app: Flask, admin: FlaskClient) -> None:
    typed = form_of(admin, CUSTOMERS)
    bare = {name: value for name, value in typed.items() if not name.startswith("sensitive-")}
    answer = send(admin, CUSTOMERS, bare | {"audited": "sensitive", "kept": LAW})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 400
    assert "No column is masked, so nothing would be written down." in page
    assert '<option value="sensitive" selected>' in page
    assert "five years (archive law)" in page
    grade = number_of(typed, "Grade")
    masked = {"audited": "sensitive", f"sensitive-{grade}": "on"}
    assert send(admin, CUSTOMERS, bare | masked).status_code == 302
    assert "Suggested here, because these columns are masked: Grade." in text(admin, CUSTOMERS)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"audited": "everything"}, "Choose from the list which reads are written down."),
        ({"on_request": "burn"}, "Choose from the list what requests of persons may do"),
        ({"personal-2": "soul"}, "Choose from the list which of a person's data"),
        ({"kept": "x" * 501}, "Say in at most 500 characters why it must be kept."),
        ({"fixed_field-0": "KHDJ"}, "choose a column that is used, and the value that it has."),
        ({"fixed_field-0": "NONE", "fixed_value-0": "1"}, "choose a column that is used"),
        ({"fixed_field-0": "ID", "fixed_value-0": "one"}, "ID holds numbers."),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_kept(
    admin: FlaskClient, typed: dict[str, str], sentence: str
) -> None:
    assert sentence in refused(admin, **typed).replace("&#39;", "'")


def test_several_fixed_values_are_given_and_a_column_only_once(app: Flask, admin: FlaskClient) -> None:
    first = {"fixed_field-0": "KHDJ", "fixed_value-0": "A"}
    page = refused(admin, **first, **{"fixed_field-1": "KHDJ", "fixed_value-1": "B"})
    assert "KHDJ is named twice." in page
    assert send(admin, CUSTOMERS, form_of(admin, CUSTOMERS) | first).status_code == 302
    typed = form_of(admin, CUSTOMERS)
    assert (typed["fixed_value-0"], typed["fixed_value-1"]) == ("A", "")
    second = {"fixed_field-1": "KHLX", "fixed_value-1": "1"}
    assert send(admin, CUSTOMERS, typed | second).status_code == 302
    send(admin, "/wiring/publish")
    assert dict(wiring(app).entities["customers"].fixed) == {"KHDJ": "A", "KHLX": "1"}
    typed = form_of(admin, CUSTOMERS)
    gone = {"fixed_field-0": "", "fixed_value-0": "", "fixed_field-1": "", "fixed_value-1": ""}
    assert send(admin, CUSTOMERS, typed | gone).status_code == 302
    send(admin, "/wiring/publish")
    assert wiring(app).entities["customers"].fixed == {}


def test_what_was_typed_wrongly_in_a_fixed_value_stays(admin: FlaskClient) -> None:
    page = refused(admin, **{"fixed_field-0": "ID", "fixed_value-0": "not a number"})
    assert 'value="not a number"' in page
