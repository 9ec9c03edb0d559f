"""POST, PATCH and DELETE: what is written, what is refused, what a repeat does."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest
from werkzeug.test import TestResponse

from tests.views.api.conftest import Caller

NUMBERS = itertools.count(1)


def fresh(**others: object) -> dict[str, object]:
    """A new customer under a code of his own: deleting is soft here, so that codes stay taken."""
    code = f"KT{next(NUMBERS):06}"
    place = {"YWY": "YG0101", "BMBH": "10010101"}
    return {"KHBH": code, "KHMC": "测试客户", "XYED": 1234.50, "SCBZ": False, **place, **others}


@pytest.fixture
def made(admin: Caller) -> Iterator[TestResponse]:
    """A customer made for one test and gone after it."""
    answer = admin.post("/customers/", fresh())
    yield answer
    admin.delete(answer.headers["Location"], if_match="*")


def test_a_new_record_says_where_it_is(made: TestResponse, admin: Caller) -> None:
    assert made.status_code == 201
    body = made.get_json()
    assert (body["KHMC"], body["XYED"], body["SCBZ"]) == ("测试客户", "1234.50", False)
    there = admin.get(made.headers["Location"])
    assert there.get_json() == body
    assert there.headers["ETag"] == made.headers["ETag"]


def test_an_unchanged_record_need_not_be_sent_again(made: TestResponse, admin: Caller) -> None:
    again = admin.get(made.headers["Location"], headers={"If-None-Match": made.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_decimals_are_never_rounded_on_the_way(made: TestResponse, admin: Caller) -> None:
    body = b'{"XYED": 99999999999999.99}'
    headers = {"If-Match": "*", "Content-Type": "application/json"}
    answer = admin.send("PATCH", made.headers["Location"], data=body, headers=headers)
    if answer.status_code == 400:  # the column is narrower: then nothing may be cut either
        assert "XYED" in answer.get_json()["fields"]
    else:
        assert answer.get_json()["XYED"] == "99999999999999.99"


def test_only_what_differs_is_written(made: TestResponse, admin: Caller) -> None:
    changed = admin.patch(
        made.headers["Location"], {"KHMC": "新名", "XYED": "1234.50"}, if_match=made.headers["ETag"]
    )
    assert changed.status_code == 200
    assert changed.get_json() == {**made.get_json(), "KHMC": "新名", "_title": "新名"}
    assert changed.headers["ETag"] != made.headers["ETag"]


def test_without_if_match_nothing_is_written(made: TestResponse, admin: Caller) -> None:
    for answer in (
        admin.patch(made.headers["Location"], {"KHMC": "x"}),
        admin.delete(made.headers["Location"]),
    ):
        assert answer.status_code == 428
        assert "If-Match" in answer.get_json()["detail"]
    assert admin.get(made.headers["Location"]).headers["ETag"] == made.headers["ETag"]


def test_a_stale_change_gets_the_record_as_it_is_now(made: TestResponse, admin: Caller) -> None:
    place, old = made.headers["Location"], made.headers["ETag"]
    new = admin.patch(place, {"KHMC": "甲"}, if_match=old)
    late = admin.patch(place, {"KHMC": "乙"}, if_match=old)
    assert late.status_code == 412
    assert late.content_type == "application/problem+json"
    assert late.get_json()["current"] == new.get_json()
    assert late.headers["ETag"] == new.headers["ETag"]
    assert admin.delete(place, if_match=old).status_code == 412
    assert admin.patch(place, {"KHMC": "乙"}, if_match=f'"other", {new.headers["ETag"]}').status_code == 200
    assert (
        admin.patch(place, {"KHMC": "丙"}, if_match="W/" + admin.get(place).headers["ETag"]).status_code
        == 200
    )


def test_a_repeat_with_the_same_key_gets_the_first_answer(admin: Caller) -> None:
    sent = fresh()
    first, again = (admin.post("/customers/", sent, idempotency_key="key-1") for _ in (1, 2))
    place = first.headers["Location"]
    assert (again.status_code, again.headers["Location"], again.get_json()) == (201, place, first.get_json())
    changes = [
        admin.patch(place, {"KHMC": "甲"}, if_match=first.headers["ETag"], idempotency_key="key-2")
        for _ in (1, 2)
    ]
    assert [a.status_code for a in changes] == [200, 200]
    assert changes[0].get_json() == changes[1].get_json()
    etag = changes[0].headers["ETag"]
    assert [admin.delete(place, if_match=etag, idempotency_key="key-3").status_code for _ in (1, 2)] == [
        204,
        204,
    ]
    other = admin.post("/customers/", fresh(), idempotency_key="key-1")
    assert other.status_code == 422
    assert admin.post("/customers/", fresh(), idempotency_key="x" * 81).status_code == 400


def test_all_that_is_wrong_is_said_at_once(admin: Caller) -> None:
    answer = admin.post("/customers/", {"KHBH": "K" * 99, "XYED": "much", "DJRQ": "tomorrow"})
    assert answer.status_code == 400
    assert set(answer.get_json()["fields"]) == {"KHBH", "XYED", "DJRQ"}
    lacking = admin.post("/customers/", {"KHMC": "x"}).get_json()
    assert lacking["fields"]["KHBH"] == "Fill this in."


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"7",
        b"{",
        b'{"XYED": NaN}',
        b'{"a":' * 3000,
        '{"KHMC": "\ud800"}'.encode("utf-8", "surrogatepass"),
    ],
)
def test_what_is_no_json_object_is_refused(admin: Caller, body: bytes) -> None:
    answer = admin.send("POST", "/customers/", data=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400
    assert answer.content_type == "application/problem+json"


@pytest.mark.parametrize(
    "sent", [{"ID": 7}, {"_owner": 1}, {"__class__": "x"}, {"KHMC": {"a": 1}}, {"KHMC": ["x"]}]
)
def test_nothing_but_fields_of_the_form_is_taken(
    admin: Caller, made: TestResponse, sent: dict[str, object]
) -> None:
    assert admin.patch(made.headers["Location"], sent, if_match="*").status_code in {400, 403}
    assert admin.get(made.headers["Location"]).headers["ETag"] == made.headers["ETag"]


def test_nobody_writes_out_of_his_reach(callers: object, admin: Caller, made: TestResponse) -> None:
    east, west = callers("clerk"), callers("sales_west")  # type: ignore[operator]
    place, etag = made.headers["Location"], made.headers["ETag"]
    missing = west.patch("/customers/99999999", {"KHMC": "x"}, if_match="*")
    foreign = west.patch(place, {"KHMC": "x"}, if_match="*")
    assert (missing.status_code, missing.data) == (foreign.status_code, foreign.data)
    assert missing.status_code == 404
    assert east.patch(place, {"BMBH": "10030201"}, if_match="*").status_code == 403
    assert east.patch(place, {"YWY": "NOBODY"}, if_match="*").status_code == 400
    assert admin.get(place).headers["ETag"] == etag


def test_bulk_gives_each_operation_its_own_result(admin: Caller, made: TestResponse) -> None:
    token, etag = made.get_json()["_token"], made.headers["ETag"]
    operations = [
        {"action": "create", "values": fresh()},
        {"action": "create", "values": {"KHMC": "ohne"}},
        {"action": "change", "token": token, "etag": etag, "values": {"KHMC": "甲"}},
        {"action": "change", "token": token, "etag": etag, "values": {"KHMC": "乙"}},
        {"action": "change", "token": token, "values": {"KHMC": "乙"}},
        {"action": "delete", "token": "99999999", "etag": "*"},
        {"action": "grow"}, "text", None,
    ]  # fmt: skip
    first = admin.post("/customers/bulk", {"operations": operations}, idempotency_key="bulk-1")
    results = first.get_json()["results"]
    assert [r["status"] for r in results] == [201, 400, 200, 412, 428, 404, 400, 400, 400]
    assert results[1]["problem"]["fields"] == {"KHBH": "Fill this in."}
    assert results[3]["problem"]["current"]["KHMC"] == "甲"
    again = admin.post("/customers/bulk", {"operations": operations}, idempotency_key="bulk-1").get_json()[
        "results"
    ]
    assert [again[0], again[2]] == [results[0], results[2]]
    gone = {"action": "delete", "token": results[0]["token"], "etag": results[0]["etag"], "reason": "test"}
    assert admin.post("/customers/bulk", {"operations": [gone]}).get_json()["results"][0]["status"] == 204


@pytest.mark.parametrize(
    "sent", [{}, {"operations": []}, {"operations": {}}, {"operations": [{"action": "create"}] * 201}]
)
def test_bulk_is_bounded(admin: Caller, sent: dict[str, object]) -> None:
    assert admin.post("/customers/bulk", sent).status_code == 400


def test_bulk_checks_the_right_of_each_operation(callers: object) -> None:
    reader = callers("sales_east")  # type: ignore[operator]
    operations = [{"action": "create", "values": {}}, {"action": "delete", "token": "1", "etag": "*"}]
    results = reader.post("/products/bulk", {"operations": operations}).get_json()["results"]
    assert [r["status"] for r in results] == [403, 403]
