"""Flask-AppBuilder's own pages in the theme: they open, save and delete without jQuery."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.harness.applications import send, signed_in

pytestmark = [  # what Flask-AppBuilder uses until WTForms 4 and the next SQLAlchemy
    pytest.mark.filterwarnings("ignore:Yielding raw tuples:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:'DateTimeField' renders:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::sqlalchemy.exc.LegacyAPIWarning"),
]

PAGES = [
    "/users/list/",
    "/users/add",
    "/users/show/1",
    "/users/edit/1",
    "/users/userinfo/",
    "/roles/list/",
    "/roles/add",
    "/roles/show/1",
    "/roles/edit/1",
    "/groups/list/",
    "/groups/add",
    "/permissions/list/",
    "/viewmenus/list/",
    "/permissionviews/list/",
    "/userstatschartview/chart/",
    "/resetmypassword/form",
    "/resetpassword/form?pk=1",
    "/userinfoeditview/form",
    "/users/list/?_flt_0_first_name=A&_flt_0_active=y&_oc_UserDBModelView=username&_od_UserDBModelView=desc",
]
PERSON = {
    "first_name": "Nora",
    "last_name": "New",
    "active": "y",
    "email": "nora@example.org",
    "password": "Longer-Pass-4711",
    "conf_password": "Longer-Pass-4711",
}


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_in_the_theme(app: Flask, path: str, language: str) -> None:
    client = signed_in(app, "admin", language=language)
    answer = client.get(path, headers={"Accept-Language": language})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert 'id="side"' in page
    for foreign in ("jquery", "bootstrap.min", "select2.min", "fontawesome", " style=", "onclick"):
        assert foreign not in page.lower()


def add_person(client: FlaskClient, name: str, **changed: Any) -> str:
    sent = PERSON | {"username": name, "email": f"{name}@example.org", "roles": ["1"]} | changed
    return str(send(client, "/users/add", sent, follow_redirects=True).get_data(as_text=True))


def key_of(page: str, name: str) -> str:
    row = next(part for part in page.split("<tr>") if f">{name}<" in part)
    found = re.search(r"/users/show/(\d+)", row)
    assert found
    return found[1]


def listed(client: FlaskClient, name: str) -> str:
    return str(client.get(f"/users/list/?_flt_0_username={name}").get_data(as_text=True))


def test_a_person_is_added_found_and_deleted(administrator: FlaskClient) -> None:
    add_person(administrator, "nora")
    key = key_of(listed(administrator, "nora"), "nora")
    assert administrator.get(f"/users/delete/{key}").status_code == 405
    assert ">nora<" in listed(administrator, "nora")
    send(administrator, f"/users/delete/{key}", follow_redirects=True)
    assert ">nora<" not in listed(administrator, "nora")


def test_a_form_that_is_refused_comes_back_as_it_was_typed(administrator: FlaskClient) -> None:
    page = add_person(administrator, "oscar", conf_password="another")
    assert 'value="oscar"' in page
    assert "field-error" in page
    assert "data-had-errors" in page


def test_the_forms_carry_the_token_and_refuse_without(administrator: FlaskClient) -> None:
    page = administrator.get("/users/list/").get_data(as_text=True)
    posting = re.findall(r"<form[^>]*method=\"post\".*?</form>", page, flags=re.DOTALL)
    assert posting
    assert all('name="csrf_token"' in form for form in posting)
    assert administrator.post("/users/delete/1", data={}).status_code == 400


def test_an_action_on_chosen_rows_is_offered_and_works(administrator: FlaskClient) -> None:
    page = administrator.get("/roles/list/").get_data(as_text=True)
    assert 'id="bulk-RoleModelView"' in page
    assert 'form="bulk-RoleModelView"' in page
    send(administrator, "/roles/action_post", {"action": "copyrole", "rowid": ["1"]}, follow_redirects=True)
    assert " copy" in administrator.get("/roles/list/").get_data(as_text=True)


def test_lists_are_sorted_and_paged_by_links(administrator: FlaskClient) -> None:
    page = administrator.get("/permissionviews/list/").get_data(as_text=True)
    assert "page_PermissionViewModelView=1" in page
    page = administrator.get("/users/list/?_oc_UserDBModelView=username&_od_UserDBModelView=desc").get_data(
        as_text=True
    )
    assert 'aria-sort="descending"' in page
