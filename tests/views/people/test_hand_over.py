"""Handing over what somebody owns: counted, handed on in steps within one's rights, audited record by record, and taken back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select, text

from app.extensions import services
from models import hand_over as handing
from models.change import change_table
from models.organisation import staff_table
from tests.harness.applications import send, signed_in

GIVER, TAKER = "YG0103", "YG0101"
PAGE = f"/hand-over/?giver={GIVER}"


def sql(app: Flask, statement: str, **values: Any) -> list[Any]:
    with app.app_context(), services().engine.begin() as connection:
        found = connection.execute(text(statement.format(erp=services().schema)), values)
        return list(found) if found.returns_rows else []


def owned(app: Flask, employee: str) -> set[int]:
    return {
        row[0]
        for row in sql(app, "SELECT ID FROM {erp}.T_KHZL WHERE YWY = :who AND SCBZ <> '1'", who=employee)
    }


@pytest.fixture
def admin(served: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[FlaskClient]:
    """An administrator, small steps; afterwards everybody owns what they owned."""
    monkeypatch.setattr(handing, "BATCH", 3)
    before = sql(served, "SELECT ID, YWY FROM {erp}.T_KHZL")
    yield signed_in(served, "admin")
    for number, owner in before:
        sql(
            served,
            "UPDATE {erp}.T_KHZL SET YWY = :owner WHERE ID = :id AND YWY <> :owner",
            owner=owner,
            id=number,
        )
    with served.app_context(), services().engine.begin() as connection:
        connection.execute(delete(handing.run_table))


def start(client: FlaskClient, **form: str) -> str:
    """Begin; the address of the run."""
    answer = send(client, "/hand-over/start", {"giver": GIVER, "taker": TAKER, "entity": "customers", **form})
    assert answer.status_code == 302, answer.get_data(as_text=True)[:300]
    return str(answer.headers["Location"])


def finish(client: FlaskClient, url: str) -> int:
    """Go on until it is done; how many steps that took."""
    for number in range(1, 100):
        page = send(client, url, headers={"HX-Request": "true"}).get_data(as_text=True)
        if "hx-trigger" not in page:
            return number
    raise AssertionError("it never ends")


def test_everything_is_handed_on_in_steps_and_audited(served: Flask, admin: FlaskClient) -> None:
    theirs, mine = owned(served, GIVER), owned(served, TAKER)
    assert len(theirs) > 6
    page = admin.get(PAGE).get_data(as_text=True)
    assert re.search(rf"Customers: {len(theirs)}\D", page)
    url = start(admin)
    assert owned(served, GIVER) == theirs, "nothing happens before the first step"
    assert finish(admin, url) >= len(theirs) // 3
    assert owned(served, GIVER) == set()
    assert owned(served, TAKER) == theirs | mine
    with served.app_context(), services().engine.connect() as connection:
        run = handing.runs_of(connection, GIVER)[0]
        noted = select(change_table.c.record).where(
            change_table.c.request_id == run.request, change_table.c.entity == "customers"
        )
        assert {int(one) for one in connection.execute(noted).scalars()} >= theirs
    assert (run.state, run.refused) == ("done", 0)
    assert run.handed >= len(theirs)
    assert f"{run.handed} records handed over" in admin.get(url).get_data(as_text=True)
    assert "Handed over" in admin.get("/audit/?subject=@rights").get_data(as_text=True)


def test_it_is_taken_back_where_nobody_has_changed_it_since(served: Flask, admin: FlaskClient) -> None:
    theirs = owned(served, GIVER)
    url = start(admin)
    finish(admin, url)
    later = min(theirs)
    sql(served, "UPDATE {erp}.T_KHZL SET YWY = 'YG0102' WHERE ID = :id", id=later)
    assert send(admin, f"{url}/back").status_code == 302
    finish(admin, url)
    assert owned(served, GIVER) == theirs - {later}
    page = admin.get(url).get_data(as_text=True)
    assert "1 record was refused" in page
    assert "taken back" in page


def test_one_of_them_has_another_owner_meanwhile(served: Flask, admin: FlaskClient) -> None:
    theirs = owned(served, GIVER)
    url = start(admin)
    send(admin, url)
    left = owned(served, GIVER)
    assert len(left) == len(theirs) - 3
    sql(served, "UPDATE {erp}.T_KHZL SET YWY = 'YG0102' WHERE ID = :id", id=max(left))
    finish(admin, url)
    assert max(left) in owned(served, "YG0102"), "what somebody else gave away is not touched"


def test_a_step_sent_twice_counts_once(served: Flask, admin: FlaskClient) -> None:
    url = start(admin)
    number = int(url.rpartition("/")[2])
    with served.app_context(), services().engine.connect() as connection:
        run = handing.run_with(connection, number)
    send(admin, url)
    from app.actor import Actor
    from models.access import live
    from models.guard import RecordSession
    from models.policy import Policy

    boss = Actor(1, "admin", frozenset({"Admin"}))
    with served.app_context(), RecordSession(services().engine, Policy(boss, live().current())) as session:
        handing.step(session, run)
    with served.app_context(), services().engine.connect() as connection:
        assert handing.run_with(connection, number).handed == 3


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"taker": GIVER}, "somebody else"),
        ({"taker": "NOBODY"}, "no such employee"),
        ({"entity": "products"}, "one of the lists"),
        ({"entity": "nothing"}, "one of the lists"),
    ],
)
def test_what_cannot_be_is_said(admin: FlaskClient, form: dict[str, str], words: str) -> None:
    given = {"giver": GIVER, "taker": TAKER, "entity": "customers", **form}
    answer = send(admin, "/hand-over/start", given)
    assert answer.status_code == 400
    assert words in answer.get_data(as_text=True)


def test_people_who_left_are_listed(served: Flask, admin: FlaskClient) -> None:
    from datetime import date

    with served.app_context(), services().engine.begin() as connection:
        row = {"code": "YGLEFT", "name": "Gone", "left_on": date(2026, 1, 2), "by_hand": True}
        connection.execute(staff_table.insert().values(row))
    try:
        page = admin.get("/hand-over/").get_data(as_text=True)
        assert "giver=YGLEFT" in page
        assert "2026-01-02" in page
        assert "Nothing that you may hand over" in admin.get("/hand-over/?giver=YGLEFT").get_data(
            as_text=True
        )
    finally:
        with served.app_context(), services().engine.begin() as connection:
            connection.execute(delete(staff_table).where(staff_table.c.code == "YGLEFT"))
