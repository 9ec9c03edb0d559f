"""The home page of each role: it works, each chart is fetched alone, and nobody sees more than their lists show."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import select

from charts import store
from models.overlay import metadata
from tests.harness.applications import send, signed_in

EVERYBODY = ["admin", "executive", "manager_east", "sales_east", "clerk", "engineer"]
PLACE = re.compile(r'hx-get="(/home/chart/[^"]+)"')


def places(page: str) -> list[str]:
    return [unescape(url) for url in PLACE.findall(page)]


@pytest.fixture
def kept(served: Flask) -> Iterator[None]:
    """Whatever a test keeps is forgotten afterwards."""
    yield
    with served.extensions["veneer"].engine.begin() as connection:
        for role in ("", "Sales", "Executive"):
            store.forget(connection, role)


def test_a_visitor_signs_in_first(served: Flask) -> None:
    client = served.test_client()
    assert client.get("/").status_code == 302
    assert client.get("/home/chart/orders").status_code == 302


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("username", EVERYBODY)
def test_every_role_has_charts_that_work(served: Flask, username: str, language: str) -> None:
    client = signed_in(served, username)
    page = client.get("/", headers={"Accept-Language": language})
    assert page.status_code == 200
    found = places(page.get_data(as_text=True))
    assert len(found) >= 5
    for url in found:
        answer = client.get(url, headers={"Accept-Language": language})
        body = answer.get_data(as_text=True)
        assert answer.status_code == 200, url
        assert 'role="alert"' not in body, f"{url}: {body[:500]}"


def test_who_sees_nothing_is_told_so(served: Flask) -> None:
    page = signed_in(served, "it").get("/").get_data(as_text=True)
    assert places(page) == []
    assert "Nothing to show here yet" in page
    assert 'href="/it/"' in page.split("<main")[1]


def total(body: str) -> str:
    found = re.search(r'class="stat-value" title="([^"]+)"', body)
    assert found, body
    return found[1]


def test_a_salesperson_counts_less_than_the_executive(served: Flask) -> None:
    counted = {
        name: float(
            total(signed_in(served, name).get("/home/chart/sales?fresh=1").get_data(as_text=True)).replace(
                ",", ""
            )
        )
        for name in ("executive", "sales_east")
    }
    assert counted["sales_east"] < counted["executive"]


def test_the_number_is_the_lists_total(served: Flask) -> None:
    client = signed_in(served, "engineer")
    body = client.get("/home/chart/open-tickets").get_data(as_text=True)
    link = re.search(r'href="(/data/[^"]+)"', body)
    assert link
    page = client.get(unescape(link[1])).get_data(as_text=True)
    assert re.search(rf">\s*{re.escape(total(body))} records\s*<", page), "the list's total"


def test_a_figure_is_json_in_an_attribute(served: Flask) -> None:
    body = signed_in(served, "admin").get("/home/chart/orders").get_data(as_text=True)
    figure = json.loads(unescape(re.search(r'data-figure="([^"]+)"', body)[1]))
    assert {trace["type"] for trace in figure["data"]} == {"bar"}
    assert "<script" not in body


def test_an_unknown_chart_is_not_there(served: Flask) -> None:
    assert signed_in(served, "admin").get("/home/chart/nothing").status_code == 404
    assert signed_in(served, "engineer").get("/home/chart/sales").status_code == 404


def test_refreshing_asks_anew(served: Flask) -> None:
    page = signed_in(served, "admin").get(
        "/?fresh=1", headers={"HX-Request": "true", "HX-Target": "dashboard"}
    )
    text = page.get_data(as_text=True)
    assert text.lstrip().startswith('<div id="dashboard"')
    assert all("fresh=1" in url for url in places(text))


@pytest.mark.usefixtures("kept")
def test_an_administrator_makes_a_dashboard_for_a_role(served: Flask) -> None:
    admin = signed_in(served, "admin")
    sent = {
        "step": "add",
        "kind": "ranking",
        "entity": "products",
        "group": "CPLB",
        "title_en": "Products by category",
    }
    assert send(admin, "/dashboards/edit?role=Sales", sent).status_code == 302
    page = admin.get("/dashboards/edit?role=Sales")
    assert page.status_code == 200
    assert "This is a proposal" not in page.get_data(as_text=True)
    for step in ({"step": "up"}, {"step": "width", "width": "full"}):
        assert (
            send(admin, "/dashboards/edit?role=Sales", {"key": "products-by-category", **step}).status_code
            == 302
        )
    seller = signed_in(served, "sales_east")
    assert "Products by category" in seller.get("/").get_data(as_text=True)
    assert 'role="alert"' not in seller.get("/home/chart/products-by-category").get_data(as_text=True)
    assert send(admin, "/dashboards/edit?role=Sales", {"step": "reset"}).status_code == 302
    assert "Products by category" not in seller.get("/").get_data(as_text=True)


@pytest.mark.usefixtures("kept")
def test_a_chart_without_its_field_is_refused_in_words(served: Flask) -> None:
    admin = signed_in(served, "admin")
    sent = {"step": "add", "kind": "ranking", "entity": "products", "title_en": "Nothing"}
    answer = send(admin, "/dashboards/edit", sent)
    assert answer.status_code == 400
    assert "needs one more field" in answer.get_data(as_text=True)


@pytest.mark.parametrize("username", ["executive", "sales_east", "it"])
def test_only_administrators_edit_dashboards(served: Flask, username: str) -> None:
    client = signed_in(served, username)
    assert client.get("/dashboards/edit").status_code == 403
    assert send(client, "/dashboards/edit", {"step": "reset"}).status_code == 403
    assert "/dashboards/edit" not in client.get("/").get_data(as_text=True)


@pytest.fixture
def late(served: Flask) -> Iterator[None]:
    """Clocks that ran out for the first thirty tickets, and one that was stopped in time; those of other tests rest."""
    clocks, engine = metadata.tables["sla_clock"], served.extensions["veneer"].engine
    moment = datetime.now(UTC)
    usual = {
        "policy_id": 99, "policy_version": 1, "calendar_id": 1, "calendar_version": 1, "kind": "resolution", "cycle": 1,
        "entity": "service-tickets", "state": "breached", "is_latest": True, "is_paused": False, "started_at": moment,
        "due_at": moment - timedelta(hours=1), "worked_s": 0.0, "target_s": 60, "evaluated_at": moment, "standing": "",
    }  # fmt: skip
    with engine.begin() as connection:
        others = list(connection.execute(select(clocks.c.id).where(clocks.c.is_open)).scalars())
        connection.execute(clocks.update().where(clocks.c.id.in_(others)).values(is_open=False))
        rows = [usual | {"record": str(number), "is_open": number <= 30} for number in range(1, 32)]
        connection.execute(clocks.insert(), rows)
    yield
    with engine.begin() as connection:
        connection.execute(clocks.delete().where(clocks.c.policy_id == 99))
        connection.execute(clocks.update().where(clocks.c.id.in_(others)).values(is_open=True))


@pytest.mark.usefixtures("late")
def test_overdue_tickets_are_counted_by_the_clocks_of_the_rules(served: Flask) -> None:
    url = "/home/chart/overdue-tickets?fresh=1"
    seen = {
        name: total(signed_in(served, name).get(url).get_data(as_text=True)) for name in ("admin", "engineer")
    }
    deleted = 30 - int(seen["admin"])
    assert 0 <= deleted < 5
    assert int(seen["engineer"]) < int(seen["admin"])
    body = signed_in(served, "admin").get(url).get_data(as_text=True)
    link = re.search(r'href="(/data/[^"]+)"', body)
    assert link
    page = signed_in(served, "admin").get(unescape(link[1])).get_data(as_text=True)
    assert re.search(rf">\s*{seen['admin']} records\s*<", page)
