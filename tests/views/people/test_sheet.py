"""The organisation out of a spreadsheet on its page: mistakes by row, a preview that changes nothing, and what is put in place."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.extensions import services
from models.organisation import Staff, Unit, place_of, staff_table, user_of
from models.organisation_plan import kept
from models.organisation_rebuild import rebuild
from tests.harness.applications import send, signed_in
from tests.harness.workbooks import workbook

PAGE = "/organisation/sheet/"


@pytest.fixture
def admin(served: Flask) -> Iterator[FlaskClient]:
    """An administrator; afterwards the organisation is as it was."""
    with served.app_context(), services().engine.connect() as connection:
        units, people = kept(connection)
        accounts = dict(connection.execute(select(staff_table.c.code, staff_table.c.user_id)).all())
    yield signed_in(served, "admin")
    with served.app_context(), services().engine.begin() as connection:
        rebuild(
            connection, units, [Staff(one.code, one.name, one.unit, accounts[one.code]) for one in people]
        )
    with served.app_context():  # only now: an embedded demo takes one writer at a time
        manager = served.appbuilder.sm  # type: ignore[attr-defined]
        user = manager.find_user(username="sales_west")
        user.active = True
        assert manager.update_user(user) is not False


def upload(client: FlaskClient, content: bytes, name: str = "a.xlsx") -> Any:
    return send(client, PAGE, {"file": (io.BytesIO(content), name)}, content_type="multipart/form-data")


def rows(app: Flask) -> tuple[list[Unit], list[Staff]]:
    with app.app_context(), services().engine.connect() as connection:
        return kept(connection)


def book(units: list[Unit], people: list[Staff]) -> bytes:
    return workbook(
        {
            "units": [
                ["code", "name", "parent", "head"],
                *([u.code, u.name, u.parent, u.head] for u in units),
            ],
            "people": [["code", "name", "unit"], *([p.code, p.name, p.unit] for p in people)],
        }
    )


def test_the_file_of_what_is_there_changes_nothing(served: Flask, admin: FlaskClient) -> None:
    assert upload(admin, book(*rows(served))).status_code == 302
    page = admin.get(PAGE).get_data(as_text=True)
    assert "Everybody stays where they are" in page
    assert send(admin, "/organisation/sheet/apply", {"step": "drop"}).status_code == 302
    assert "Put in place" not in admin.get(PAGE).get_data(as_text=True)


def test_who_joins_moves_and_leaves_and_then_it_is_so(served: Flask, admin: FlaskClient) -> None:
    units, people = rows(served)
    moved = [
        Staff(p.code, p.name, "10030201" if p.code == "YG0102" else p.unit)
        for p in people
        if p.code != "YG0103"
    ]
    upload(admin, book([*units, Unit("NX", "New team", "1001")], [*moved, Staff("YGN", "Newcomer", "NX")]))
    page = admin.get(PAGE).get_data(as_text=True)
    for heading in ("Join (1)", "Move (1)", "Leave (1)", "New units (1)", "Close the account of 1 person"):
        assert heading in page
    assert rows(served)[0] == units, "a preview changes nothing"
    assert send(admin, "/organisation/sheet/apply", {"close": "1"}).status_code == 302
    with served.app_context(), services().engine.connect() as connection:
        account = user_of(connection, "YG0102")
        assert account is not None
        assert place_of(connection, account).units == {"10030201"}
        assert not served.appbuilder.sm.find_user(username="sales_west").active  # type: ignore[attr-defined]
    assert "New team" in admin.get("/organisation/?unit=1001").get_data(as_text=True)
    assert "a.xlsx" in admin.get("/audit/?subject=@rights&action=organisation").get_data(as_text=True)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"code,name,parent\nA,Aa,NOPE\n", "no unit “NOPE” to lie above"),
        (b"code,name\nA,Aa\n", "No table of units"),
        (b"PK\x03\x04", "cannot be read"),
        (b"", "No table of units"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(admin: FlaskClient, content: bytes, words: str) -> None:
    answer = upload(admin, content, "a.csv")
    assert answer.status_code == 400
    assert words in answer.get_data(as_text=True)
    assert "Put in place" not in admin.get(PAGE).get_data(as_text=True)


def test_without_a_file(admin: FlaskClient) -> None:
    assert send(admin, PAGE).status_code == 400
    answer = send(admin, "/organisation/sheet/apply")
    assert answer.status_code == 302
    assert "Nothing was uploaded" in admin.get(PAGE).get_data(as_text=True)
