"""What changed is listed with what it touches, and becomes a reviewed version: never by itself."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from app import accounts
from demo.accounts import DEMO_PASSWORD
from models.policy import rules_of
from models.roles import SALES, limit_field
from models.wiring import store
from models.wiring.nouns import Wiring
from tests.harness.applications import send, signed_in
from tests.views.drift.place import Place, drop_column, page

PAGE = "/wiring/changes/"


def wiring(place: Place) -> Wiring:
    with place.running.engine.connect() as connection:
        return store.load(connection)


def plain(text: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", text.rsplit("<main", maxsplit=1)[-1]).split())


def ticks(text: str, name: str) -> dict[str, bool]:
    found = re.findall(rf'name="{name}" value="([^"]+)"( checked)?', text)
    return {value: bool(checked) for value, checked in found}


def test_an_unchanged_schema_says_so(place: Place, admin: FlaskClient) -> None:
    place.look()
    assert "The schema is as it was wired" in page(admin, PAGE)
    assert "has changed in" not in page(admin, "/wiring/")


def test_what_a_dropped_column_touches_is_listed(place: Place, admin: FlaskClient) -> None:
    place.look()
    sent = {"name": "by name", "filter": json.dumps({"field": "name", "op": "starts", "value": "A"})}
    send(admin, "/data/customer/views/save", sent)
    with place.running.engine.begin() as connection:
        limit_field(connection, SALES, "customer", "name", "masked")
    drop_column(place, "customer", "name")
    place.look()
    assert "has changed in 1 place" in page(admin, "/wiring/")
    said = plain(page(admin, PAGE))
    for words in (
        "Column name (varchar(60)) was dropped.", "field “Name” of Customer", "title of Customer", "saved view “by name”",
        "field right of Sales on name",
    ):  # fmt: skip
        assert words in said
    assert "原数据库结构的变化" in admin.get(PAGE, headers={"Accept-Language": "zh-CN"}).get_data(
        as_text=True
    )


def test_a_gone_table_lists_relations_and_leaves_with_the_draft(place: Place, admin: FlaskClient) -> None:
    place.look()
    place.run("DROP VIEW big_order", "ALTER TABLE customer RENAME TO customer_old")
    place.look()
    said = plain(page(admin, PAGE))
    assert "The table is not there any more" in said
    assert "all of Customer" in said
    assert "relation of Orders (customer_id)" in said
    for table in ("customer", "big_order"):
        assert send(admin, PAGE + "take-over", {"table": table}).status_code == 302
    assert wiring(place).version == 1
    assert "is taken out" in page(admin, "/wiring/review")
    publish(admin)
    assert "customer" not in wiring(place).entities
    assert place.changes() == []
    page(admin, "/data/orders/list/")


def publish(client: FlaskClient) -> None:
    answer = send(client, "/wiring/publish", {"note": "after a look"})
    assert answer.headers["Location"].endswith("/wiring/versions/"), page(client, answer.headers["Location"])[
        -3000:
    ]


def test_a_renamed_column_is_proposed_and_everything_follows_it(place: Place, admin: FlaskClient) -> None:
    place.look()
    place.run(
        *(
            f"INSERT INTO customer (id, name, phone) VALUES ({n}, 'N{n}', '1390013900{n}')"
            for n in range(4, 9)
        )
    )
    kept = {"field": "phone", "op": "starts", "value": "138"}
    send(
        admin,
        "/data/customer/views/save",
        {"name": "v", "filter": json.dumps(kept), "columns": "name,phone", "sort": "-phone"},
    )
    with place.running.engine.begin() as connection:
        limit_field(connection, SALES, "customer", "phone", "hidden")
    place.run("ALTER TABLE customer RENAME COLUMN phone TO telephone")
    place.look()
    assert place.changes() == [("dropped", "customer.phone"), ("added", "customer.telephone")]
    assert ticks(page(admin, PAGE), "rename") == {"phone\x1ftelephone": True}

    send(admin, PAGE + "take-over", {"table": "customer", "rename": "phone\x1ftelephone"})
    assert "renamed columns" in page(admin, "/wiring/review")
    assert "phone" in wiring(place).entities["customer"].fields
    publish(admin)

    customer = wiring(place).entities["customer"]
    assert (customer.fields["telephone"].label.en, "phone" in customer.fields) == ("Phone", False)
    with place.running.engine.connect() as connection:
        _access, rights = rules_of(connection, [SALES])
    assert [(one.field, one.right) for one in rights] == [("telephone", "hidden")]
    shown = page(admin, "/data/customer/list/?view=1")
    assert "13800138001" in shown
    assert "Left out" not in shown
    assert "13900139004" not in shown
    assert place.changes() == []


def test_a_column_that_was_just_added_is_not_taken_for_the_one_that_went(
    place: Place, admin: FlaskClient
) -> None:
    place.look()
    place.run(*(f"INSERT INTO customer (id, name, note) VALUES ({n}, 'N{n}', 'x')" for n in range(4, 9)))
    drop_column(place, "customer", "note")
    place.run("ALTER TABLE customer ADD COLUMN remark VARCHAR(200)")
    place.look()
    assert ticks(page(admin, PAGE), "rename") == {}


def test_an_added_column_is_published_as_suggested_or_left_alone(place: Place, admin: FlaskClient) -> None:
    place.look()
    place.run(
        "ALTER TABLE product ADD COLUMN weight DECIMAL(8,2)",
        "ALTER TABLE customer ADD COLUMN fax VARCHAR(30)",
    )
    place.look()
    send(admin, PAGE + "leave", {"table": "customer"})
    assert place.changes() == [("added", "product.weight")]
    assert not place.look()
    send(admin, PAGE + "take-over", {"table": "product", "added": "weight"})
    publish(admin)
    assert "weight" in wiring(place).entities["product"].fields
    assert place.changes() == []
    assert "Weight" in page(admin, "/data/product/show/1")


def test_what_needs_another_wiring_cannot_be_waved_away(place: Place, admin: FlaskClient) -> None:
    place.look()
    drop_column(place, "customer", "note")
    place.look()
    send(admin, PAGE + "leave", {"table": "customer"})
    assert place.changes() == [("dropped", "customer.note")]


@pytest.mark.parametrize(
    "sent", [{}, {"table": "nothing"}, {"table": "product", "rename": "x", "added": "y"}]
)
def test_odd_posts_are_answered_in_words(place: Place, admin: FlaskClient, sent: dict[str, Any]) -> None:
    place.look()
    for path in ("take-over", "leave"):
        assert send(admin, PAGE + path, sent).status_code in {302, 404}
    assert "Nothing to publish" in page(admin, "/wiring/review")


def test_only_those_who_wire_see_it(place: Place) -> None:
    place.look()
    with place.app.app_context():
        accounts.ensure_roles([SALES])
        accounts.add_account("sal", "Sal", "Es", SALES, DEMO_PASSWORD)
    client = signed_in(place.app, "sal")
    page(client, PAGE, 403)
    assert send(client, PAGE + "take-over", {"table": "customer"}).status_code == 403
    assert send(client, PAGE + "leave", {"table": "customer"}).status_code == 403
