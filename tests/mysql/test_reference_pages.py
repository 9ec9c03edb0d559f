"""Ids of several tables and lists of keys on pages: names with links, related lists, forms, the wizard and the API."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.harness import applications, databases, forms
from tests.mysql import made_up

pytestmark = [pytest.mark.mariadb, pytest.mark.slow]


@pytest.fixture(scope="module")
def app(mariadb_url: str) -> Iterator[Flask]:
    with databases.fresh_database(mariadb_url, "references") as name:
        made_up.create(databases.url_of(mariadb_url, name))
        with applications.over_schema(mariadb_url, name) as made:
            yield made


@pytest.fixture(scope="module")
def admin(app: Flask) -> FlaskClient:
    return applications.signed_in(app, "admin")


def page(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, f"{answer.status_code} {path}"
    return unescape(answer.get_data(as_text=True))


def test_a_list_shows_what_a_list_of_keys_names(admin: FlaskClient) -> None:
    shown = page(admin, "/data/products/list/?columns=id,tag_ids")
    assert len(re.findall(r'href="/data/tags/show/\d+" class="link-record">Tag \d+</a>', shown)) > 25


def test_a_list_shows_what_an_id_names_by_the_rows_type(admin: FlaskClient) -> None:
    shown = page(admin, "/data/notes/list/?columns=id,subject_id")
    for target in ("customers", "orders", "products"):
        assert re.search(rf'href="/data/{target}/show/\d+" class="link-record">', shown), target
    assert "subject_type" not in re.findall(r"<th.*?</th>", shown, re.DOTALL)


def test_a_record_shows_what_it_is_about(admin: FlaskClient) -> None:
    assert re.search(
        r'href="/data/(customers|orders|products)/show/\d+" class="link-record">',
        page(admin, "/data/notes/show/1"),
    )
    assert "/data/customers/related/1/notes/" in page(admin, "/data/customers/show/1")


def test_related_lists_hold_the_rows_of_their_type_alone(app: Flask, admin: FlaskClient) -> None:
    services = app.extensions["veneer"]
    with services.engine.connect() as connection:
        ids = connection.exec_driver_sql(
            f"SELECT id, subject_id FROM `{services.schema}`.notes WHERE subject_type = 'customer' LIMIT 1"
        ).one()
        same = connection.exec_driver_sql(
            f"SELECT id FROM `{services.schema}`.notes WHERE subject_type = 'customer' AND subject_id = {ids[1]}"
        ).scalars()
        wanted = {str(key) for key in same}
    shown = page(admin, f"/data/customers/show/{ids[1]}")
    found = re.search(rf'"(/data/customers/related/{ids[1]}/notes/[^"]+)"', shown)
    assert found
    listed = page(admin, found[1])
    assert set(re.findall(r'href="/data/notes/show/(\d+)"', listed)) == wanted
    added = re.search(r'href="(/data/notes/add\?[^"]+)"', shown)
    assert added
    assert {"f.subject_type=customer", f"f.subject_id={ids[1]}"} <= set(added[1].split("?")[1].split("&"))


def test_a_list_of_keys_makes_no_related_list(admin: FlaskClient) -> None:
    assert "/related/1/products/" not in page(admin, "/data/tags/show/1")
    assert admin.get("/data/tags/related/1/products/tag_ids").status_code == 404


def test_a_wrong_key_in_a_list_is_refused_and_nothing_typed_is_lost(admin: FlaskClient) -> None:
    sent = forms.main_form(page(admin, "/data/products/edit/1")).sent
    sent.setlist("f.tag_ids", ["1,9999"])
    answer = admin.post("/data/products/edit/1", data=sent)
    text = unescape(answer.get_data(as_text=True))
    assert answer.status_code == 400
    assert "There is no such record, or you may not see it." in text
    assert 'value="1,9999"' in text


def test_the_wizard_says_when_a_relation_holds(admin: FlaskClient) -> None:
    shown = page(admin, "/wiring/table?table=notes")
    assert "where subject_type is customer" in shown
    raw = admin.get("/wiring/table?table=notes").get_data(as_text=True)
    sent = forms.main_form(raw).sent
    specs = [
        json.loads(value) for name, value in sent.items(multi=True) if re.fullmatch(r"relation-\d+", name)
    ]
    assert [["subject_id"], "customers", ["id"], {"subject_type": "customer"}, ""] in specs
    assert "a list with “,” between" in page(admin, "/wiring/table?table=products")


def test_the_api_describes_them(app: Flask, admin: FlaskClient) -> None:
    relations = {
        (one["target"], *one["when"].values(), one["separator"])
        for name in ("notes", "products")
        for one in admin.get(f"/api/v1/data/{name}/schema").get_json()["relations"]
    }
    assert {("customers", "customer", ""), ("orders", "order", ""), ("tags", ",")} <= relations
