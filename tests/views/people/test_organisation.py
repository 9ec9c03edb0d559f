"""The organisation read anew: the preview says who joins, moves and leaves, and changes nothing; then accounts of leavers close."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.extensions import services
from models.organisation import place_of, user_of
from tests.harness.applications import send, signed_in

MOVED, GONE = "YG0102", "YG0103"
"""sales_east2 of the east, and sales_west."""


def erp(app: Flask, *statements: str) -> None:
    with app.app_context(), services().engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement.format(staff=f"{services().schema}.T_YGDA"))


@pytest.fixture
def admin(served: Flask) -> Iterator[FlaskClient]:
    """An administrator; afterwards everybody sits where they sat, with their accounts."""
    client = signed_in(served, "admin")
    send(client, "/people/organisation")
    yield client
    erp(
        served,
        f"UPDATE {{staff}} SET BMBH = '10010101' WHERE YGBH = '{MOVED}'",
        f"UPDATE {{staff}} SET YGBH = '{GONE}' WHERE YGBH = 'YG9999'",
    )
    send(client, "/people/organisation")
    with served.app_context():
        manager = served.appbuilder.sm  # type: ignore[attr-defined]
        user = manager.find_user(username="sales_west")
        user.active = True
        manager.update_user(user)
    send(client, f"/people/link/{user.id}", {"employee": GONE})


def change(app: Flask) -> None:
    """Another program moves somebody and gives somebody another number: one leaves and one joins."""
    erp(
        app,
        f"UPDATE {{staff}} SET BMBH = '10030201' WHERE YGBH = '{MOVED}'",
        f"UPDATE {{staff}} SET YGBH = 'YG9999' WHERE YGBH = '{GONE}'",
    )


def test_nothing_has_changed(admin: FlaskClient) -> None:
    assert "Everybody stays where they are" in admin.get("/people/organisation").get_data(as_text=True)


def test_the_preview_shows_who_joins_moves_and_leaves_and_changes_nothing(
    served: Flask, admin: FlaskClient
) -> None:
    change(served)
    page = admin.get("/people/organisation").get_data(as_text=True)
    for heading in ("Join (1)", "Move (1)", "Leave (1)"):
        assert heading in page
    assert re.search(rf"{MOVED}</span>: .+ → .+</li>", page)
    assert "has an account" in page
    assert "Close the account of 1 person" in page
    lists = re.findall(r'href="(/data/customers/list/\?filter=[^"]+)"', page)
    assert admin.get(lists[0].replace("&amp;", "&")).status_code == 200
    with served.app_context(), services().engine.connect() as connection:
        assert user_of(connection, GONE) is not None


def test_taking_it_over_moves_people_and_closes_accounts_of_leavers(
    served: Flask, admin: FlaskClient
) -> None:
    west = signed_in(served, "sales_west")
    change(served)
    send(admin, "/people/organisation", {"close": "1"})
    assert west.get("/", follow_redirects=False).status_code == 302
    with served.app_context(), services().engine.connect() as connection:
        moved = user_of(connection, MOVED)
        assert moved is not None
        assert place_of(connection, moved).units == {"10030201"}
        assert user_of(connection, GONE) is None
    assert (
        "organisation"
        not in admin.get("/people/organisation").get_data(as_text=True).split("Leave (")[-1][:10]
    )
    entries = admin.get("/audit/?subject=@rights&action=organisation").get_data(as_text=True)
    assert "<li>Leave: <ins>1</ins></li>" in entries


def test_accounts_stay_open_when_asked(served: Flask, admin: FlaskClient) -> None:
    change(served)
    send(admin, "/people/organisation")
    with served.app_context():
        assert served.appbuilder.sm.find_user(username="sales_west").active  # type: ignore[attr-defined]
