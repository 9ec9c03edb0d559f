"""Moving a record out of one's own reach needs the right to transfer, by every way in: page, bulk edit, REST, REST in bulk."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import text

from app.actor import Actor
from app.extensions import services
from app.short_cache import ShortCache
from models.grants_store import load, replace
from tests.harness.forms import main_form
from tests.security.cast import Cast

ME, WEST, PLACE = "sales_east", "YG0103", "10030201"
API = "/api/v1/data/customers/"
MOVED = {"YWY": WEST}
Way = Callable[[Cast, str], Any]


def by_page(cast: Cast, number: str) -> Any:
    path = f"/data/customers/edit/{number}"
    form = main_form(cast.get(ME, path).get_data(as_text=True)).sent
    form.poplist("csrf_token")
    form["f.YWY"] = WEST
    return cast.post(ME, path, form)


def by_bulk_edit(cast: Cast, number: str) -> Any:
    form = {"token": number, "field": "YWY", "f.YWY": WEST}
    page = cast.post(ME, "/data/customers/bulk-edit", {**form, "step": "preview"}).get_data(as_text=True)
    sent = main_form(page).sent
    sent.poplist("csrf_token")
    return cast.post(ME, "/data/customers/bulk-edit", {**sent.to_dict(), "step": "save"})


def by_patch(cast: Cast, number: str) -> Any:
    return cast.ask(ME, "PATCH", f"{API}{number}", json=MOVED, headers={"If-Match": "*"})


def by_put(cast: Cast, number: str) -> Any:
    record = cast.get(ME, f"{API}{number}").get_json()
    kept = {name: value for name, value in record.items() if not name.startswith("_")}
    return cast.ask(ME, "PUT", f"{API}{number}", json={**kept, **MOVED}, headers={"If-Match": "*"})


def by_rest_bulk(cast: Cast, number: str) -> Any:
    one = {"action": "change", "token": number, "etag": "*", "values": MOVED}
    return cast.ask(ME, "POST", f"{API}bulk", json={"operations": [one]})


WAYS: list[Way] = [by_page, by_bulk_edit, by_patch, by_put, by_rest_bulk]


@pytest.fixture
def number(both: Cast) -> Iterator[str]:
    """My customer; afterwards it is mine again."""
    mine = both.ids["customers", "o"]
    yield mine
    put_back(both, mine)


def put_back(cast: Cast, number: str) -> None:
    with cast.app.app_context(), services().engine.begin() as connection:
        put = f"UPDATE {services().schema}.T_KHZL SET YWY='YG0101', BMBH='10010101' WHERE ID=:id"
        connection.execute(text(put), {"id": number})


@pytest.fixture
def granted(both: Cast) -> Iterator[Callable[[Any], None]]:
    """`granted("own")` gives salespeople the right to transfer those of these records."""
    system = Actor(None, "test", frozenset({"Admin"}))
    with both.app.app_context(), services().engine.connect() as connection:
        before = load(connection, ["Sales"])

    def grant(scope: Any) -> None:
        with both.app.app_context(), services().engine.begin() as connection:
            replace(connection, system, {"Sales": {**before["Sales"], "customers": {"transfer": scope}}})
        both.app.extensions["veneer"].rooms["policies"] = ShortCache()

    yield grant
    with both.app.app_context(), services().engine.begin() as connection:
        replace(connection, system, before)
    both.app.extensions["veneer"].rooms["policies"] = ShortCache()


def owner(cast: Cast, number: str) -> str:
    with cast.app.app_context(), services().engine.connect() as connection:
        found = text(f"SELECT YWY FROM {services().schema}.T_KHZL WHERE ID=:id")
        return str(connection.execute(found, {"id": number}).scalar())


@pytest.mark.parametrize("way", WAYS)
def test_without_the_right_it_stays_where_it_is(both: Cast, number: str, way: Way) -> None:
    answer = way(both, number)
    assert owner(both, number) == "YG0101"
    if answer.status_code == 302:
        answer = both.get(ME, answer.headers["Location"])
    body = answer.get_data(as_text=True)
    assert "out of your reach" in body or answer.status_code == 403, body[:300]
    assert both.get(ME, f"{API}{number}").status_code == 200


@pytest.mark.parametrize("way", WAYS)
def test_with_the_right_it_moves_and_is_out_of_reach(
    both: Cast, number: str, granted: Callable[[Any], None], way: Way
) -> None:
    granted("own")
    answer = way(both, number)
    assert answer.status_code in {200, 302}, answer.get_data(as_text=True)[:300]
    assert owner(both, number) == WEST
    assert both.get(ME, f"{API}{number}").status_code == 404
    assert both.get("sales_west", f"{API}{number}").status_code == 200
    if answer.status_code == 302:
        after = both.get(ME, answer.headers["Location"])
        assert after.status_code == 200, "whoever transfers a record is not led to one that is gone"
        assert re.search("toast", after.get_data(as_text=True))


@pytest.mark.parametrize("way", WAYS)
def test_the_right_counts_on_its_own_records_alone(
    both: Cast, number: str, granted: Callable[[Any], None], way: Way
) -> None:
    """To transfer the records of another department is no right to transfer mine."""
    granted({"scope": "units", "units": [PLACE]})
    way(both, number)
    assert owner(both, number) == "YG0101"


def test_it_does_not_help_where_nothing_may_be_changed(both: Cast, granted: Callable[[Any], None]) -> None:
    """Transfer adds to the right to change: a record out of reach is not fetched or pushed by it."""
    granted("all")
    foreign = both.ids["customers", "f"]
    answer = both.ask(ME, "PATCH", f"{API}{foreign}", json={"YWY": "YG0101"}, headers={"If-Match": "*"})
    assert answer.status_code == 404
    assert owner(both, foreign) == WEST
