"""Attacks on fields: hidden and masked ones by every way that reads, sorts, counts or describes; writing what is not offered."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy import insert, text

from app.extensions import services
from charts import store
from charts.nouns import Chart, Dashboard
from models.overlay import metadata
from models.roles import SALES
from models.wiring.nouns import Label
from rules.inbox import messages_of, tell
from rules.messages import Message
from rules.people import Staff
from tests.security.cast import Cast, plain
from tests.security.limits import API, CREDIT, HIDDEN, LIST, MASKED, PHONE, own


def leaf(field: str, op: str = "eq", value: Any = "1") -> str:
    return urlencode({"filter": json.dumps({"field": field, "op": op, "value": value})})


ASKED = {
    "sort": lambda name: f"sort={name}",
    "sort backwards, second": lambda name: f"sort=KHMC,-{name}",
    "filter": leaf,
    "filter that cannot be read": lambda name: leaf(name, "gt", "no number"),
    "filter with a comparison that there is not": lambda name: leaf(name, "nothing"),
    "filter deep inside": lambda name: urlencode({"filter": json.dumps({"not": {"or": [{"and": [{"field": name, "op": "is_null"}]}]}})}),
    "misshapen filter": lambda name: urlencode({"filter": json.dumps({"and": {"field": name}})}),
}  # fmt: skip


@pytest.mark.parametrize("way", ASKED)
@pytest.mark.parametrize("name", [HIDDEN, MASKED])
@pytest.mark.parametrize("where", [LIST, API + "?"])
def test_a_hidden_field_is_worded_like_one_that_does_not_exist(
    limited: Cast, way: str, name: str, where: str
) -> None:
    answers = [limited.get("sales_east", where + ASKED[way](one)) for one in (name, "NOPE")]
    told = [plain(answer).replace(one, "#") for answer, one in zip(answers, (name, "NOPE"), strict=True)]
    assert {answer.status_code for answer in answers} <= {404, 400}
    assert told[0] == told[1]


@pytest.mark.parametrize("name", [HIDDEN, MASKED])
@pytest.mark.parametrize("entity", ["orders", "contacts", "payments", "contracts"])
def test_a_path_to_it_is_unknown_too(limited: Cast, name: str, entity: str) -> None:
    asked = f"/api/v1/data/{entity}/?" + leaf(f"KHBH.{name}", "not_null")
    assert limited.get("sales_east", asked).status_code == 404


def test_a_masked_relation_is_not_told_by_what_lies_behind_it(limited: Cast) -> None:
    for path in ("KHBH", "KHBH.KHBH", "KHBH.KHMC", "KHBH.ID"):
        assert limited.get("sales_east", "/api/v1/data/orders/?" + leaf(path, "starts")).status_code == 404


PAGES = {
    "list": LIST + "columns=KHMC,XYED,SJHM",
    "record": "/data/customers/show/{id}",
    "form": "/data/customers/edit/{id}",
    "copy": "/data/customers/add?copy={id}",
    "history": "/data/customers/history/{id}",
    "filter panel": "/data/customers/panel/filter",
    "column panel": "/data/customers/panel/columns",
    "print": "/data/customers/show/{id}?print=1",
    "related list": "/data/employees/related/YG0101/customers/YWY",
    "search by its beginning": "/search?q=1391234",
    "quick search by its beginning": LIST + "q=1391234",
    "API list": API + "?size=200",
    "API record": API + "{id}",
    "API fields": API + "?fields=KHMC,SJHM",
    "API schema": API + "schema",
    "OpenAPI": "/api/v1/openapi.json",
    "OpenAPI of it alone": "/api/v1/openapi.json?entity=customers",
    "API search": API + "?q=1391234",
}


@pytest.mark.parametrize("page", PAGES)
def test_no_page_and_no_answer_holds_the_value(limited: Cast, page: str) -> None:
    as_admin = {"BZ": page, "XYED": CREDIT, "SJHM": PHONE}
    limited.ask("admin", "PATCH", API + own(limited), json=as_admin, headers={"If-Match": "*"})
    answer = limited.get("sales_east", PAGES[page].format(id=own(limited)))
    body = answer.get_data(as_text=True)
    assert answer.status_code == 200
    for secret in (CREDIT, "7,654,321", "7654321", PHONE):
        assert secret not in body
    if "schema" in page or "OpenAPI" in page:
        assert "XYED" not in body


def test_history_leaves_it_out(limited: Cast) -> None:
    path = API + own(limited)
    for credit, phone in (("1111111.11", "13700000001"), (CREDIT, PHONE)):
        sent = {"XYED": credit, "SJHM": phone, "KHPF": 3}
        assert limited.ask("admin", "PATCH", path, json=sent, headers={"If-Match": "*"}).status_code == 200
    page = limited.get("sales_east", f"/data/customers/history/{own(limited)}").get_data(as_text=True)
    assert "137****0001" in page
    for secret in ("1111111", "1,111,111", "13700000001", PHONE, CREDIT, "Credit"):
        assert secret not in page


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_export_holds_what_the_list_shows(limited: Cast, kind: str) -> None:
    answer = limited.get("manager_east", f"/data/customers/export/?kind={kind}&columns=KHMC,XYED,SJHM")
    body = answer.get_data()
    if kind == "xlsx":
        with zipfile.ZipFile(io.BytesIO(body)) as book:
            body = b"".join(book.read(name) for name in book.namelist())
    assert b"139****5678" in body
    for secret in (PHONE, CREDIT, "Credit"):
        assert secret.encode() not in body
    assert limited.get("manager_east", "/data/customers/export/?kind=csv&sort=XYED").status_code == 404


CHARTS = [
    {"group": HIDDEN}, {"group": MASKED}, {"group": "KHZT", "measure": f"sum:{HIDDEN}"}, {"group": "KHZT", "measure": f"avg:{HIDDEN}"},
    {"group": "KHZT", "filter": {"and": [{"field": HIDDEN, "op": "gt", "value": "1"}]}},
    {"group": "KHZT", "filter": {"and": [{"field": MASKED, "op": "starts", "value": "139"}]}},
]  # fmt: skip


@pytest.mark.parametrize("settings", CHARTS, ids=str)
def test_a_chart_over_it_has_no_numbers(limited: Cast, settings: dict[str, Any]) -> None:
    chart = Chart("secret", "split", "customers", Label("Secret"), settings=settings)
    with limited.app.app_context(), services().engine.begin() as connection:
        store.save(connection, Dashboard(SALES, Label("x"), (chart,)))
    page = limited.get("sales_east", "/home/chart/secret?fresh=1").get_data(as_text=True)
    with limited.app.app_context(), services().engine.begin() as connection:
        store.forget(connection, SALES)
    assert "something that you may not see" in page
    assert "data-figure" not in page
    assert "7,654,321" not in page


def test_saved_views_and_look_ups_know_nothing_of_it(limited: Cast) -> None:
    for form in ({"sort": HIDDEN}, {"filter": json.dumps({"field": MASKED, "op": "starts", "value": "1"})}):
        answer = limited.post("sales_east", "/data/customers/views/save", {"name": "x", **form})
        assert answer.status_code == 404
    shared = {"name": "by credit", "sort": "-XYED", "columns": "KHMC,XYED", "shared": "on"}
    place = limited.post("admin", "/data/customers/views/save", shared).headers["Location"]
    assert limited.get("sales_east", place).status_code == 404
    assert limited.get("sales_east", "/data/orders/look-up/KHBH?q=KH").status_code == 404, "masked"
    assert limited.get("sales_east", "/data/customers/look-up/XYED").status_code == 404


def test_titles_that_the_runner_noted_are_for_who_may_know_them(limited: Cast) -> None:
    title, clocks = "Only for some", metadata.tables["sla_clock"]
    with limited.app.app_context(), services().engine.begin() as connection:
        schema = services().schema
        number = str(connection.execute(text(f"SELECT ID FROM {schema}.T_GDZB ORDER BY ID LIMIT 1")).scalar())
        place = f"UPDATE {schema}.T_GDZB SET CLR='YG0105', BMBH='10010103', SCBZ='0' WHERE ID={number}"
        connection.execute(text(place))
        user = limited.app.appbuilder.sm.find_user(username="engineer").id  # type: ignore[attr-defined]
        link = f"/data/service-tickets/show/{number}"
        params = {
            "title": title,
            "policy": "P",
            "due": "2026-01-01T00:00:00+00:00",
            "zone": "UTC",
            "step": "x",
        }
        moment = messages_moment()
        tell(connection, [user], Message("sla.breach", params, link), moment)
        connection.execute(insert(clocks).values(
            policy_id=96, policy_version=1, calendar_id=1, calendar_version=1, kind="resolution", cycle=1, entity="service-tickets",
            state="breached", is_latest=True, is_open=True, is_paused=False, worked_s=0.0, target_s=60, standing="", record=number,
            title=title, started_at=moment, due_at=moment, evaluated_at=moment, breached_at=moment,
        ))  # fmt: skip
        told = Staff().told(user, params, link)
        assert messages_of(connection, user, size=1)[0].params["title"] == title
    assert told["title"] == number, "a mail"
    for path in ("/inbox/", "/rules/deadlines/", f"/rules/deadlines/badge/service-tickets/{number}"):
        body = limited.get("engineer", path).get_data(as_text=True)
        assert title not in body, path
    assert title in limited.get("executive", "/rules/deadlines/").get_data(as_text=True)


def messages_moment() -> Any:
    from datetime import UTC, datetime

    return datetime(2020, 1, 1, tzinfo=UTC)
