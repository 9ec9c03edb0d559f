"""The organisation kept by hand on its pages: every step, what comes back when it cannot be done, and what stands in the audit."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.extensions import services
from app.short_cache import CACHE_SECONDS
from models.organisation import (
    Staff,
    place_of,
    position_table,
    seat_table,
    staff_table,
    unit_table,
    user_of,
)
from models.organisation_plan import kept
from models.organisation_rebuild import rebuild
from tests.harness.applications import send, signed_in

EAST, SALES = "100101", "10010101"
IN_FORCE_SECONDS = 2 * CACHE_SECONDS
"""Whose seat is known for a second, and so is what follows from it."""


@pytest.fixture
def admin(served: Flask) -> Iterator[FlaskClient]:
    """An administrator; afterwards the organisation is as it was."""
    with served.app_context(), services().engine.connect() as connection:
        units, people = kept(connection)
        accounts = dict(connection.execute(select(staff_table.c.code, staff_table.c.user_id)).all())
    yield signed_in(served, "admin")
    with served.app_context(), services().engine.begin() as connection:
        for table in (unit_table, seat_table, staff_table):
            connection.execute(table.update().values(by_hand=False))
        connection.execute(position_table.delete())
        rebuild(
            connection, units, [Staff(one.code, one.name, one.unit, accounts[one.code]) for one in people]
        )


def do(client: FlaskClient, step: str, unit: str = "", **texts: str) -> str:
    """One step, and the page that follows."""
    answer = send(client, f"/organisation/do/{step}?unit={unit}", texts)
    if answer.status_code == 302:
        return client.get(answer.headers["Location"]).get_data(as_text=True)
    return answer.get_data(as_text=True)


def test_one_walks_down_the_tree_and_finds_units_by_name(admin: FlaskClient) -> None:
    top = admin.get("/organisation/").get_data(as_text=True)
    assert "/organisation/?unit=10" in top
    page = admin.get(f"/organisation/?unit={EAST}").get_data(as_text=True)
    assert f"/organisation/?unit={SALES}" in page
    assert "/organisation/?unit=1001" in page, "the way back up"
    assert f"unit={SALES}" in admin.get(f"/organisation/?q={SALES}").get_data(as_text=True)
    assert admin.get("/organisation/?unit=NOPE").status_code == 404
    assert admin.get(f"/organisation/look-up?q={SALES}").get_json()[0]["value"] == SALES


def test_a_unit_is_added_renamed_moved_closed_and_opened(served: Flask, admin: FlaskClient) -> None:
    assert "Pilots" in do(admin, "add", EAST, code="PX", name="Pilots", head="YG0101")
    page = do(admin, "change", "PX", name="Pilot team", parent="100302", head="")
    assert "Pilot team" in page
    assert 'unit=100302"' in page
    assert "closed since" in do(admin, "close", "PX")
    assert "closed since" not in do(admin, "reopen", "PX")
    with served.app_context(), services().engine.connect() as connection:
        row = connection.execute(select(unit_table).where(unit_table.c.code == "PX")).one()
        assert (row.name, row.parent, row.head, row.closed_on) == ("Pilot team", "100302", None, None)
    assert "PX" in admin.get("/audit/?subject=@rights&action=organisation").get_data(as_text=True)


def test_what_was_typed_comes_back_with_the_sentence(admin: FlaskClient) -> None:
    answer = send(admin, f"/organisation/do/add?unit={EAST}", {"code": SALES, "name": "My new team"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 400
    assert "already" in page
    assert 'value="My new team"' in page
    assert f'value="{SALES}"' in page
    answer = send(admin, "/organisation/do/change?unit=1001", {"name": "Loop", "parent": EAST, "head": ""})
    assert "below itself" in answer.get_data(as_text=True)
    assert 'value="Loop"' in answer.get_data(as_text=True)
    assert send(admin, "/organisation/do/nothing").status_code == 404


def test_people_sit_in_several_units_and_hold_positions(served: Flask, admin: FlaskClient) -> None:
    assert "further" in do(admin, "seat", EAST, employee="YG0101")
    with served.app_context(), services().engine.connect() as connection:
        account = user_of(connection, "YG0101")
        assert account is not None
        assert place_of(connection, account).units == {SALES, EAST}
    do(admin, "seat", EAST, employee="YG0101", main="1")
    page = do(admin, "position", EAST, title="Key account", holder="")
    assert "vacant" in page
    with served.app_context(), services().engine.connect() as connection:
        number = connection.execute(select(position_table.c.id)).scalar_one()
    assert "YG0102" in do(admin, "fill", EAST, position=str(number), holder="YG0102")
    do(admin, "remove-position", EAST, position=str(number))
    do(admin, "unseat", EAST, employee="YG0102")
    do(admin, "unseat", EAST, employee="YG0101")
    assert "Newcomer" in do(admin, "person", EAST, code="YGX", name="Newcomer")
    assert "Newcomer" in admin.get("/people/staff?q=YGX").get_data(as_text=True)


def test_rights_follow_a_seat_that_was_given_by_hand(served: Flask, admin: FlaskClient) -> None:
    """The clerk sees the department; with a further seat in the west that one's records too."""
    from urllib.parse import quote

    west = '/api/v1/data/customers/?filter={"field":"BMBH","op":"eq","value":"10030201"}'
    clerk = signed_in(served, "clerk")
    assert clerk.get(quote(west, safe="/?=")).get_json()["data"] == []
    do(admin, "seat", "10030201", employee="YG0104")
    time.sleep(IN_FORCE_SECONDS)
    assert clerk.get(quote(west, safe="/?=")).get_json()["data"]
    do(admin, "unseat", "10030201", employee="YG0104")
    time.sleep(IN_FORCE_SECONDS)
    assert clerk.get(quote(west, safe="/?=")).get_json()["data"] == []
