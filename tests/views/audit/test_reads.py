"""Reads of wired entities leave one entry a page, whichever way the values went out; nothing else does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select

from app.extensions import services
from models.access import live
from models.audit import chain, reads
from models.audit.verify import verify
from models.change import change_table, load
from tests.harness import applications
from tests.harness.applications import send, signed_in, token_of


@pytest.fixture(scope="module", params=["embedded", "mariadb"])
def app(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    opened: Any = (
        applications.embedded(tmp_path_factory.mktemp("demo"))
        if request.param == "embedded"
        else applications.on_server(request.getfixturevalue("mariadb_url"))
    )
    with opened as made:
        yield made


@pytest.fixture
def admin(app: Flask) -> FlaskClient:
    app.extensions["veneer"].rooms["reads"].clear()
    return signed_in(app, "admin")


@pytest.fixture
def wired(app: Flask) -> Iterator[Any]:
    """Customers, whose phone is sensitive for the test."""
    with app.app_context():
        entity = live().current().entities["customers"]
        phone = next(name for name, one in entity.fields.items() if one.kind == "phone")
        before = entity.fields[phone]
        entity.fields[phone] = replace(before, sensitive=True)
        entity.audited = "both"
        yield entity
        entity.fields[phone], entity.audited = before, ""


def told(app: Flask) -> list[tuple[str, str, dict[str, Any]]]:
    """(action, record, after) of the entries about reading, oldest first."""
    table = change_table.c
    with app.app_context(), services().engine.connect() as connection:
        found = (
            select(table.action, table.record, table.after).where(table.entity == "@read").order_by(table.id)
        )
        return [(row.action, row.record, load(row.after)) for row in connection.execute(found)]


WAYS = {
    "record": ("/data/customers/show/5", "opened", "customers/5"),
    "form": ("/data/customers/edit/5", "opened", "customers/5"),
    "history": ("/data/customers/history/5", "opened", "customers/5"),
    "list": ("/data/customers/list/?columns={phone}", "listed", "customers"),
    "rest list": ("/api/v1/data/customers/?fields={phone}", "listed", "customers"),
    "rest record": ("/api/v1/data/customers/5", "opened", "customers/5"),
    "csv": ("/data/customers/export/?kind=csv&columns={phone}", "listed", "customers"),
    "xlsx": ("/data/customers/export/?kind=xlsx&columns={phone}", "listed", "customers"),
}


@pytest.mark.parametrize("way", list(WAYS))
def test_every_way_leaves_one_entry(app: Flask, admin: FlaskClient, wired: Any, way: str) -> None:
    path, action, record = WAYS[way]
    phone = next(name for name, one in wired.fields.items() if one.sensitive and one.kind == "phone")
    before = len(told(app))
    answer = admin.get(path.format(phone=phone))
    assert (answer.status_code, bool(answer.get_data())) == (200, True)
    (entry,) = told(app)[before:]
    assert entry[:2] == (action, record)
    assert phone in entry[2]["columns"]
    assert len(entry[2]["records"].split(", ")) <= reads.MOST


def test_the_parts_of_a_page_are_one_reading(app: Flask, admin: FlaskClient, wired: Any) -> None:
    before = len(told(app))
    for path in ("show", "history", "edit", "show"):
        admin.get(f"/data/customers/{path}/7")
    assert len(told(app)) == before + 1


def test_what_shows_nothing_leaves_nothing(app: Flask, admin: FlaskClient, wired: Any) -> None:
    before = len(told(app))
    assert admin.get("/data/customers/show/87654321").status_code == 404
    assert admin.get("/data/customers/list/?columns=KHBH").status_code == 200
    assert send(admin, "/data/customers/undo/0").status_code == 302
    assert len(told(app)) == before


def test_what_is_shown_with_a_refusal_was_read(app: Flask, admin: FlaskClient, wired: Any) -> None:
    """A change of another state is answered with what stands there by now: a page with the fields typed, the API with all."""
    phone = next(name for name, one in wired.fields.items() if one.sensitive and one.kind == "phone")
    for number, status in ((19, 409), (21, 412)):
        before = len(told(app))
        if status == 409:
            sent = {"row_hash": "another", f"f.{phone}": "13900000000"}
            answer = send(admin, f"/data/customers/edit/{number}", sent)
        else:
            headers = {"If-Match": '"another"', "X-CSRFToken": token_of(admin)}
            answer = admin.patch(f"/api/v1/data/customers/{number}", json={"KHMC": "x"}, headers=headers)
        assert answer.status_code == status
        (entry,) = told(app)[before:]
        assert entry[:2] == ("listed" if status == 409 else "opened", f"customers/{number}")
        assert phone in entry[2]["columns"]


def test_a_refusal_in_a_sentence_leaves_nothing(app: Flask, admin: FlaskClient, wired: Any) -> None:
    before = len(told(app))
    headers = {"If-Match": "*", "X-CSRFToken": token_of(admin)}
    answer = admin.patch("/api/v1/data/customers/23", json={"XYED": "many"}, headers=headers)
    assert answer.status_code == 400
    assert len(told(app)) == before


def test_masked_values_were_not_read(app: Flask, wired: Any) -> None:
    wired.audited = "sensitive"
    app.extensions["veneer"].rooms["policies"].clear()
    before = len(told(app))
    assert signed_in(app, "executive").get("/data/customers/show/9").status_code == 200
    assert len(told(app)) == before


def test_entities_that_nobody_asked_for_cost_nothing(app: Flask, admin: FlaskClient) -> None:
    before = len(told(app))
    assert admin.get("/data/customers/show/11").status_code == 200
    assert len(told(app)) == before


def test_auditors_see_it_in_the_history_and_others_do_not(app: Flask, admin: FlaskClient, wired: Any) -> None:
    admin.get("/data/customers/show/13")
    assert "Opened" in admin.get("/data/customers/history/13").get_data(as_text=True)
    assert "Opened" not in signed_in(app, "executive").get("/data/customers/history/13").get_data(
        as_text=True
    )
    assert "Reading" in admin.get("/audit/?subject=@read").get_data(as_text=True)


def test_the_chain_knows_them_as_reads(app: Flask, admin: FlaskClient, wired: Any) -> None:
    admin.get("/data/customers/show/15")
    with app.app_context():
        with services().engine.begin() as connection:
            while chain.extend(connection):
                pass
        with services().engine.connect() as connection:
            kinds = connection.execute(select(chain.link_table.c.kind).distinct()).scalars().all()
            assert verify(connection).faults == []
    assert "read" in kinds


def test_an_overlay_that_takes_no_entry_is_no_error(
    app: Flask, admin: FlaskClient, wired: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sqlalchemy.exc import OperationalError

    def failing(*_given: Any) -> None:
        raise OperationalError("", {}, Exception("read only"))

    monkeypatch.setattr(reads, "_tell", failing)
    assert admin.get("/data/customers/show/17").status_code == 200


def test_an_entry_is_bounded(app: Flask) -> None:
    with app.app_context(), services().engine.begin() as connection:
        connection.execute(delete(reads.read_table))
    with app.test_request_context("/"):
        entity = replace(live().current().entities["customers"], audited="opened")
        for number in range(500):
            reads.opened(object(), entity, str(number))  # type: ignore[arg-type]
        seen = reads._seen(object(), entity)  # type: ignore[arg-type]
        assert len(seen.opened) == reads.MOST
