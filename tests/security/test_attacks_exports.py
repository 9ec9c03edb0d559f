"""Attacks on exports: one's own approval, another filter than was approved, a foreign account, a second download, many small files."""

from __future__ import annotations

import csv
import io
import json
import re
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from sqlalchemy import delete, insert, text, update

from app.extensions import services
from app.short_cache import ShortCache
from models.allowances import allowance_table
from models.approvals import approval_table
from models.export_requests import request_table
from models.exports import run_table
from models.grants import access_table, right_table
from models.quota import use_table
from models.roles import CLERK, EXECUTIVE, MANAGER, limit_field
from tests.harness.applications import signed_in, token_of
from tests.security.cast import Cast, plain

EXPORT, NEW, RUN = "/data/customers/export/", "/data/customers/exports/new", "/data/customers/exports/run/"
ALLOWED = 5
REASON = {"reason": "The auditors of the parent company ask for it"}
LIMITS = [
    {"role": role, "name": name, "most": most}
    for role in (CLERK, MANAGER)
    for name, most in (("export_day", ALLOWED), ("export_reason", 10**6))
]


@pytest.fixture(params=["embedded", "mariadb"])
def narrow(request: pytest.FixtureRequest) -> Iterator[Cast]:
    """Clerks and managers export five rows a day on their own."""
    cast: Cast = request.getfixturevalue("cast" if request.param == "embedded" else "mariadb_cast")
    clear(cast)
    change(cast, insert(allowance_table), LIMITS)
    yield cast
    clear(cast)


def clear(cast: Cast) -> None:
    for table in (allowance_table, approval_table, request_table, run_table, use_table, right_table):
        change(cast, delete(table))


def change(cast: Cast, statement: Any, *rows: Any) -> None:
    with cast.app.app_context(), services().engine.begin() as connection:
        connection.execute(statement, *rows)
        services().rooms["policies"] = services().rooms["allowances"] = ShortCache()


def sql(cast: Cast, statement: str, **values: Any) -> list[Any]:
    with cast.app.app_context(), services().engine.connect() as connection:
        return list(connection.execute(text(statement), values))


def codes(cast: Cast, letters: str) -> str:
    return quote(json.dumps({"field": "KHBH", "op": "in", "value": [cast.codes[one] for one in letters]}))


def asked(
    cast: Cast, actor: str = "clerk", address: str = "columns=KHBH", reason: str = "for the audit"
) -> str:
    """The number of a request that was just made."""
    answer = cast.post(actor, f"{NEW}?{address}", {"reason": reason})
    assert answer.status_code == 302, answer.get_data(as_text=True)
    return re.fullmatch(r"/exports/requests/(\w+)", answer.headers["Location"])[1]  # type: ignore[index]


def decide(cast: Cast, actor: str, number: str, answer: str = "approve", sentence: str = "") -> Any:
    return cast.post(actor, f"/exports/requests/{number}/decide", {"answer": answer, "sentence": sentence})


def lines(answer: Any) -> list[list[str]]:
    assert answer.status_code == 200, answer.status_code
    found = list(csv.reader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))
    assert found[-1][0].startswith("# Taken by ")
    return found[1:-1]


def state(cast: Cast, number: str) -> tuple[str, int]:
    asked = "SELECT a.state, r.downloads FROM export_request r JOIN approval_request a ON a.id = r.id WHERE r.id = :id"
    found = sql(cast, asked, id=number)[0]
    return found[0], found[1]


def test_the_way_it_is_meant(narrow: Cast) -> None:
    assert narrow.get("clerk", EXPORT).headers["Location"].startswith(NEW)
    number = asked(narrow)
    waiting = narrow.get("executive", "/exports/requests").get_data(as_text=True)
    assert number in waiting
    assert "for the audit" in waiting
    assert "asks for approval" in narrow.get("executive", "/inbox/").get_data(as_text=True)
    assert "asks for approval" not in narrow.get("clerk", "/inbox/").get_data(as_text=True)
    assert decide(narrow, "executive", number, sentence="Only this once").status_code == 302
    page = narrow.get("clerk", f"/exports/requests/{number}").get_data(as_text=True)
    assert "Only this once" in page
    assert RUN + number in page
    assert "approved your export" in narrow.get("clerk", "/inbox/").get_data(as_text=True)
    taken = lines(narrow.post("clerk", RUN + number))
    expected = narrow.get("clerk", "/api/v1/data/customers/?size=200").get_json()["total"]["number"]
    assert len(taken) == expected > ALLOWED
    told = sql(narrow, "SELECT reason, after FROM `change` WHERE action = 'export' ORDER BY id DESC LIMIT 1")[
        0
    ]
    assert (told[0], json.loads(told[1])["request"]) == ("for the audit", number)
    seen = narrow.get("admin", "/exports/all").get_data(as_text=True)
    assert all(word in seen for word in ("clerk", "for the audit", "executive"))


def test_nobody_approves_their_own(narrow: Cast) -> None:
    number = asked(narrow, "executive", reason="mine")
    assert decide(narrow, "executive", number).status_code == 403
    assert state(narrow, number) == ("asked", 0)
    assert narrow.post("executive", RUN + number).status_code == 409
    page = narrow.get("executive", f"/exports/requests/{number}").get_data(as_text=True)
    assert "/decide" not in page


@pytest.mark.parametrize("actor", ["anonymous", "sales_east", "manager_east", "clerk", "engineer", "it"])
def test_whoever_lacks_the_right_decides_nothing(narrow: Cast, actor: str) -> None:
    number = asked(narrow)
    narrow.get(actor, "/exports/")  # shows what is still to be told of asking
    answers = [decide(narrow, actor, one) for one in (number, "0" * 32)]
    assert {answer.status_code for answer in answers} <= {302, 403}
    assert plain(answers[0], number) == plain(answers[1], "0" * 32)
    assert state(narrow, number) == ("asked", 0)
    assert narrow.post("clerk", RUN + number).status_code == 409


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
def test_only_a_post_decides_and_downloads(narrow: Cast, method: str) -> None:
    number = asked(narrow)
    for path in (f"/exports/requests/{number}/decide?answer=approve", RUN + number):
        assert narrow.ask("executive", method, path, {"answer": "approve"}).status_code in {404, 405}
    assert state(narrow, number) == ("asked", 0)


def test_without_the_csrf_token_nothing_is_decided_or_fetched(narrow: Cast) -> None:
    number = asked(narrow)
    client = narrow.browser("executive")
    assert client.post(f"/exports/requests/{number}/decide", data={"answer": "approve"}).status_code == 400
    assert state(narrow, number) == ("asked", 0)
    decide(narrow, "executive", number)
    assert narrow.browser("clerk").post(RUN + number).status_code == 400
    assert state(narrow, number) == ("approved", 0)


@pytest.mark.parametrize(
    "more", ["?filter=%7B%7D", "?columns=KHMC,SJHM", "?kind=xlsx", "?q=x", "?sort=KHMC&all=1", "?view=1"],
)  # fmt: skip
def test_what_was_approved_is_what_comes_whatever_the_address_says(narrow: Cast, more: str) -> None:
    number = asked(narrow, address=f"columns=KHBH&filter={codes(narrow, 'o')}")
    decide(narrow, "executive", number)
    form = {"filter": "{}", "columns": "KHMC,SJHM", "condition": "", "most": "100000"}
    answer = narrow.post("clerk", RUN + number + more, form)
    assert answer.mimetype == "text/csv"
    assert lines(answer) == [[narrow.codes["o"]]]


def test_a_request_cannot_be_altered_once_it_is_made(narrow: Cast) -> None:
    number = asked(narrow, address=f"columns=KHBH&filter={codes(narrow, 'o')}")
    decide(narrow, "executive", number)
    for path in (f"/exports/requests/{number}", f"/exports/requests/{number}/decide"):
        narrow.post("clerk", path, {"filter": "{}", "answer": "approve"})
    other = asked(narrow, address=f"columns=KHBH&filter={codes(narrow, 'ou')}")
    assert other != number
    assert narrow.post("clerk", RUN + other).status_code == 409
    assert lines(narrow.post("clerk", RUN + number)) == [[narrow.codes["o"]]]


@pytest.mark.parametrize("actor", ["manager_east", "executive", "admin"])
def test_somebody_elses_file_is_answered_like_one_that_there_is_not(narrow: Cast, actor: str) -> None:
    number = asked(narrow)
    decide(narrow, "executive", number)
    narrow.get(actor, "/exports/")
    answers = [narrow.post(actor, RUN + one) for one in (number, "0" * 32)]
    assert [answer.status_code for answer in answers] == [409, 409]
    assert plain(answers[0], number) == plain(answers[1], "0" * 32)
    assert state(narrow, number) == ("approved", 0)
    if actor == "manager_east":
        hidden = [narrow.get(actor, f"/exports/requests/{one}") for one in (number, "0" * 32)]
        assert [answer.status_code for answer in hidden] == [404, 404]
        assert plain(hidden[0], number) == plain(hidden[1], "0" * 32)


def test_by_another_entity_it_is_not_there(narrow: Cast) -> None:
    number = asked(narrow)
    decide(narrow, "executive", number)
    assert narrow.post("clerk", f"/data/orders/exports/run/{number}").status_code == 409
    assert state(narrow, number) == ("approved", 0)


def test_a_whole_file_is_fetched_once(narrow: Cast) -> None:
    number = asked(narrow)
    decide(narrow, "executive", number)
    assert lines(narrow.post("clerk", RUN + number))
    for _again in range(2):
        assert narrow.post("clerk", RUN + number).status_code == 409
    assert state(narrow, number) == ("approved", 1)


def test_of_several_downloads_begun_at_the_same_moment_one_comes(narrow: Cast) -> None:
    number = asked(narrow)
    decide(narrow, "executive", number)
    clients = [signed_in(narrow.app, "clerk") for _each in range(6)]
    tokens = [token_of(client) for client in clients]
    barrier, found = threading.Barrier(6), list[int]()

    def run(client: Any, token: str) -> None:
        barrier.wait()
        answer = client.post(RUN + number, data={"csrf_token": token})
        answer.get_data()
        found.append(answer.status_code)

    threads = [threading.Thread(target=run, args=pair) for pair in zip(clients, tokens, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [200] + [409] * 5
    assert state(narrow, number) == ("approved", 1)
    assert sql(narrow, "SELECT COUNT(*) FROM export_run") == [(1,)]


def test_a_decision_is_made_once(narrow: Cast) -> None:
    number = asked(narrow)
    assert decide(narrow, "executive", number, "refuse").status_code == 400, "a refusal says why"
    assert decide(narrow, "executive", number, "maybe", "x").status_code == 400
    assert decide(narrow, "executive", number, "refuse", "Not needed").status_code == 302
    assert decide(narrow, "admin", number).status_code == 409
    assert state(narrow, number)[0] == "refused"
    assert narrow.post("clerk", RUN + number).status_code == 409


@pytest.mark.parametrize("when", ["before the decision", "after it"])
def test_what_is_over_is_over(narrow: Cast, when: str) -> None:
    number = asked(narrow)
    if when == "after it":
        decide(narrow, "executive", number)
    change(narrow, update(approval_table).values(expires_at=approval_table.c.asked_at))
    assert decide(narrow, "executive", number).status_code == 409
    assert narrow.post("clerk", RUN + number).status_code == 409
    assert "Expired" in narrow.get("clerk", "/exports/").get_data(as_text=True)


def test_a_withdrawn_request_is_gone_and_only_its_owner_withdraws(narrow: Cast) -> None:
    number = asked(narrow)
    decide(narrow, "executive", number)
    assert narrow.post("executive", f"/exports/requests/{number}/withdraw").status_code == 404
    assert narrow.post("clerk", f"/exports/requests/{number}/withdraw").status_code == 302
    assert narrow.post("clerk", RUN + number).status_code == 409


def test_rights_are_those_of_the_moment_it_runs(narrow: Cast) -> None:
    number = asked(narrow, address=f"columns=KHBH,KHMC,SJHM&filter={codes(narrow, 'our')}")
    masked = asked(narrow, address=f"columns=KHBH,SJHM&filter={codes(narrow, 'ou')}")
    for one in (number, masked):
        decide(narrow, "executive", one)
    with narrow.app.app_context(), services().engine.begin() as connection:
        limit_field(connection, CLERK, "customers", "KHMC", "hidden")
        limit_field(connection, CLERK, "customers", "SJHM", "masked")
        services().rooms["policies"] = ShortCache()
    assert narrow.post("clerk", RUN + number).status_code == 404, "a field of it is hidden by now"
    found = lines(narrow.post("clerk", RUN + masked))
    assert len(found) == 2
    assert all("*" in row[1] for row in found if row[1])
    change(narrow, delete(right_table))
    rows = lines(narrow.post("clerk", RUN + number))
    assert sorted(row[0] for row in rows) == sorted(narrow.codes[one] for one in "ou"), (
        "the third is out of reach"
    )


def test_without_the_right_to_export_nothing_comes_of_an_approval(narrow: Cast) -> None:
    number = asked(narrow)
    decide(narrow, "executive", number)
    with narrow.app.app_context(), services().engine.connect() as connection:
        kept = [
            dict(row._mapping)
            for row in connection.execute(
                access_table.select().where(access_table.c.role == CLERK, access_table.c.action == "export")
            )
        ]
    change(
        narrow, delete(access_table).where(access_table.c.role == CLERK, access_table.c.action == "export")
    )
    assert narrow.post("clerk", RUN + number).status_code == 403
    change(narrow, insert(access_table), kept)


def test_many_small_files_are_one_large_one(narrow: Cast) -> None:
    for _each in range(2):
        assert len(lines(narrow.get("clerk", f"{EXPORT}?columns=KHBH&filter={codes(narrow, 'ou')}"))) == 2
    assert narrow.get("clerk", f"{EXPORT}?filter={codes(narrow, 'ou')}").status_code == 302
    refused = narrow.post("clerk", f"{EXPORT}?filter={codes(narrow, 'ou')}", REASON)
    assert refused.status_code == 403
    assert refused.mimetype == "text/html"
    assert len(lines(narrow.get("clerk", f"{EXPORT}?columns=KHBH&filter={codes(narrow, 'o')}"))) == 1
    assert sql(narrow, "SELECT used FROM daily_use") == [(ALLOWED,)]


def test_files_begun_at_the_same_moment_share_the_day(narrow: Cast) -> None:
    change(narrow, delete(use_table))
    clients = [signed_in(narrow.app, "clerk") for _each in range(6)]
    barrier, found = threading.Barrier(6), list[int]()
    token_of(clients[0])

    def run(client: Any) -> None:
        barrier.wait()
        answer = client.get(f"{EXPORT}?columns=KHBH&filter={codes(narrow, 'ou')}")
        body = answer.get_data(as_text=True)
        found.append(body.count("KH0") if answer.status_code == 200 else 0)

    threads = [threading.Thread(target=run, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(found) <= ALLOWED
    assert sql(narrow, "SELECT used FROM daily_use") in ([(sum(found),)], [])


def test_the_reason_is_asked_for_and_kept(narrow: Cast) -> None:
    change(narrow, update(allowance_table).where(allowance_table.c.name == "export_reason").values(most=1))
    address = f"{EXPORT}?columns=KHBH&filter={codes(narrow, 'o')}"
    assert narrow.get("clerk", address).status_code == 302
    for reason in ("", "  ", "x"):
        assert narrow.post("clerk", address, {"reason": reason}).status_code == 400
    assert narrow.get("clerk", address + "&reason=because").status_code == 302, (
        "an address is no place for it"
    )
    assert len(lines(narrow.post("clerk", address, REASON))) == 1
    assert sql(narrow, "SELECT reason FROM export_run") == [(REASON["reason"],)]


def test_a_request_without_a_reason_is_none(narrow: Cast) -> None:
    assert narrow.post("clerk", NEW, {"reason": " "}).status_code == 400
    assert sql(narrow, "SELECT id FROM export_request") == []


@pytest.mark.parametrize(
    "address",
    ["sort=NOPE", "filter=x", f"filter={quote(json.dumps({'field': 'NOPE', 'op': 'eq', 'value': 1}))}"],
)
def test_a_request_that_no_list_would_take_is_none(narrow: Cast, address: str) -> None:
    assert narrow.post("clerk", f"{NEW}?{address}", REASON).status_code in {400, 404}
    assert sql(narrow, "SELECT id FROM export_request") == []


def test_the_address_says_nothing_to_the_page_that_asks(narrow: Cast) -> None:
    odd = "?_external=1&_scheme=javascript&_anchor=x&_method=POST&entity=orders&kind=csv"
    where = narrow.get("clerk", EXPORT + odd).headers["Location"]
    assert where.startswith(NEW + "?")
    page = narrow.get("clerk", NEW + odd).get_data(as_text=True)
    assert 'action="/data/customers/exports/new?' in page
    assert "javascript:" not in page


def test_the_api_reads_no_more_rows_than_a_day_allows(narrow: Cast) -> None:
    change(narrow, insert(allowance_table), [{"role": CLERK, "name": "api_day", "most": 30}])
    narrow.app.extensions["veneer"].rooms.pop("api_stretches", None)
    statuses, read, cursor = [], 0, ""
    for _page in range(6):
        answer = narrow.get("clerk", f"/api/v1/data/customers/?size=10&total=none&cursor={cursor}")
        statuses.append(answer.status_code)
        if answer.status_code == 200:
            read += len(answer.get_json()["data"])
            cursor = answer.get_json()["next"] or ""
    assert 429 in statuses
    assert read <= 30
    token = narrow.get("clerk", f"/api/v1/data/customers/{narrow.ids['customers', 'o']}")
    assert token.status_code in {200, 429}
    assert sql(narrow, "SELECT used FROM daily_use WHERE name = 'api_day'") == [(30,)]


def test_every_file_says_who_took_it(narrow: Cast) -> None:
    answer = narrow.get("clerk", f"{EXPORT}?filter={codes(narrow, 'o')}")
    number = sql(narrow, "SELECT id FROM export_run")[0][0]
    assert re.fullmatch(
        rf"clerk; \d{{4}}-\d\d-\d\dT\d\d:\d\d:\d\dZ; {number}", answer.headers["X-Veneer-Mark"]
    )
    assert "Taken by clerk on " in answer.get_data(as_text=True)
    assert f"number {number}." in answer.get_data(as_text=True)
    listed = narrow.get("clerk", "/api/v1/data/customers/?size=10")
    assert listed.headers["X-Veneer-Mark"].startswith("clerk; ")
    page = narrow.get("clerk", "/data/customers/list/").get_data(as_text=True)
    assert '<p class="print-mark">Taken by clerk on ' in page
    assert (
        narrow.get("admin", "/rights/rights.yaml").get_data(as_text=True).startswith("# Taken by admin on ")
    )
    assert (
        narrow.get("admin", "/audit/export")
        .get_data(as_text=True)
        .splitlines()[-1]
        .startswith('"# Taken by admin on')
    )


def test_files_of_the_wiring_and_of_the_console_say_it_too(narrow: Cast) -> None:
    contract = narrow.ids["contracts", "o"]
    raw = narrow.get("it", f"/it/rows/content?table=T_HTZB&token={contract}&column=QZTP")
    wiring = narrow.get("it", "/wiring/versions/1.yaml")
    last = sql(
        narrow, "SELECT id, entity, record FROM `change` WHERE action = 'export' ORDER BY id DESC LIMIT 2"
    )
    assert [(row[1], row[2]) for row in last] == [("@wiring", "1"), ("@console", str(contract))]
    assert wiring.get_data(as_text=True).startswith("# Taken by it on ")
    assert wiring.headers["X-Veneer-Mark"].endswith(f"; {last[0][0]}")
    assert raw.headers["X-Veneer-Mark"].endswith(f"; {last[1][0]}")
    assert f"content-{last[1][0]}.bin" in raw.headers["Content-Disposition"]
    shown = narrow.get("admin", f"/data/contracts/download/{contract}/QZTP")
    assert shown.headers["X-Veneer-Mark"].startswith("admin; ")
    assert shown.get_data() == raw.get_data(), "the bytes are the bytes"


def test_nothing_leaves_under_the_name_of_somebody_who_is_looked_at(narrow: Cast) -> None:
    clerk = sql(narrow, "SELECT id FROM ab_user WHERE username = 'clerk'")[0][0]
    assert narrow.post("admin", f"/rights/view-as/{clerk}").status_code == 302
    try:
        assert narrow.get("admin", f"{EXPORT}?filter={codes(narrow, 'o')}").status_code == 403
        assert narrow.get("admin", "/api/v1/data/customers/?size=10").status_code == 200
        for path in (NEW, EXPORT, f"/data/customers/unmask/{narrow.ids['customers', 'o']}/SJHM"):
            assert narrow.post("admin", path, REASON).status_code == 403
    finally:
        narrow.post("admin", "/rights/view-as/end")
    assert sql(narrow, "SELECT id FROM export_run") == []
    assert sql(narrow, "SELECT used FROM daily_use") == []


@pytest.mark.parametrize("right", ["hidden", "masked"])
@pytest.mark.parametrize("way", ["", "KHBH."])
def test_whoever_approves_reads_no_filter_on_fields_kept_from_them(
    narrow: Cast, right: str, way: str
) -> None:
    entity, secret = ("orders" if way else "customers"), "13799990001"
    leaf = quote(json.dumps({"field": f"{way}SJHM", "op": "eq", "value": secret}))
    made = narrow.post("clerk", f"/data/{entity}/exports/new?filter={leaf}", {"reason": "for the audit"})
    number = made.headers["Location"].rsplit("/", 1)[-1]
    page = f"/exports/requests/{number}"
    assert secret in narrow.get("executive", page).get_data(as_text=True)
    with narrow.app.app_context(), services().engine.begin() as connection:
        limit_field(connection, EXECUTIVE, "customers", "SJHM", right)
        services().rooms["policies"] = ShortCache()
    for path in (page, "/exports/requests"):
        shown = narrow.get("executive", path).get_data(as_text=True)
        assert number in shown
        assert secret not in shown
    shown = narrow.get("executive", page).get_data(as_text=True)
    is_veiled = right == "masked" and not way
    assert ("137****0001" in shown) == is_veiled, "what is exported is told as far as the field may be known"
    assert ("A filter by fields that you may not see" in shown) != is_veiled


@pytest.mark.parametrize("right", ["hidden", "masked"])
def test_a_search_is_told_as_far_as_its_fields_are_open(narrow: Cast, right: str) -> None:
    """Who approves has to know what is exported; a number typed into the search is one of a masked field."""
    secret = "13799990001"
    both = quote(json.dumps({"and": [{"field": "KHMC", "op": "contains", "value": "Trading"},
                                     {"field": "SJHM", "op": "in", "value": [secret]}]}))  # fmt: skip
    number = asked(narrow, address=f"columns=KHBH,SJHM&q={secret}&filter={both}")
    page = f"/exports/requests/{number}"
    assert f"Search: {secret}" in narrow.get("executive", page).get_data(as_text=True)
    with narrow.app.app_context(), services().engine.begin() as connection:
        limit_field(connection, EXECUTIVE, "customers", "SJHM", right)
        services().rooms["policies"] = ShortCache()
    shown = narrow.get("executive", page).get_data(as_text=True)
    assert secret not in shown
    assert "Search: 137****0001 (also in fields that you may not read whole)" in shown
    assert "Trading" in shown, "the other parts are told whole"
    assert ("1 field that you may not see" in shown) == (right == "hidden")
    assert secret not in narrow.get("executive", "/exports/requests").get_data(as_text=True)
