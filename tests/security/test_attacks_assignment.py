"""Attacks by writing what is not offered, and what answers to writing tell."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from app import tokens
from app.extensions import services
from app.security import overlay_session
from models.rowtoken import row_hash
from tests.security.cast import Cast
from tests.security.limits import API, CREDIT, LIST, PHONE, own, stored

WRITES = [
    {"XYED": "1"}, {"SJHM": "1"}, {"SJHM": "139****5678X"}, {"SWDJH": "x"}, {"ID": 5}, {"SCBZ": "1"}, {"NOPE": 1}, {"__class__": {}},
    {"KHMC": "fine", "XYED": "1"}, {"c_XYED": "1"}, {"values": {"XYED": "1"}}, {"KHMC; XYED": "1"},
]  # fmt: skip


@pytest.mark.parametrize("sent", WRITES, ids=str)
@pytest.mark.parametrize("method", ["PATCH", "PUT", "POST", "bulk"])
def test_fields_that_are_not_offered_are_not_written(
    limited: Cast, sent: dict[str, Any], method: str
) -> None:
    before = stored(limited)
    if method == "bulk":
        operation = {"action": "change", "token": own(limited), "etag": "*", "values": sent}
        answer = limited.ask("sales_east", "POST", API + "bulk", json={"operations": [operation]})
        status = answer.get_json()["results"][0]["status"]
    elif method == "POST":
        new = {"KHBH": "KHNEW", "KHMC": "x", "YWY": "YG0101", "BMBH": "10010101"}
        answer = limited.ask("sales_east", "POST", API, json={**new, **sent})
        status = answer.status_code
    else:
        answer = limited.ask("sales_east", method, API + own(limited), json=sent, headers={"If-Match": "*"})
        status = answer.status_code
    if method == "POST" and sent == {"ID": 5}:
        assert status in {400, 403}, "a key can be given, but not one that is taken"
    else:
        assert status == 403
    assert CREDIT not in answer.get_data(as_text=True)
    assert stored(limited) == before


def test_a_form_writes_only_what_it_offers(limited: Cast) -> None:
    before = stored(limited)
    form = {
        "f.XYED": "1",
        "f.SJHM": "1",
        "f.SWDJH": "1",
        "f.ID": "5",
        "f.SCBZ": "1",
        "YWY": "YG0103",
        "f.nope": "1",
    }
    answer = limited.post("sales_east", f"/data/customers/edit/{own(limited)}", form)
    assert answer.status_code == 302
    assert stored(limited) == before
    for name in ("XYED", "SJHM", "SWDJH", "ID", "SCBZ", "NOPE"):
        sent = {"token": own(limited), "field": name, f"f.{name}": "1", "step": "save"}
        assert limited.post("sales_east", "/data/customers/bulk-edit", sent).status_code == 400
    assert stored(limited) == before


def test_a_conflict_shows_only_what_may_be_seen(limited: Cast) -> None:
    form = {"f.KHMC": "mine", "f.XYED": "1", "row_hash": "older"}
    page = limited.post("sales_east", f"/data/customers/edit/{own(limited)}", form)
    api = limited.ask(
        "sales_east", "PATCH", API + own(limited), json={"KHMC": "mine"}, headers={"If-Match": '"older"'}
    )
    assert (page.status_code, api.status_code) == (409, 412)
    for answer in (page, api):
        assert not any(secret in answer.get_data(as_text=True) for secret in (CREDIT, PHONE, "7,654,321"))


def test_a_state_of_the_row_is_no_hash_of_its_values(limited: Cast) -> None:
    tag = limited.get("sales_east", API + own(limited)).headers["ETag"].strip('"')
    table = services_table(limited)
    bare = select(row_hash(table, list(table.c))).where(own(limited) == table.c.ID)
    with limited.app.app_context(), services().engine.connect() as connection:
        assert tag != connection.execute(bare).scalar_one()


def services_table(cast: Cast) -> Any:
    """The customers' table as the catalogue has it."""
    return cast.app.extensions["veneer"].rooms["live"].current().get("customers").table


def test_a_reading_token_reads_and_no_more(limited: Cast) -> None:
    with limited.app.app_context():
        user = limited.app.appbuilder.sm.find_user(username="sales_east")  # type: ignore[attr-defined]
        token = tokens.create(overlay_session(), user, "reading", tokens.READ, None)
    bearer = {"Authorization": f"Bearer {token}"}
    client = limited.app.test_client()
    assert client.get(API + own(limited), headers=bearer).get_json()["SJHM"] == "139****5678"
    before = stored(limited)
    for method, path in (
        ("PATCH", API + own(limited)),
        ("DELETE", API + own(limited)),
        ("POST", API),
        ("POST", API + "bulk"),
    ):
        answer = client.open(path, method=method, json={"KHMC": "x"}, headers={**bearer, "If-Match": "*"})
        assert answer.status_code == 403
    for path in ("/", LIST, "/tokens/", "/it/", "/data/customers/edit/" + own(limited)):
        assert client.get(path, headers=bearer).headers.get("Location", "").startswith("/login")
    assert stored(limited) == before
