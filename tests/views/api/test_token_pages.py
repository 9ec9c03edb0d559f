"""/tokens/: a token is shown once, can do what its scope says, and is revoked here."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import tokens
from tests.harness.applications import send, signed_in
from tests.views.api.conftest import Caller


@pytest.fixture
def browser(api: Flask) -> Iterator[FlaskClient]:
    yield signed_in(api, "clerk")
    with api.app_context():
        session = api.appbuilder.sm.session
        for row in session.query(tokens.ApiKey).all():
            session.delete(row)
        session.commit()


def make(browser: FlaskClient, **sent: str) -> str:
    answer = send(browser, "/tokens/create", {"name": "Night job", "scope": "read", "days": "30", **sent})
    found = re.search(r"vnr_[A-Za-z0-9_-]{43}", answer.get_data(as_text=True))
    assert found, answer.get_data(as_text=True)[-3000:]
    return found[0]


def test_a_token_is_shown_once(browser: FlaskClient) -> None:
    text = make(browser)
    page = browser.get("/tokens/").get_data(as_text=True)
    assert text not in page
    assert text[:8] in page
    assert "Night job" in page


def test_its_scope_holds(api: Flask, browser: FlaskClient) -> None:
    reading, writing = Caller(api, make(browser)), Caller(api, make(browser, scope="read write"))
    assert reading.get("/customers/").status_code == writing.get("/customers/").status_code == 200
    assert reading.post("/customers/bulk", {}).status_code == 403
    assert writing.post("/customers/bulk", {}).status_code == 400


def test_a_token_opens_no_pages(api: Flask, browser: FlaskClient) -> None:
    holder = Caller(api, make(browser, scope="read write"))
    for path in ("/tokens/", "/data/customers/list/", "/it/", "/users/list/"):
        answer = api.test_client().get(path, headers={"Authorization": f"Bearer {holder.token}"})
        assert answer.status_code == 302, path


def test_a_revoked_token_is_out_at_once(api: Flask, browser: FlaskClient) -> None:
    holder = Caller(api, make(browser))
    assert holder.get("/").status_code == 200
    page = browser.get("/tokens/").get_data(as_text=True)
    address = re.search(r"/tokens/[0-9a-f-]{36}/revoke", page)
    assert address
    assert "never" in page or "used" in page
    assert signed_in(api, "sales_east").post(address[0]).status_code == 400
    assert send(signed_in(api, "sales_east"), address[0]).status_code == 404
    assert holder.get("/").status_code == 200
    assert send(browser, address[0]).status_code == 302
    assert holder.get("/").status_code == 401


@pytest.mark.parametrize(
    "sent", [{"name": ""}, {"name": "x" * 81}, {"scope": "admin"}, {"days": "9999"}, {"days": "-1"}]
)
def test_what_was_typed_wrong_is_said_beside_it(browser: FlaskClient, sent: dict[str, str]) -> None:
    answer = send(browser, "/tokens/create", {"name": "Night job", "scope": "read", "days": "30", **sent})
    assert answer.status_code == 400
    assert "field-error" in answer.get_data(as_text=True)


def test_names_are_shown_as_text(browser: FlaskClient) -> None:
    make(browser, name="<script>alert(1)</script>")
    assert "<script>alert" not in browser.get("/tokens/").get_data(as_text=True)
