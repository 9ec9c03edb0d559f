"""Attacks on rows by a second path: what is linked, counted, charted, saved, repeated or taken back."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy import select, text

from app import tokens
from app.extensions import services
from app.security import overlay_session
from models import counting
from models.access import live
from models.change import change_table
from models.overlay import metadata
from rules.inbox import tell
from rules.messages import Message
from tests.harness.applications import signed_in
from tests.harness.http_client import in_process
from tests.security.cast import Cast, plain

API = "/api/v1/data/"


def run(cast: Cast, statement: str, **values: Any) -> list[Any]:
    """What another program does to the ERP; {s} is its schema."""
    with cast.app.app_context(), services().engine.begin() as connection:
        result = connection.execute(text(statement.format(s=services().schema)), values)
        return [tuple(row) for row in result] if result.returns_rows else []


def value(cast: Cast, column: str, letter: str) -> Any:
    """A customer's stored value."""
    return run(cast, f"SELECT {column} FROM {{s}}.T_KHZL WHERE ID=:id", id=cast.ids["customers", letter])[0][
        0
    ]


def found(cast: Cast, actor: str, entity: str, condition: Any) -> set[str]:
    """Tokens of the records that a filter finds."""
    answer = cast.get(actor, f"{API}{entity}/?size=200&" + urlencode({"filter": json.dumps(condition)}))
    assert answer.status_code == 200, answer.get_json()
    return {row["_token"] for row in answer.get_json()["data"]}


@pytest.fixture
def order(both: Cast) -> str:
    """An order of sales_east's own for a customer far away, as old data may hold it."""
    number = run(both, "SELECT DDH FROM {s}.T_DDZB ORDER BY DDH LIMIT 1")[0][0]
    mine = "UPDATE {s}.T_DDZB SET YWY='YG0101', BMBH='10010101', SCBZ='0', KHBH=:code WHERE DDH=:key"
    run(both, mine, code=both.codes["f"], key=number)
    return str(number)


@pytest.mark.parametrize(
    "op", ["eq", "ne", "starts", "contains", "is_null", "not_null", "gt", "in", "not_in"]
)
@pytest.mark.parametrize("negated", [False, True])
def test_a_path_over_a_relation_tells_nothing_of_a_record_out_of_reach(
    both: Cast, order: str, op: str, negated: bool
) -> None:
    name = value(both, "KHMC", "f")
    sent: Any = {"field": "KHBH.KHMC", "op": op, "value": [name] if op in {"in", "not_in"} else name}
    asked = {"not": sent} if negated else sent
    for_far = order in found(both, "sales_east", "orders", asked)
    run(both, "UPDATE {s}.T_DDZB SET KHBH='KH-NONE' WHERE DDH=:key", key=order)
    assert for_far == (order in found(both, "sales_east", "orders", asked)), (
        "as if there were no such customer"
    )
    assert order not in found(both, "sales_east", "orders", {"field": "KHBH.YWY.XM", "op": "not_null"})


def test_a_related_record_out_of_reach_is_only_its_number(both: Cast, order: str) -> None:
    name = value(both, "KHMC", "f")
    for path in (f"/data/orders/show/{order}", f"/data/orders/edit/{order}", f"/data/orders/list/?q={order}"):
        page = both.get("sales_east", path).get_data(as_text=True)
        assert both.codes["f"] in page
        assert name not in page
        assert f"/data/customers/show/{both.ids['customers', 'f']}" not in page


def test_a_number_prefilled_or_typed_is_not_put_into_words(both: Cast) -> None:
    page = both.get("sales_east", f"/data/orders/add?f.KHBH={both.codes['f']}").get_data(as_text=True)
    assert value(both, "KHMC", "f") not in page


@pytest.mark.parametrize("way", ["page", "api"])
def test_a_key_out_of_reach_is_refused_like_one_that_does_not_exist(both: Cast, way: str) -> None:
    own = "UPDATE {s}.T_DDZB SET YWY='YG0101', BMBH='10010101', KHBH=:code, SCBZ='0' WHERE DDH=:key"
    number = run(both, "SELECT DDH FROM {s}.T_DDZB ORDER BY DDH DESC LIMIT 1")[0][0]
    run(both, own, code=both.codes["o"], key=number)
    bodies = []
    for code in (both.codes["f"], "KH00999999"):
        if way == "page":
            answer = both.post("sales_east", f"/data/orders/edit/{number}", {"f.KHBH": code, "row_hash": ""})
        else:
            answer = both.ask(
                "sales_east", "PATCH", f"{API}orders/{number}", json={"KHBH": code}, headers={"If-Match": "*"}
            )
        assert answer.status_code == 400
        bodies.append(plain(answer).replace(code, "#"))
    assert re.sub(r'value="[0-9a-f]{32}"', "", bodies[0]) == re.sub(r'value="[0-9a-f]{32}"', "", bodies[1])
    assert run(both, "SELECT KHBH FROM {s}.T_DDZB WHERE DDH=:key", key=number) == [(both.codes["o"],)]


@pytest.mark.parametrize("moved", [{"YWY": "YG0103"}, {"BMBH": "10030201", "YWY": "YG0103"}, {"YWY": None}])
def test_nobody_moves_a_record_out_of_his_reach(both: Cast, moved: dict[str, Any]) -> None:
    path = f"{API}customers/{both.ids['customers', 'o']}"
    assert both.ask("sales_east", "PATCH", path, json=moved, headers={"If-Match": "*"}).status_code == 403
    assert value(both, "YWY", "o") == "YG0101"
    new = {"KHBH": "KHX", "KHMC": "x", **moved}
    assert both.ask("sales_east", "POST", f"{API}customers/", json=new).status_code in {400, 403}
    assert run(both, "SELECT COUNT(*) FROM {s}.T_KHZL WHERE KHBH='KHX'") == [(0,)]


def test_a_child_cannot_be_hung_under_somebody_else_s_parent(both: Cast) -> None:
    new = {"KHBH": both.codes["f"], "XM": "x"}
    refused = both.ask("sales_east", "POST", f"{API}contacts/", json=new)
    missing = both.ask("sales_east", "POST", f"{API}contacts/", json={**new, "KHBH": "KH00999999"})
    assert (refused.status_code, refused.get_json()) == (missing.status_code, missing.get_json())
    assert refused.status_code == 400


def test_one_foreign_record_among_many(both: Cast) -> None:
    mine, far = both.ids["customers", "o"], both.ids["customers", "f"]
    before = value(both, "BZ", "f")
    form = {"token": [mine, far, "87654321"], "field": "BZ", "f.BZ": "noted", "step": "save"}
    both.post("sales_east", "/data/customers/bulk-edit", form)
    assert (value(both, "BZ", "o"), value(both, "BZ", "f")) == ("noted", before)
    operations = [
        {"action": "change", "token": t, "etag": "*", "values": {"BZ": "y"}} for t in (far, "87654321")
    ]
    results = both.ask(
        "sales_east", "POST", f"{API}customers/bulk", json={"operations": operations}
    ).get_json()["results"]
    told = [json.dumps(one).replace(t, "#") for one, t in zip(results, (far, "87654321"), strict=True)]
    assert told[0] == told[1]
    assert results[0]["status"] == 404


def test_a_change_of_somebody_else_is_not_taken_back(both: Cast) -> None:
    path = f"{API}customers/{both.ids['customers', 'u']}"
    both.ask("clerk", "PATCH", path, json={"BZ": "the clerk's"}, headers={"If-Match": "*"})
    with both.app.app_context(), services().engine.connect() as connection:
        number = (
            connection.execute(select(change_table.c.id).order_by(change_table.c.id.desc())).scalars().first()
        )
    for actor in ("sales_east", "manager_east", "executive"):
        both.get(actor, "/data/customers/list/")  # shows what earlier requests had to say
        pages = []
        for change in (number, 99999999):
            both.post(actor, f"/data/customers/undo/{change}")
            pages.append(plain(both.get(actor, "/data/customers/list/?q=nobody"), str(change)))
        assert pages[0] == pages[1], "as if there were no such change"
    assert value(both, "BZ", "u") == "the clerk's"


def test_a_view_of_somebody_else_is_not_there_and_a_shared_one_shows_ones_own_rows(both: Cast) -> None:
    every = json.dumps({"field": "KHBH", "op": "in", "value": list(both.codes.values())})
    ids = {}
    for shared in ("", "on"):
        form = {"name": f"private{shared}", "filter": every} | ({"shared": "on"} if shared else {})
        place = both.post("admin", "/data/customers/views/save", form).headers["Location"]
        ids[shared] = re.search(r"view=(\d+)", place)[1]  # type: ignore[index]
    both.get("sales_east", "/data/customers/list/")
    private, missing = (both.get("sales_east", f"/data/customers/list/?view={n}") for n in (ids[""], "9999"))
    assert (private.status_code, plain(private)) == (404, plain(missing))
    assert "private<" not in both.get("sales_east", "/data/customers/list/").get_data(as_text=True)
    for number in (ids[""], ids["on"]):
        assert both.post("sales_east", f"/data/customers/views/{number}/delete").status_code == 404
    page = both.get("sales_east", f"/data/customers/list/?view={ids['on']}").get_data(as_text=True)
    seen = {letter for letter in "ourf" if f'/data/customers/show/{both.ids["customers", letter]}"' in page}
    assert seen == {"o"}
    assert both.get("sales_east", f"/data/orders/list/?view={ids['on']}").status_code == 404


OWN = {
    "sales_east": "YWY='YG0101'",
    "manager_east": "(YWY='YG0011' OR BMBH LIKE '100101%')",
    "clerk": "(YWY='YG0104' OR BMBH='10010101')",
    "engineer": "DQBM='HD'",
    "executive": "1=1",
    "admin": "1=1",
}


@pytest.mark.parametrize("actor", OWN)
def test_totals_orders_and_walks_count_ones_own_rows(both: Cast, actor: str) -> None:
    ids = {str(n) for (n,) in run(both, f"SELECT ID FROM {{s}}.T_KHZL WHERE SCBZ='0' AND {OWN[actor]}")}
    pages, cursor = set(), ""
    while True:
        page = both.get(actor, f"{API}customers/?size=200&sort=-XYED,KHMC&cursor={cursor}").get_json()
        pages |= {row["_token"] for row in page["data"]}
        assert page["total"] == {"kind": "exact", "number": len(ids)}
        cursor = page["next"] or ""
        if not cursor:
            break
    assert pages == ids


@pytest.mark.parametrize("actor", ["sales_east", "clerk"])
def test_charts_count_ones_own_rows(both: Cast, actor: str) -> None:
    wanted = run(both, f"SELECT COUNT(*) FROM {{s}}.T_KHZL WHERE SCBZ='0' AND {OWN[actor]}")[0][0]
    both.app.extensions["veneer"].rooms.pop("charts", None)
    page = unescape(both.get(actor, "/home/chart/customer-status?fresh=1").get_data(as_text=True))
    numbers = re.findall(r'class="[^"]*num[^"]*"[^>]*>\s*(?:<a[^>]*>)?\s*([\d,]+)', page)
    assert sum(int(number.replace(",", "")) for number in numbers) in {wanted, 2 * wanted}


def test_the_link_behind_overdue_tickets_names_nobody_else_s(both: Cast) -> None:
    clocks = metadata.tables["sla_clock"]
    with both.app.app_context(), services().engine.begin() as connection:
        tickets = [
            str(n)
            for (n,) in connection.execute(
                text(f"SELECT ID FROM {services().schema}.T_GDZB ORDER BY ID LIMIT 40")
            )
        ]
        usual = {"policy_id": 97, "policy_version": 1, "calendar_id": 1, "calendar_version": 1, "kind": "resolution", "cycle": 1,
                 "entity": "service-tickets", "state": "breached", "is_latest": True, "is_open": True, "is_paused": False,
                 "worked_s": 0.0, "target_s": 60, "standing": ""}  # fmt: skip
        old = connection.execute(text("SELECT '2020-01-01 00:00:00.000000'")).scalar_one()
        moments = dict.fromkeys(("started_at", "due_at", "evaluated_at", "breached_at"), _moment(old))
        connection.execute(clocks.insert(), [usual | moments | {"record": number} for number in tickets])
    own = {str(n) for (n,) in run(both, "SELECT ID FROM {s}.T_GDZB WHERE CLR='YG0105' OR BMBH='10010103'")}
    try:
        chart = unescape(both.get("engineer", "/home/chart/overdue-tickets?fresh=1").get_data(as_text=True))
        page = both.get("engineer", "/rules/deadlines/").get_data(as_text=True)
    finally:
        with both.app.app_context(), services().engine.begin() as connection:
            connection.execute(clocks.delete().where(clocks.c.policy_id == 97))
    assert set(re.findall(r"%22(\d+)%22", chart)) <= own
    assert set(re.findall(r"/data/service-tickets/show/(\d+)", page)) <= own


def _moment(word: str) -> Any:
    from datetime import UTC, datetime

    return datetime.fromisoformat(word).replace(tzinfo=UTC)


def test_messages_tokens_and_sessions_of_others_stay_theirs(both: Cast) -> None:
    with both.app.app_context():
        user = both.app.appbuilder.sm.find_user(username="clerk")  # type: ignore[attr-defined]
        tokens.create(overlay_session(), user, "the clerk's", tokens.WRITE, None)
        uuid = tokens.tokens_of(overlay_session(), user.id)[0].uuid
        with services().engine.begin() as connection:
            tell(connection, [user.id], Message("sla.breach", {"title": "x"}, "/x"), _moment("2026-01-01"))
            number = connection.execute(text("SELECT MAX(id) FROM notification")).scalar_one()
            theirs = (
                connection.execute(text(f"SELECT id FROM web_session WHERE user_id={user.id}"))
                .scalars()
                .all()
            )
    assert both.post("sales_east", f"/tokens/{uuid}/revoke").status_code == 404
    both.post("sales_east", f"/inbox/{number}/open")
    for one in theirs:
        both.post("sales_east", f"/sessions/end/{one}")
    assert both.get("clerk", "/sessions/").status_code == 200
    with both.app.app_context(), services().engine.connect() as connection:
        assert (
            connection.execute(text(f"SELECT read_at FROM notification WHERE id={number}")).scalar() is None
        )
        assert tokens.tokens_of(overlay_session(), user.id)[0].revoked_on is None


def test_the_server_s_plan_counts_only_for_who_sees_all(
    mariadb_cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "CAP", 0)  # of this process: the running server keeps its own
    above = json.dumps({"field": "ID", "op": "gt", "value": "1"})
    asked = f"{API}customers/?" + urlencode(
        {"filter": above, "size": 10}
    )  # a page that holds all is its own count
    with in_process(mariadb_cast.app):
        totals = [
            signed_in(mariadb_cast.app, actor).get(asked).get_json()["total"]
            for actor in ("admin", "sales_east")
        ]
    assert totals[0]["kind"] == "about"
    assert totals[1] == {"kind": "over", "number": 0}


def test_a_key_in_other_letters_is_written_down_as_it_is(mariadb_cast: Cast) -> None:
    number = run(mariadb_cast, "SELECT DDH FROM {s}.T_DDZB WHERE BMBH='10010101' ORDER BY DDH LIMIT 1")[0][0]
    path = f"{API}orders/{number.lower()}"
    done = mariadb_cast.ask(
        "clerk", "PATCH", path, json={"BZ": "in small letters"}, headers={"If-Match": "*"}
    )
    assert done.status_code == 200
    with mariadb_cast.app.app_context(), services().engine.connect() as connection:
        newest = select(change_table.c.record).order_by(change_table.c.id.desc())
        assert connection.execute(newest).scalars().first() == number
        assert live().current().get("orders") is not None
