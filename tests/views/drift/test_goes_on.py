"""The schema changes under a serving application: a sentence at first, and then the rest goes on."""

from __future__ import annotations

import json
import re
from threading import Thread
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from tests.harness.applications import send
from tests.harness.forms import main_form
from tests.views.drift.place import Place, drop_column, page

JUST_NOW = "was changed in the database just now. IT has been told"


def test_nothing_is_news_on_a_schema_that_is_as_it_was_wired(place: Place) -> None:
    assert place.look()
    assert (place.changes(), place.told()) == ([], [])
    assert not place.look()
    place.run("INSERT INTO product VALUES (3,'Washer','0.10')")
    assert not place.look()
    assert place.generation() == 1


def test_a_dropped_column_is_left_out_of_everything_after_one_sentence(
    place: Place, admin: FlaskClient
) -> None:
    place.look()
    assert "13800138001" in page(admin, "/data/customer/list/")
    drop_column(place, "customer", "phone")
    assert JUST_NOW in page(admin, "/data/customer/list/", 503)

    shown = page(admin, "/data/customer/list/")
    assert "Ada" in shown
    assert "13800138001" not in shown
    assert re.search(r"does not have it any more: Phone\. IT has been told", shown)
    for path in (
        "show/1", "edit/1", "add", "export/?kind=csv", "panel/columns", "panel/filter", "list/?q=Ada", "list/?sort=name",
    ):  # fmt: skip
        page(admin, f"/data/customer/{path}")
    for path in (
        "/",
        "/data/orders/list/",
        "/data/orders/show/10",
        "/data/product/list/",
        "/search?q=Ada",
        "/inbox/",
    ):
        page(admin, path)
    assert place.changes() == [("dropped", "customer.phone")]
    assert place.told() == ["customer.phone"]


def test_what_is_left_of_a_record_is_saved(place: Place, admin: FlaskClient) -> None:
    place.look()
    drop_column(place, "customer", "phone")
    place.look()
    form = main_form(admin.get("/data/customer/edit/1").get_data(as_text=True)).sent.to_dict()
    assert "f.phone" not in form
    answer = admin.post("/data/customer/edit/1", data={**form, "f.note": "typed anew"})
    assert answer.status_code == 302, answer.get_data(as_text=True)[-2000:]
    assert "typed anew" in page(admin, "/data/customer/show/1")
    added = main_form(admin.get("/data/customer/add").get_data(as_text=True)).sent.to_dict()
    answer = admin.post("/data/customer/add", data={**added, "f.name": "Di", "f.id": "4"})
    assert answer.status_code == 302, answer.get_data(as_text=True)[-2000:]


def test_a_form_that_was_open_when_the_column_went_comes_back_with_what_was_typed(
    place: Place, admin: FlaskClient
) -> None:
    place.look()
    form = main_form(admin.get("/data/customer/edit/1").get_data(as_text=True)).sent.to_dict()
    drop_column(place, "customer", "phone")
    sent = {**form, "f.note": "typed at length"}
    first = admin.post("/data/customer/edit/1", data=sent)
    assert first.status_code == 503
    assert "typed at length" in first.get_data(as_text=True)
    again = admin.post("/data/customer/edit/1", data=sent)
    assert again.status_code in {302, 400, 403, 409}
    assert again.status_code == 302 or "typed at length" in again.get_data(as_text=True)


def test_a_filter_by_a_column_that_is_gone_says_so(place: Place, admin: FlaskClient) -> None:
    place.look()
    drop_column(place, "customer", "phone")
    place.look()
    asked = quote(json.dumps({"field": "phone", "op": "eq", "value": "1"}))
    for path in (f"/data/customer/list/?filter={asked}", "/data/customer/list/?sort=phone"):
        assert "“Phone” is not in the database any more" in page(admin, path, 400)
    answer = admin.get(f"/api/v1/data/customer/?filter={asked}")
    assert (answer.status_code, "is not in the database" in answer.get_json()["detail"]) == (400, True)
    assert page(admin, "/api/v1/data/customer/")


def test_a_saved_view_goes_on_without_the_column(place: Place, admin: FlaskClient) -> None:
    place.look()
    kept = {
        "and": [
            {"field": "phone", "op": "starts", "value": "138"},
            {"field": "grade", "op": "eq", "value": "A"},
        ]
    }
    sent = {"name": "mine", "filter": json.dumps(kept), "sort": "phone,-name", "columns": "name,phone"}
    assert send(admin, "/data/customer/views/save", sent).status_code == 302
    drop_column(place, "customer", "phone")
    place.look()
    shown = page(admin, "/data/customer/list/?view=1")
    assert "Ada" in shown
    assert ">Bo<" not in shown
    assert "Left out" in shown


def test_a_table_that_is_gone_answers_with_a_sentence_and_comes_back(
    place: Place, admin: FlaskClient
) -> None:
    place.look()
    place.run("ALTER TABLE product RENAME TO product_old")
    assert JUST_NOW in page(admin, "/data/product/list/", 503)
    for path in ("list/", "show/1", "edit/1", "add", "export/?kind=csv"):
        assert "its table is not in the database any more" in page(admin, f"/data/product/{path}", 503)
    answer = admin.get("/api/v1/data/product/1")
    assert (answer.status_code, answer.get_json()["type"]) == (503, "veneer:table-changed")
    home = page(admin, "/")
    assert "/data/product/list/" not in home
    assert "/data/customer/list/" in home
    assert place.changes() == [("gone", "product")]
    place.run("ALTER TABLE product_old RENAME TO product")
    place.look()
    assert "Bolt" in page(admin, "/data/product/list/")
    assert place.changes() == []


def test_a_table_that_others_point_to_leaves_bare_numbers_behind(place: Place, admin: FlaskClient) -> None:
    place.look()
    place.run("ALTER TABLE customer RENAME TO customer_old")
    place.look()
    for path in ("list/", "show/10", "edit/10", "add", "export/?kind=csv"):
        page(admin, f"/data/orders/{path}")
    page(admin, "/api/v1/data/orders/10")
    page(admin, "/search?q=Ada")


@pytest.mark.mariadb
def test_a_retyped_column_is_shown_plainly_and_written_by_nobody(mariadb_url: str) -> None:
    from tests.harness.applications import signed_in
    from tests.views.drift import place as places

    with places.on_server(mariadb_url) as place:
        admin = signed_in(place.app, "admin")
        place.look()
        place.run(
            "UPDATE customer SET grade = '7'",
            "ALTER TABLE customer MODIFY grade INT, MODIFY note VARCHAR(300)",
        )
        place.look()
        assert place.changes() == [("retyped", "customer.grade"), ("retyped", "customer.note")]
        form = main_form(admin.get("/data/customer/edit/1").get_data(as_text=True)).sent.to_dict()
        assert "f.grade" not in form
        assert "f.note" in form
        answer = admin.post("/data/customer/edit/1", data={**form, "f.note": "n" * 300})
        assert answer.status_code == 302
        assert ">7<" in page(admin, "/data/customer/list/?columns=grade")


def test_a_view_whose_base_lost_a_column_is_gone_and_the_rest_goes_on(
    place: Place, admin: FlaskClient
) -> None:
    place.look()
    page(admin, "/data/big-order/list/")
    place.run("DROP VIEW big_order", "CREATE VIEW big_order AS SELECT id, amount, status FROM orders")
    place.look()
    assert place.changes() == [("added", "big_order.status")]
    place.run("DROP TABLE orders")
    page(admin, "/data/big-order/list/", 503)
    place.look()
    assert "its table is not" in page(admin, "/data/big-order/list/", 503)
    assert {("gone", "orders"), ("gone", "big_order")} <= set(place.changes())
    page(admin, "/data/customer/show/1")


def test_an_added_column_and_a_dropped_index_are_told_and_change_no_page(
    place: Place, admin: FlaskClient
) -> None:
    place.look()
    on = " ON customer" if place.running.engine.dialect.name != "sqlite" else ""
    place.run("ALTER TABLE customer ADD COLUMN wechat VARCHAR(40)", f"DROP INDEX by_city{on}")
    place.look()
    assert place.changes() == [("added", "customer.wechat"), ("index-dropped", "customer.by_city")]
    assert place.told() == ["customer.wechat, customer.by_city"]
    shown = page(admin, "/data/customer/list/")
    assert "Left out" not in shown
    assert "wechat" not in shown.lower()


def test_two_who_look_at_once_tell_it_once(place: Place) -> None:
    place.look()
    drop_column(place, "customer", "phone")
    lookers = [Thread(target=place.look) for _ in range(4)]
    for one in lookers:
        one.start()
    for one in lookers:
        one.join()
    place.look()
    assert place.told() == ["customer.phone"]
    assert place.generation() == 2
