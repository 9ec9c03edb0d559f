"""Permission × path × status for each role of the demo; a route that is missing from the table fails the last test."""

from __future__ import annotations

import pytest
from werkzeug.routing import Rule

from tests.views.records.conftest import Demo

CAST = (
    "admin",
    "executive",
    "manager_east",
    "sales_east",
    "sales_west",
    "clerk",
    "engineer",
    "it",
    "anonymous",
)
SEES = (200, 200, 200, 200, 200, 200, 200, 404, 302)
REACHES_EAST = (200, 200, 200, 200, 404, 200, 404, 404, 302)
REACHES_COLLEAGUE = (200, 200, 200, 404, 404, 200, 404, 404, 302)
REACHES_WEST = (200, 200, 404, 404, 200, 404, 404, 404, 302)
OPENS_EAST = (200, 200, 200, 200, 404, 200, 200, 404, 302)
OPENS_COLLEAGUE = (200, 200, 200, 404, 404, 200, 200, 404, 302)
"""Engineers open the customers of their region, not what belongs to them."""
REACHES_NOTHING = (404, 404, 404, 404, 404, 404, 404, 404, 302)
ADDS = (200, 403, 200, 200, 200, 200, 403, 404, 302)
CHANGES_EAST = (200, 403, 200, 200, 404, 200, 403, 404, 302)
CHANGES_COLLEAGUE = (200, 403, 200, 404, 404, 200, 403, 404, 302)
CHANGES_WEST = (200, 403, 404, 404, 200, 404, 403, 404, 302)
DELETES_EAST = (200, 403, 403, 403, 403, 200, 403, 404, 302)
DELETES_WEST = (200, 403, 403, 403, 403, 404, 403, 404, 302)
EXPORTS = (200, 200, 200, 403, 403, 200, 403, 404, 302)
GET, POST = "GET", "POST"
BULK = {"step": "preview", "field": "DZ", "f.DZ": "x"}

TABLE: list[tuple[str, str, dict[str, str], tuple[int, ...]]] = [
    (GET, "/data/customers/list/", {}, SEES),
    (GET, "/data/customers/panel/columns", {}, SEES),
    (GET, "/data/customers/panel/filter", {}, SEES),
    (GET, "/data/customers/panel/nothing", {}, REACHES_NOTHING),
    (GET, "/data/customers/show/{east}", {}, OPENS_EAST),
    (GET, "/data/customers/show/{colleague}", {}, OPENS_COLLEAGUE),
    (GET, "/data/customers/show/{west}", {}, REACHES_WEST),
    (GET, "/data/customers/show/99999999", {}, REACHES_NOTHING),
    (GET, "/data/nothing/list/", {}, REACHES_NOTHING),
    (GET, "/data/customers/history/{east}", {}, OPENS_EAST),
    (GET, "/data/customers/history/{west}", {}, REACHES_WEST),
    (GET, "/data/customers/related/{east}/orders/KHBH", {}, REACHES_EAST),
    (GET, "/data/customers/related/{west}/orders/KHBH", {}, REACHES_WEST),
    (GET, "/data/customers/related/{east}/orders/BMBH", {}, REACHES_NOTHING),
    (GET, "/data/customers/related/{east}/nothing/KHBH", {}, REACHES_NOTHING),
    (GET, "/data/customers/add", {}, ADDS),
    (GET, "/data/customers/add?copy={west}", {}, (200, 403, 404, 404, 200, 404, 403, 404, 302)),
    (POST, "/data/customers/add", {}, (400, 403, 400, 400, 400, 400, 403, 404, 302)),
    (GET, "/data/customers/edit/{east}", {}, CHANGES_EAST),
    (GET, "/data/customers/edit/{colleague}", {}, CHANGES_COLLEAGUE),
    (GET, "/data/customers/edit/{west}", {}, CHANGES_WEST),
    (POST, "/data/customers/edit/{east}", {}, (302, 403, 302, 302, 404, 302, 403, 404, 302)),
    (POST, "/data/customers/edit/{east}", {"f.DZ": "x", "row_hash": "y"}, (409, 403, 409, 409, 404, 409, 403, 404, 302)),
    (POST, "/data/customers/edit/{west}", {"f.DZ": "x", "row_hash": "y"}, (409, 403, 404, 404, 409, 404, 403, 404, 302)),
    (GET, "/data/customers/delete/{east}", {}, DELETES_EAST),
    (GET, "/data/customers/delete/{west}", {}, DELETES_WEST),
    (POST, "/data/customers/delete/{east}", {"row_hash": "y"}, (409, 403, 403, 403, 403, 409, 403, 404, 302)),
    (POST, "/data/customers/delete/{west}", {"row_hash": "y"}, (409, 403, 403, 403, 403, 404, 403, 404, 302)),
    (GET, "/data/customers/export/", {}, EXPORTS),
    (GET, "/data/customers/export/?kind=xlsx", {}, EXPORTS),
    (POST, "/data/customers/export/", {}, EXPORTS),
    (GET, "/data/customers/exports/new", {}, EXPORTS),
    (POST, "/data/customers/exports/new", {}, (400, 400, 400, 403, 403, 400, 403, 404, 302)),
    (POST, "/data/customers/exports/run/none", {}, (409, 409, 409, 403, 403, 409, 403, 404, 302)),
    (POST, "/data/customers/unmask/{east}/SJHM", {"reason": "because"}, (409, 403, 409, 403, 403, 403, 403, 404, 302)),
    (POST, "/data/customers/unmask/{west}/SJHM", {"reason": "because"}, (409, 403, 404, 403, 403, 403, 403, 404, 302)),
    (GET, "/data/customers/exports/", {}, EXPORTS),
    (GET, "/data/customers/exports/none", {}, EXPORTS),
    (POST, "/data/customers/exports/none/cancel", {}, (302, 302, 302, 403, 403, 302, 403, 404, 302)),
    (GET, "/data/customers/look-up/YWY", {}, SEES),
    (GET, "/data/customers/look-up/KHMC", {}, REACHES_NOTHING),
    (GET, "/data/customers/look-up/nothing", {}, REACHES_NOTHING),
    (GET, "/data/contacts/look-up/KHBH", {}, SEES),
    (GET, "/data/assets/download/{asset}/TP", {}, (200, 200, 200, 404, 404, 404, 200, 404, 302)),
    (GET, "/data/customers/download/{east}/KHMC", {}, REACHES_NOTHING),
    (POST, "/data/customers/bulk-edit", {"token": "{east}", **BULK}, CHANGES_EAST),
    (POST, "/data/customers/bulk-edit", {"token": "{west}", **BULK}, CHANGES_WEST),
    (POST, "/data/customers/bulk-edit", {}, (400, 403, 400, 400, 400, 400, 403, 404, 302)),
    (POST, "/data/customers/bulk-delete", {"token": "{east}"}, DELETES_EAST),
    (POST, "/data/customers/bulk-delete", {"token": "{west}"}, DELETES_WEST),
    (POST, "/data/customers/undo/99999999", {}, (302, 302, 302, 302, 302, 302, 302, 404, 302)),
    (POST, "/data/customers/views/save", {"name": ""}, (302, 302, 302, 302, 302, 302, 302, 404, 302)),
    (POST, "/data/customers/views/99999999/delete", {}, REACHES_NOTHING),
    (GET, "/search?q=KH0", {}, (200, 200, 200, 200, 200, 200, 200, 200, 302)),
]  # fmt: skip


@pytest.fixture(scope="session")
def places(demo: Demo) -> dict[str, str]:
    """Records in and out of reach."""
    asset = "SELECT ZCBH FROM {erp}T_ZCDA WHERE TP IS NOT NULL AND BMBH = '10010103' AND SCBZ <> '1'"
    return {
        "east": demo.customer_of("sales_east"),
        "colleague": demo.customer_of("sales_east2"),
        "west": demo.customer_of("sales_west"),
        "asset": demo.one(asset),
    }


@pytest.mark.parametrize("line", TABLE, ids=lambda line: f"{line[0]} {line[1]} {'-'.join(line[2])}")
def test_the_table_of_rights(
    demo: Demo, places: dict[str, str], line: tuple[str, str, dict[str, str], tuple[int, ...]]
) -> None:
    method, path, sent, expected = line
    address = path.format(**places)
    form = {name: value.format(**places) for name, value in sent.items()}
    before = demo.newest_change()
    answers = {
        who: demo.get(who, address) if method == GET else demo.post(who, address, form) for who in CAST
    }
    assert {who: answer.status_code for who, answer in answers.items()} == dict(
        zip(CAST, expected, strict=True)
    )
    assert "/login/" in answers["anonymous"].headers["Location"]
    assert demo.newest_change() == before


def test_what_is_hidden_and_what_does_not_exist_have_the_same_words(
    demo: Demo, places: dict[str, str]
) -> None:
    pages = [
        demo.get("sales_east", f"/data/customers/{path}").get_data(as_text=True)
        for path in (f"show/{places['west']}", "show/99999999", "show/~~", "show/.ZZ", "show/x", "show/1~2")
    ]
    unknown = demo.get("it", "/data/customers/list/"), demo.get("it", "/data/nothing/list/")
    assert len({words(page) for page in pages}) == 1
    assert len({words(answer.get_data(as_text=True)) for answer in unknown}) == 1


def words(page: str) -> str:
    return page[page.index("<main") : page.index("</main>")]


def test_a_form_without_its_token_is_refused(demo: Demo, places: dict[str, str]) -> None:
    for rule in routes(demo):
        if POST in (rule.methods or set()):
            path = address_of(rule, places)
            assert demo.browser("admin").post(path, data={}).status_code == 400, path


def test_no_route_of_records_is_missing_from_the_table(demo: Demo, places: dict[str, str]) -> None:
    adapter = demo.app.url_map.bind("localhost")
    covered = {
        (adapter.match(path.format(**places).partition("?")[0], method)[0], method)
        for method, path, _sent, _expected in TABLE
    }
    needed = {
        (rule.endpoint, method) for rule in routes(demo) for method in (rule.methods or set()) & {GET, POST}
    }
    assert needed - covered == set()
    assert len(needed) >= 17


def routes(demo: Demo) -> list[Rule]:
    return [r for r in demo.app.url_map.iter_rules() if r.endpoint.startswith(("RecordView.", "SearchView."))]


def address_of(rule: Rule, places: dict[str, str]) -> str:
    values = {
        "entity": "customers",
        "token": places["east"],
        "changes": "1",
        "number": 1,
        "run": "none",
        "field": "SJHM",
    }
    _host, path = rule.build({name: values[name] for name in rule.arguments}) or ("", "")
    return path
