"""A tenant's value in the wiring holds in page, API, search, export and look-up, for the administrator too."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select

from app.extensions import services
from models.access import catalogue, live
from models.wiring import store
from models.wiring.nouns import Wiring
from models.wiring.tables import draft_entities
from tests.harness.applications import send, signed_in, token_of
from tests.views.wiring.test_wizard import form_of, text

OURS, NAME = "A", "Tenant's own customer"


def publish(values: dict[str, Any]) -> None:
    """The wiring in force with the customers fixed to these values."""
    with services().engine.begin() as connection:
        now = store.load(connection)
        entities = dict(now.entities)
        entities["customers"] = replace(entities["customers"], fixed=values)
        store.save(connection, Wiring(0, entities), now.version, author="test", note="")
    live().refresh()


@pytest.fixture
def shop(served: Flask) -> Iterator[FlaskClient]:
    """The administrator where customers of the best grade alone exist; the wiring before is in force again afterwards."""
    with served.app_context():
        with services().engine.connect() as connection:
            before = store.current_version(connection)
        publish({"KHDJ": OURS})
    yield signed_in(served, "admin")
    with served.app_context():
        with services().engine.begin() as connection:
            connection.execute(delete(draft_entities))
            store.bring_back(connection, before, store.current_version(connection))
        live().refresh()


@pytest.fixture
def pair(served: Flask) -> tuple[dict[str, Any], dict[str, Any]]:
    """A customer of ours, and one of others."""
    with served.app_context(), services().engine.connect() as connection:
        table = catalogue().entities["customers"].table
        rows = connection.execute(select(table.c.ID, table.c.KHBH, table.c.KHDJ).order_by(table.c.ID))
        known = [dict(row._mapping) for row in rows]
    ours = next(row for row in known if row["KHDJ"] == OURS)
    theirs = next(row for row in known if row["KHDJ"] not in {OURS, None})
    return ours, theirs


def test_other_rows_are_found_nowhere(shop: FlaskClient, pair: tuple[dict[str, Any], dict[str, Any]]) -> None:
    ours, theirs = pair
    for row, is_there in ((ours, True), (theirs, False)):
        code, key = row["KHBH"], row["ID"]
        for path in (
            f"/data/customers/list/?q={code}",
            f"/search?q={code}",
            f"/data/orders/look-up/KHBH?q={code}",
            f'/data/customers/export/?kind=csv&filter={{"field":"KHBH","op":"eq","value":"{code}"}}',
            f'/api/v1/data/customers/?filter={{"field":"KHBH","op":"eq","value":"{code}"}}',
        ):
            answer = shop.get(path)
            assert answer.status_code == 200, path
            found = re.sub(
                r'(?:value|href|content|data-[\w-]+)="[^"]*"', "", unescape(answer.get_data(as_text=True))
            )
            links = re.findall(rf"customers/(?:show/)?{key}\b", answer.get_data(as_text=True))
            assert (
                f">{code}" in found or f'"{code}"' in found or f"{code}," in found or bool(links)
            ) is is_there, path
        status = 200 if is_there else 404
        assert shop.get(f"/data/customers/show/{key}").status_code == status
        assert shop.get(f"/data/customers/edit/{key}").status_code == status
        assert shop.get(f"/data/customers/history/{key}").status_code == status
        assert shop.get(f"/api/v1/data/customers/{key}").status_code == status


def test_other_rows_are_not_written(shop: FlaskClient, pair: tuple[dict[str, Any], dict[str, Any]]) -> None:
    theirs = pair[1]["ID"]
    assert send(shop, f"/data/customers/edit/{theirs}", {"row_hash": "x", "f.KHMC": "No"}).status_code == 404
    assert send(shop, f"/data/customers/delete/{theirs}", {"row_hash": "x"}).status_code == 404
    csrf = {"X-CSRFToken": token_of(shop)}
    patched = shop.patch(
        f"/api/v1/data/customers/{theirs}", json={"KHMC": "No"}, headers={**csrf, "If-Match": "*"}
    )
    assert patched.status_code == 404


def test_new_rows_get_the_value_and_no_form_offers_it(served: Flask, shop: FlaskClient) -> None:
    assert 'name="f.KHDJ"' not in text(shop, "/data/customers/add")
    csrf = {"X-CSRFToken": token_of(shop)}
    other = shop.post(
        "/api/v1/data/customers/", json={"KHBH": "KX1", "KHMC": NAME, "KHDJ": "B"}, headers=csrf
    )
    assert other.status_code in {400, 403}
    made = shop.post("/api/v1/data/customers/", json={"KHBH": "KX1", "KHMC": NAME}, headers=csrf)
    assert made.status_code == 201, made.get_data(as_text=True)
    with served.app_context(), services().engine.begin() as connection:
        table = catalogue().entities["customers"].table
        assert connection.execute(select(table.c.KHDJ).where(table.c.KHBH == "KX1")).scalar() == OURS
        connection.execute(delete(table).where(table.c.KHBH == "KX1"))


def test_the_wizard_shows_and_takes_the_value(shop: FlaskClient) -> None:
    path = "/wiring/table?table=T_KHZL"
    typed = form_of(shop, path)
    assert typed["fixed_value-0"] == OURS
    assert send(shop, path, {**typed, "fixed_value-0": ""}).status_code == 400
    assert send(shop, path, typed).status_code == 302
    assert "Nothing to publish" in text(shop, "/wiring/review")
    assert send(shop, path, {**typed, "fixed_field-0": "KHDJ", "fixed_value-0": "B"}).status_code == 302
    assert "fixed values" in text(shop, "/wiring/review")
