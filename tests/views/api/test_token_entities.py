"""Tokens for some entities only: everything else is as if it were not there, for administrators too."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from app import tokens
from tests.harness.applications import send, signed_in
from tests.views.api.conftest import Caller

Personal = Callable[..., Caller]
ORDERS = tokens.scope_of(tokens.WRITE, ["orders"])


def names(caller: Caller) -> set[str]:
    return {one["name"] for one in caller.get("/").get_json()["data"]}


@pytest.mark.parametrize("who", ["clerk", "admin"])
def test_other_entities_are_not_there(personal: Personal, who: str) -> None:
    caller = personal(who, scope=ORDERS)
    assert names(caller) == {"orders"}
    assert caller.get("/orders/").status_code == 200
    for path in ("/customers/", "/customers/1", "/customers/schema", "/contacts/?q=x", "/nothing/"):
        assert caller.get(path).status_code == 404, path
    assert caller.get("/api/v1/openapi.json?entity=customers").status_code == 404
    assert caller.get("/api/v1/openapi.json").get_data(as_text=True).count("/customers/") == 0
    assert caller.post("/customers/", {"KHMC": "x"}).status_code == 404
    assert caller.patch("/customers/1", {"KHMC": "x"}, if_match="*").status_code == 404
    assert caller.delete("/customers/1", if_match="*").status_code == 404


def test_a_bulk_reaches_no_further(personal: Personal) -> None:
    caller = personal("admin", scope=ORDERS)
    sent = {"operations": [{"action": "change", "token": "1", "values": {"KHMC": "x"}}]}
    assert caller.post("/customers/bulk", sent).status_code == 404


def test_what_is_written_points_only_at_what_is_chosen(personal: Personal) -> None:
    one = personal("admin").get("/orders/?size=10").get_json()["data"][0]
    alone = personal("admin", scope=ORDERS)
    other = {"KHBH": "KH00000001" if one["KHBH"] != "KH00000001" else "KH00000002"}
    assert alone.patch(f"/orders/{one['_token']}", other, if_match="*").status_code in {400, 403, 404, 422}


def test_children_keep_their_rows(personal: Personal) -> None:
    """Rows that follow a parent's scope are the same, though the parent itself is out of the token's reach."""
    lines = tokens.scope_of(tokens.READ, ["order-lines"])
    alone, whole = personal("clerk", scope=lines), personal("clerk")
    found = [caller.get("/order-lines/").get_json()["data"] for caller in (alone, whole)]
    assert [one["_token"] for one in found[0]] == [one["_token"] for one in found[1]]
    assert found[0]


def test_reading_tokens_of_some_entities_write_nothing(personal: Personal) -> None:
    caller = personal("admin", scope=tokens.scope_of(tokens.READ, ["orders"]))
    assert caller.patch("/orders/1", {"BZ": "x"}, if_match="*").status_code == 403


@pytest.mark.parametrize(
    ("scope", "writes", "only"),
    [
        ("read", False, None),
        ("read write", True, None),
        ("read entities:a,b", False, {"a", "b"}),
        ("read write entities:a", True, {"a"}),
        (None, False, None),
    ],
)
def test_a_scope_says_what_it_says(scope: str | None, writes: bool, only: set[str] | None) -> None:
    token: Any = tokens.ApiKey(scopes=scope)
    assert tokens.may_write(token) is writes
    assert tokens.entities_of(token) == only


def test_the_page_offers_what_the_person_sees(api: Flask) -> None:
    client = signed_in(api, "clerk")
    form = {"name": "For orders", "scope": "read", "days": "7", "entity": ["orders", "customers"]}
    page = send(client, "/tokens/create", form).get_data(as_text=True)
    assert "Read only: Customers, Orders" in page
    wrong = send(client, "/tokens/create", {**form, "entity": ["system-parameters-of-nobody"]})
    assert wrong.status_code == 400
    assert "Choose entities from the list" in wrong.get_data(as_text=True)
