"""Lending rights to a colleague: what the colleague may do meanwhile, what never goes along, and how it ends."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select, update

from app.clock import today
from app.extensions import services
from models.change import change_table
from models.substitution import substitution_table
from tests.harness.applications import send, signed_in
from tests.harness.forms import main_form

EASTS, WESTS = "YG0101", "YG0103"
"""Employee codes of sales_east and sales_west, who see their own customers only."""


@pytest.fixture(autouse=True)
def nothing_lent(served: Flask) -> None:
    with served.app_context(), services().engine.begin() as connection:
        connection.execute(delete(substitution_table))


def lend(
    app: Flask, client: FlaskClient, substitute: str, first: int = 0, last: int = 3, **more: str
) -> object:
    with app.app_context():
        day = today()
    days = {"since": str(day + timedelta(first)), "until": str(day + timedelta(last))}
    form = {"substitute": substitute, **days, "reason": "Holidays", **more}
    return send(client, "/substitutes/lend", form)


def newest(app: Flask) -> int:
    with app.app_context(), services().engine.connect() as connection:
        return int(
            connection.execute(
                select(substitution_table.c.id).order_by(substitution_table.c.id.desc())
            ).scalar()
            or 0
        )


def customer_of(app: Flask, employee: str) -> int:
    with app.app_context(), services().engine.connect() as connection:
        table = f"{services().schema}.T_KHZL"
        found = f"SELECT ID FROM {table} WHERE YWY = '{employee}' AND SCBZ <> '1' ORDER BY ID LIMIT 1"
        return int(connection.exec_driver_sql(found).scalar_one())


def reaches(client: FlaskClient, number: int) -> bool:
    return client.get(f"/data/customers/show/{number}").status_code == 200


@pytest.fixture
def east(served: Flask) -> FlaskClient:
    return signed_in(served, "sales_east")


@pytest.fixture
def west(served: Flask) -> FlaskClient:
    return signed_in(served, "sales_west")


def test_a_substitute_works_with_the_lent_rights_and_under_the_own_name(
    served: Flask, east: FlaskClient, west: FlaskClient
) -> None:
    mine, theirs = customer_of(served, WESTS), customer_of(served, EASTS)
    lend(served, east, "sales_west")
    assert not reaches(west, theirs)
    send(west, f"/substitutes/{newest(served)}/begin")
    page = west.get(f"/data/customers/show/{theirs}")
    assert page.status_code == 200
    assert "You work for" in page.get_data(as_text=True)
    assert not reaches(west, mine)
    form = main_form(west.get(f"/data/customers/edit/{theirs}").get_data(as_text=True)).sent
    form.setlist("f.BZ", ["while she is away"])
    assert west.post(f"/data/customers/edit/{theirs}", data=form).status_code == 302
    with served.app_context(), services().engine.connect() as connection:
        found = select(change_table).order_by(change_table.c.id.desc()).limit(1)
        entry = connection.execute(found).mappings().one()
    assert (entry["actor_name"], entry["cause"]) == ("sales_west", "for sales_east")
    send(west, f"/data/customers/undo?changes={entry['id']}")
    send(west, "/substitutes/stop")
    assert reaches(west, mine)
    assert not reaches(west, theirs)


@pytest.mark.parametrize("ending", ["taken back", "over", "absent account closed"])
def test_it_ends_at_once(served: Flask, east: FlaskClient, west: FlaskClient, ending: str) -> None:
    theirs = customer_of(served, EASTS)
    lend(served, east, "sales_west")
    send(west, f"/substitutes/{newest(served)}/begin")
    assert reaches(west, theirs)
    if ending == "taken back":
        send(east, f"/substitutes/{newest(served)}/end")
    elif ending == "over":
        with served.app_context(), services().engine.begin() as connection:
            past = {"since": today() - timedelta(9), "until": today() - timedelta(1)}
            connection.execute(update(substitution_table).values(past))
    else:
        _switch(served, "sales_east", active=False)
    try:
        assert not reaches(west, theirs)
    finally:
        _switch(served, "sales_east", active=True)


def _switch(app: Flask, username: str, *, active: bool) -> None:
    with app.app_context():
        manager = app.appbuilder.sm  # type: ignore[attr-defined]
        user = manager.find_user(username=username)
        user.active = active
        manager.update_user(user)


def test_the_administrators_rights_are_not_lent(served: Flask, west: FlaskClient) -> None:
    admin = signed_in(served, "admin")
    lend(served, admin, "sales_west")
    send(west, f"/substitutes/{newest(served)}/begin")
    assert west.get("/rights/").status_code == 403
    assert west.get("/audit/").status_code == 403
    assert west.get("/data/customers/list/").status_code in {403, 404}


def test_nobody_begins_or_ends_what_is_somebody_elses(
    served: Flask, east: FlaskClient, west: FlaskClient
) -> None:
    lend(served, east, "sales_west")
    other = signed_in(served, "sales_east2")
    number, theirs = newest(served), customer_of(served, EASTS)
    send(other, f"/substitutes/{number}/begin")
    assert not reaches(other, theirs)
    send(other, f"/substitutes/{number}/end")
    send(west, f"/substitutes/{number}/begin")
    assert reaches(west, theirs)
    assert "Holidays" not in other.get("/substitutes/").get_data(as_text=True)


def test_what_begins_tomorrow_is_not_in_force_today(
    served: Flask, east: FlaskClient, west: FlaskClient
) -> None:
    lend(served, east, "sales_west", first=1)
    send(west, f"/substitutes/{newest(served)}/begin")
    assert not reaches(west, customer_of(served, EASTS))


def test_only_administrators_lend_for_others(served: Flask, east: FlaskClient, west: FlaskClient) -> None:
    lend(served, west, "sales_west", absent="sales_east")
    assert newest(served) == 0
    lend(served, signed_in(served, "admin"), "sales_west", absent="sales_east")
    send(west, f"/substitutes/{newest(served)}/begin")
    assert reaches(west, customer_of(served, EASTS))


@pytest.mark.parametrize(
    ("substitute", "first", "last", "said"),
    [
        ("sales_east", 0, 1, "Choose a colleague"),
        ("nobody-of-this-name", 0, 1, "Choose a colleague"),
        ("sales_west", 2, 1, "lies before the first"),
        ("sales_west", -3, -1, "is over already"),
        ("sales_west", 0, 400, "a year at most"),
    ],
)
def test_what_cannot_be_lent_is_told_and_stays_typed(
    served: Flask, east: FlaskClient, substitute: str, first: int, last: int, said: str
) -> None:
    answer = lend(served, east, substitute, first, last)
    page = answer.get_data(as_text=True)  # type: ignore[attr-defined]
    assert answer.status_code == 400  # type: ignore[attr-defined]
    assert said in page
    assert 'value="Holidays"' in page
