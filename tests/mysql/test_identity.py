"""Keys of every kind, one table of them: a page, bulk actions, relations and the API each reach exactly the row that was meant."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask

from models.wiring.nouns import Entity
from tests.harness import databases, forms
from tests.harness.applications import DEMO_PASSWORD
from tests.mysql import crawl, stored
from tests.mysql.test_changes import difference, newest_change
from views.records import state

pytestmark = [pytest.mark.mariadb, pytest.mark.slow]
KEYS = {
    "three_parts": "title", "three_parts_detail": "words", "string_keys": "name", "long_keys": "name", "case_keys": "name",
    "blank_keys": "name", "binary_keys": "name", "varbinary_keys": "name", "big_keys": "name", "decimal_keys": "name",
    "double_keys": "name", "float_keys": "name", "bit_keys": "name", "year_keys": "name", "date_keys": "name", "enum_keys": "name",
    "uuid_keys": "name", "inet_keys": "name", "latin_keys": "name", "gbk_keys": "name", "unique_only": "name", "Orders": "name",
    "orders": "name", "客户资料": "名称", "select": "where", "old_engine": "name", "tree": "name",
}  # fmt: skip
"""Tables and a column that can be written in each row."""
READ_ONLY = ("overview", "view of a b", "no_key", "unique_with_null", "unique_prefix")
NAMES = (
    "a b.c",
    "select",
    "model",
    "metadata",
    "id",
    "name",
    "客户资料",
    "quote\"s 'and' `ticks` 50% <b>",
    "t234567890123456789012345678901234567890123456789012345678901234",
)
"""Tables whose own names, or whose columns' names, would break quoting, Python, SQLAlchemy, WTForms or our own addresses."""
OWN = {"_token", "_title"}
"""These two names are the API's own, as its documentation says."""
NEW = "new 7"


@pytest.fixture(scope="module")
def walked(nasty_app: Flask) -> crawl.Crawl:
    return crawl.Crawl.of(nasty_app)


@pytest.fixture(scope="module")
def program(nasty_app: Flask) -> Any:
    """The administrator's program: (method, path, body, headers) → answer."""
    client = nasty_app.test_client()
    sent = {"username": "admin", "password": DEMO_PASSWORD}
    bearer = client.post("/api/v1/security/login", json=sent).json["access_token"]

    def ask(method: str, path: str, body: Any = None, **headers: str) -> Any:
        return client.open(f"/api/v1/data/{path}", method=method, json=body, headers={"Authorization": f"Bearer {bearer}", **headers})  # fmt: skip

    return ask


def entity_of(walked: crawl.Crawl, table: str) -> Entity:
    return next(one for one in walked.entities if one.table_name == table)


def written(url: str, table: str, column: str) -> int:
    """Rows that hold the new value."""
    where = f"{stored.quoted(column)} = {stored.literal(NEW)}"
    return int(databases.execute(url, f"SELECT COUNT(*) FROM {stored.quoted(table)} WHERE {where}")[0][0])


def changed_rows(before: Counter[Any], after: Counter[Any]) -> int:
    return sum((after - before).values())


@pytest.mark.parametrize("table", KEYS)
def test_one_row_is_written_by_the_api_and_who_comes_second_gets_the_current_row(
    walked: crawl.Crawl, program: Any, nasty_schema: str, table: str
) -> None:
    entity, column = entity_of(walked, table), KEYS[table]
    listed = program("GET", f"{entity.name}/?size=200").json["data"]
    before = stored.rows(nasty_schema, table)
    assert len(listed) == sum(before.values()) or entity.delete_flag
    for one in listed:
        path = f"{entity.name}/{one['_token']}"
        read = program("GET", path)
        assert read.status_code == 200, path
        assert read.json == one, "the list and the record agree"
        tag = {"If-Match": read.headers["ETag"]}
        done = program("PATCH", path, {column: NEW}, **tag)
        assert done.status_code == 200, (path, done.json)
        assert changed_rows(before, stored.rows(nasty_schema, table)) == 1
        late = program("PATCH", path, {column: "too late"}, **tag)
        assert (late.status_code, late.json["current"][column]) == (412, NEW)
        undo(walked, entity, [newest_change(nasty_schema)])
        assert stored.rows(nasty_schema, table) == before, path


def undo(walked: crawl.Crawl, entity: Entity, changes: list[int]) -> None:
    page = walked.get("/")
    token = page.partition('name="csrf-token" content="')[2].partition('"')[0]
    listed = "-".join(map(str, changes))
    walked.client.post(f"/data/{entity.name}/undo/{listed}", data={"csrf_token": token})


@pytest.mark.parametrize("table", KEYS)
def test_a_bulk_edit_reaches_all_chosen_rows_and_no_other(
    walked: crawl.Crawl, nasty_schema: str, table: str
) -> None:
    entity, column = entity_of(walked, table), KEYS[table]
    chosen = crawl.every_record(walked, entity)[:-1] or crawl.every_record(walked, entity)
    before, earlier = stored.rows(nasty_schema, table), newest_change(nasty_schema)
    path = f"/data/{entity.name}/bulk-edit"
    token = (
        walked.get(f"/data/{entity.name}/list/").partition('name="csrf-token" content="')[2].partition('"')[0]
    )
    asked = {"csrf_token": token, "token": chosen, "field": column, f"f.{column}": NEW, "step": "preview"}
    page = walked.client.post(path, data=asked)
    assert page.status_code == 200, page.text[:500]
    sent = forms.main_form(page.text).sent
    sent.setlist("step", ["save"])
    assert walked.client.post(path, data=sent).status_code == 302
    assert written(nasty_schema, table, column) == len(chosen)
    again = walked.client.post(path, data=sent)
    assert again.status_code == 302
    changes = list(range(earlier + 1, newest_change(nasty_schema) + 1))
    assert len(changes) == len(chosen), "the same form sent again does nothing more"
    undo(walked, entity, changes)
    assert stored.rows(nasty_schema, table) == before
    assert not walked.problems, "\n".join(walked.problems)


def test_the_api_writes_rows_of_every_key_in_bulk(
    walked: crawl.Crawl, program: Any, nasty_schema: str
) -> None:
    for table, column in KEYS.items():
        entity = entity_of(walked, table)
        before, earlier = stored.rows(nasty_schema, table), newest_change(nasty_schema)
        listed = program("GET", f"{entity.name}/?size=200").json["data"]
        operations = [
            {"action": "change", "token": one["_token"], "etag": "*", "values": {column: NEW}}
            for one in listed
        ]
        for _twice in range(2):
            answer = program(
                "POST",
                f"{entity.name}/bulk",
                {"operations": operations},
                **{"Idempotency-Key": f"bulk {len(table)} {entity.name}"[:80]},
            )
            assert {one["status"] for one in answer.json["results"]} == {200}, (table, answer.json)
        changes = list(range(earlier + 1, newest_change(nasty_schema) + 1))
        assert len(changes) == len(listed), "the same key again does nothing more"
        undo(walked, entity, changes)
        assert stored.rows(nasty_schema, table) == before, table


def test_the_longest_keys_of_requests_are_told_apart(program: Any) -> None:
    for last in "ab":
        key = {"Idempotency-Key": "k" * 79 + last}
        made = program("POST", "long-keys/", {"code": f"made {last}", "part": "p", "name": last}, **key)
        assert made.status_code == 201, made.json
        assert program("DELETE", f"long-keys/{made.json['_token']}", **{"If-Match": "*"}).status_code == 204


@pytest.mark.parametrize("table", NAMES)
def test_names_that_mean_something_elsewhere_are_only_names(
    walked: crawl.Crawl, program: Any, nasty_schema: str, table: str
) -> None:
    """Each column of these is read, sorted, filtered and written by the API under its own name."""
    entity = entity_of(walked, table)
    one = program("GET", f"{entity.name}/?size=200").json["data"][0]
    before, names = stored.rows(nasty_schema, table), list(stored.columns(nasty_schema, table))
    texts = [
        n
        for n, f in entity.fields.items()
        if f.kind == "text" and n not in {*entity.key, *OWN} and not f.read_only
    ]
    assert len(texts) > 0
    for name in texts:
        done = program("PATCH", f"{entity.name}/{one['_token']}", {name: NEW}, **{"If-Match": "*"})
        assert done.status_code == 200, (name, done.json)
        assert difference(before, stored.rows(nasty_schema, table), names) == {name}
        condition = json.dumps({"field": name, "op": "eq", "value": NEW})
        for order in (state.coded(name), f"-{state.coded(name)}"):
            found = program("GET", f"{entity.name}/?{urlencode({'filter': condition, 'sort': order})}")
            assert found.status_code == 200, (name, found.json)
            assert [row[name] for row in found.json["data"]] == [NEW], (name, found.json)
        undo(walked, entity, [newest_change(nasty_schema)])
        assert stored.rows(nasty_schema, table) == before, name


def test_relations_of_composite_and_binary_keys_lead_there_and_back(walked: crawl.Crawl) -> None:
    parents, details = entity_of(walked, "three_parts"), entity_of(walked, "three_parts_detail")
    relation = next(one for one in details.relations.values() if one.target == parents.name)
    assert set(relation.columns) == {"region", "day", "no"}
    shown = [
        len(
            crawl.tokens(
                walked.get(f"/data/{parents.name}/related/{token}/{details.name}/{relation.name}"), details
            )
        )
        for token in crawl.every_record(walked, parents)
    ]
    assert sorted(shown) == [0, 0, 1, 2]
    binary = entity_of(walked, "binary_keys")
    own = next(iter(binary.relations.values()), None)
    if own is not None:
        page = walked.get(f"/data/{binary.name}/related/{'00' * 16}/{binary.name}/{own.name}")
        assert "ones" in page
    assert not walked.problems, "\n".join(walked.problems)


@pytest.mark.parametrize("table", READ_ONLY)
def test_what_has_no_key_is_listed_searched_and_read_only_with_the_reason(
    walked: crawl.Crawl, program: Any, table: str
) -> None:
    entity = entity_of(walked, table)
    page = walked.list(entity, rows_only=False)
    assert "can be read but not changed" in page
    column = next(iter(entity.fields))
    walked.list(entity, filter={"field": column, "op": "not_null"})
    assert walked.client.get(f"/data/{entity.name}/add").status_code == 403
    refused = program("POST", f"{entity.name}/", {column: "1"})
    assert refused.status_code == 403, refused.json
    assert refused.json["detail"]
    assert program("GET", f"{entity.name}/").status_code == 200
    assert not walked.problems, json.dumps(walked.problems)
