"""GET of lists: pages, filters, sorts, fields, and what must not be found out through them."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import delete

from app.extensions import services
from app.short_cache import CACHE_SECONDS, ShortCache
from models.policy import right_table
from models.roles import CLERK, limit_field
from tests.views.api.conftest import Caller


def titles_of(answer: object) -> list[str]:
    return [row["_title"] for row in answer.get_json()["data"]]  # type: ignore[attr-defined]


def walk(caller: Caller, path: str, way: str = "next") -> list[dict[str, object]]:
    """All records of a list, page after page."""
    rows, cursor = [], ""
    for _page in range(200):
        page = caller.get(path + (f"&cursor={cursor}" if cursor else "")).get_json()
        rows += page["data"]
        cursor = page[way]
        if not cursor:
            return rows
    raise AssertionError("the pages never end")


def test_the_entities_come_with_labels_and_rights(clerk: Caller) -> None:
    entities = {e["name"]: e for e in clerk.get("/").get_json()["data"]}
    assert entities["customers"]["label"] == "Customers"
    kept = dict.fromkeys(["see", "create", "change", "delete", "export"], True)
    assert entities["customers"]["rights"] == {**kept, "transfer": False, "unmask": False}
    assert entities["products"]["rights"]["change"] is False
    chinese = clerk.get("/", headers={"Accept-Language": "zh-CN"}).get_json()["data"]
    assert not next(e["label"] for e in chinese if e["name"] == "customers").isascii()


@pytest.mark.parametrize("sort", ["", "&sort=KHMC", "&sort=-XYED", "&sort=DZYX,-KHDJ", "&sort=-DZYX"])
def test_a_walk_over_all_pages_gives_each_row_once(admin: Caller, sort: str) -> None:
    rows = walk(admin, f"/customers/?size=70&fields=ID{sort}")
    seen = [row["ID"] for row in rows]
    assert len(seen) == len(set(seen)) > 300
    counted = admin.get("/customers/?size=10").get_json()["total"]
    assert counted == {"kind": "exact", "number": len(seen)}


def test_pages_lead_back_as_well(admin: Caller) -> None:
    first = admin.get("/customers/?size=10").get_json()
    second = admin.get(f"/customers/?size=10&cursor={first['next']}").get_json()
    again = admin.get(f"/customers/?size=10&cursor={second['previous']}").get_json()
    assert again["data"] == first["data"]
    assert first["previous"] is None


def test_link_headers_can_be_followed(admin: Caller) -> None:
    answer = admin.get("/customers/?size=10&sort=KHMC")
    following = answer.headers["Link"].split(">")[0].removeprefix("<")
    assert 'rel="next"' in answer.headers["Link"]
    assert following.startswith("/api/v1/data/customers/?")
    assert titles_of(admin.get(following))[0] > titles_of(answer)[-1]


def test_only_the_chosen_fields_come(admin: Caller) -> None:
    row = admin.get("/customers/?fields=KHBH").get_json()["data"][0]
    assert set(row) == {"KHBH", "_token", "_title"}
    assert row["_title"]


def test_filters_take_typed_and_json_values(admin: Caller) -> None:
    for value in (250000, "250000", 250000.0, "250,000"):
        condition = json.dumps({"field": "XYED", "op": "gte", "value": value})
        rows = walk(admin, f"/customers/?size=200&fields=XYED&filter={condition}")
        assert rows
        assert all(float(str(row["XYED"])) >= 250000 for row in rows)
    both = {"and": [{"field": "KHDJ", "op": "in", "value": ["A", "B"]}, {"field": "GHBZ", "op": "is_false"}]}
    rows = walk(admin, f"/customers/?size=200&fields=KHDJ,GHBZ&filter={json.dumps(both)}")
    assert {row["KHDJ"] for row in rows} == {"A", "B"}
    assert {row["GHBZ"] for row in rows} == {False}


def test_the_quick_search_looks_at_the_beginning(admin: Caller) -> None:
    code = admin.get("/customers/?fields=KHBH").get_json()["data"][0]["KHBH"]
    assert [row["KHBH"] for row in walk(admin, f"/customers/?q={code}")] == [code]


def test_everybody_sees_his_own_rows_only(callers: object) -> None:
    counts = {
        name: len(walk(callers(name), "/customers/?size=200&fields=ID"))
        for name in ("admin", "sales_east", "clerk")
    }  # type: ignore[operator]
    assert counts["admin"] > counts["clerk"] > counts["sales_east"] > 0


def test_totals_can_be_left_out(admin: Caller) -> None:
    assert "total" not in admin.get("/customers/?total=none").get_json()


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        ("filter=[", 400), ("filter=7", 400), ('filter={"nand":[]}', 400), ("filter=" + "[" * 50_000, 400),
        ('filter={"field":"KHMC","op":"like","value":"x"}', 400), ('filter={"field":"XYED","op":"gt","value":"much"}', 400),
        ('filter={"field":"ID","op":"in","value":' + str(list(range(5000))).replace(" ", "") + "}", 400),
        ("filter=" + '{"not":' * 40 + '{"field":"ID","op":"is_null"}' + "}" * 40, 400),
        ("sort=NOPE", 404), ("sort=KHMC;DROP TABLE x", 404), ("fields=NOPE", 404), ("fields=KHMC,(SELECT 1)", 404),
        ("size=-1", 400), ("size=0", 400), ("size=ten", 400), ("cursor=xyz", 400), ("page=1", 400), ("order=KHMC", 400),
    ],
)  # fmt: skip
def test_odd_questions_get_a_sentence(admin: Caller, arguments: str, status: int) -> None:
    answer = admin.get(f"/customers/?{arguments}")
    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"
    assert answer.get_json()["detail"].endswith(".")
    assert "SELECT" not in answer.get_json()["detail"].replace("(SELECT 1)", "")


def test_a_page_is_never_longer_than_200(admin: Caller) -> None:
    assert len(admin.get("/customers/?size=999999999").get_json()["data"]) == 200


def forget(app: Flask) -> None:
    with app.app_context():
        for name in ("actors", "policies"):
            services().rooms[name] = ShortCache()


@pytest.fixture
def limited(api: Flask) -> Iterator[None]:
    """For clerks the credit limit is hidden and the phone number masked."""
    assert CACHE_SECONDS <= 1
    with api.app_context(), services().engine.begin() as connection:
        limit_field(connection, CLERK, "customers", "XYED", "hidden")
        limit_field(connection, CLERK, "customers", "SJHM", "masked")
    forget(api)
    yield
    with api.app_context(), services().engine.begin() as connection:
        connection.execute(delete(right_table))
    forget(api)


@pytest.mark.usefixtures("limited")
class TestHiddenFields:
    def test_they_do_not_occur_anywhere(self, clerk: Caller) -> None:
        row = clerk.get("/customers/?size=10").get_json()["data"][0]
        token = row["_token"]
        assert "XYED" not in row
        for path in (
            f"/customers/{token}",
            "/customers/schema",
            "/api/v1/openapi.json",
            "/api/v1/openapi.json?entity=customers",
        ):
            assert "XYED" not in clerk.get(path).get_data(as_text=True), path

    @pytest.mark.parametrize("question", [
        "fields={0}", "sort={0}", "sort=-{0}", 'filter={{"field":"{0}","op":"gt","value":1}}',
        'filter={{"field":"{0}","op":"contains","value":"x"}}', 'filter={{"field":"{0}","op":"gt","value":"no number"}}',
        'filter={{"or":[{{"field":"KHMC","op":"not_null"}},{{"field":"{0}","op":"is_null"}}]}}',
    ])  # fmt: skip
    def test_hidden_and_unknown_have_the_same_words(self, clerk: Caller, question: str) -> None:
        hidden = clerk.get("/customers/?" + question.format("XYED"))
        unknown = clerk.get("/customers/?" + question.format("ZZZZ"))
        assert hidden.status_code == unknown.status_code == 404
        assert hidden.get_data(as_text=True).replace("XYED", "ZZZZ") == unknown.get_data(as_text=True)

    def test_writing_to_one_has_the_same_words_as_writing_to_nothing(self, clerk: Caller) -> None:
        token = clerk.get("/customers/?size=10").get_json()["data"][0]["_token"]
        hidden = clerk.patch(f"/customers/{token}", {"XYED": 1}, if_match="*")
        unknown = clerk.patch(f"/customers/{token}", {"ZZZZ": 1}, if_match="*")
        assert hidden.status_code == unknown.status_code == 403
        assert hidden.get_data(as_text=True).replace("XYED", "ZZZZ") == unknown.get_data(as_text=True)

    def test_masked_values_stay_masked_and_cannot_be_searched(self, clerk: Caller) -> None:
        row = clerk.get("/customers/?size=10&fields=SJHM").get_json()["data"][0]
        assert "**" in row["SJHM"]
        assert clerk.get("/customers/?sort=SJHM").status_code == 404
        field = next(f for f in clerk.get("/customers/schema").get_json()["fields"] if f["name"] == "SJHM")
        assert (field["right"], field["operators"], field["sortable"]) == ("masked", [], False)

    def test_a_whole_record_can_be_sent_back_without_touching_the_mask(
        self, clerk: Caller, admin: Caller
    ) -> None:
        row = clerk.get("/customers/?size=10").get_json()["data"][0]
        before = admin.get(f"/customers/{row['_token']}").get_json()
        answer = clerk.send("PUT", f"/customers/{row['_token']}", json=row, headers={"If-Match": "*"})
        assert answer.status_code == 200
        assert admin.get(f"/customers/{row['_token']}").get_json() == before
