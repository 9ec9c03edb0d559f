"""UTF-8 that stands in latin1 columns: noticed, switchable for each column, read and written as the old programs do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.engine import make_url

from app.errors import Invalid
from app.extensions import services
from fields import kinds
from models.access import live
from models.legacy.reflect import reflect
from models.wiring import store
from models.wiring.textform import from_yaml, to_yaml
from tests.harness import databases, forms
from tests.harness.applications import over_schema
from tests.mysql import crawl, stored

pytestmark = pytest.mark.mariadb
SWITCH = "utf8-in-latin1"
STATEMENTS = (
    ("CREATE TABLE shop (code varchar(30) NOT NULL PRIMARY KEY, town varchar(60), note text, mixed varchar(60), plain varchar(60),"
    " owner_code varchar(30), KEY (town)) CHARACTER SET latin1"),
    *(f"INSERT INTO shop VALUES ({', '.join(row)})" for row in (
        ("'A1'", "CONVERT(BINARY '星海' USING latin1)", "CONVERT(BINARY '第一\\n行' USING latin1)", "CONVERT(BINARY '混合' USING latin1)", "'Zoë €'", "NULL"),
        ("CONVERT(BINARY '月/2' USING latin1)", "CONVERT(BINARY '月湖 é' USING latin1)", "''", "CONVERT(UNHEX('5A6FEB') USING latin1)", "'ascii'", "'A1'"),
        ("'A3'", "NULL", "NULL", "CONVERT(UNHEX('818D8F909DFF') USING latin1)", "''", "CONVERT(BINARY '月/2' USING latin1)"),
    )),
)  # fmt: skip


@pytest.fixture(scope="module")
def url(mariadb_url: str) -> Iterator[str]:
    with databases.fresh_database(mariadb_url, "latin") as name:
        here = databases.url_of(mariadb_url, name)
        databases.execute(here, *STATEMENTS)
        yield here


@pytest.fixture(scope="module")
def app(mariadb_url: str, url: str) -> Iterator[Flask]:
    with over_schema(mariadb_url, str(make_url(url).database)) as made:
        switch(made, mixed=True, note=True)
        yield made


def switch(app: Flask, **columns: bool) -> None:
    """Publish the entity with the switch of these columns on or off."""
    with app.app_context():
        with services().engine.begin() as connection:
            known = store.load(connection)
            shop = known.entities["shop"]
            changed = {
                name: replace(shop.fields[name], settings={"charset": SWITCH} if on else {})
                for name, on in columns.items()
            }
            whole = replace(shop, fields={**shop.fields, **changed})
            store.save(connection, replace(known, entities={"shop": whole}), known.version, "")
        live().refresh()


@pytest.fixture
def walked(app: Flask) -> crawl.Crawl:
    return crawl.Crawl.of(app)


def raw(url: str, column: str, where: str) -> str:
    """The bytes of one value."""
    return str(databases.execute(url, f"SELECT HEX({column}) FROM shop WHERE {where}")[0][0])


def hexed(text: str) -> str:
    return text.encode().hex().upper()


def test_columns_whose_values_make_sense_only_so_are_noticed(app: Flask) -> None:
    with app.app_context():
        found = live().current().entities["shop"].fields
    on = {name for name, field in found.items() if field.settings.get("charset") == SWITCH}
    by_hand = {"mixed", "note"}  # the first has other bytes too, the second is too long to be sampled
    assert on == {"code", "town", "owner_code"} | by_hand


def test_everything_opens_and_saving_without_a_change_changes_nothing(walked: crawl.Crawl, url: str) -> None:
    before = stored.rows(url, "shop")
    shop = walked.catalogue.entities["shop"]
    crawl.walk(walked, shop, 3, crawl.every_record(walked, shop))
    assert not walked.problems, "\n".join(walked.problems)
    assert stored.rows(url, "shop") == before


def test_what_was_meant_is_shown_and_found(walked: crawl.Crawl) -> None:
    shop = walked.catalogue.entities["shop"]
    assert all(text in walked.list(shop) for text in ("星海", "月湖 é"))
    for condition in (
        {"field": "town", "op": "eq", "value": "星海"},
        {"field": "town", "op": "starts", "value": "星"},
        {"field": "note", "op": "contains", "value": "一"},
        {"field": "code", "op": "in", "value": ["A1"]},
    ):
        assert crawl.tokens(walked.list(shop, filter=condition), shop) == ["A1"], condition
    assert not walked.problems


@pytest.mark.parametrize("column", ["town", "mixed"])
def test_what_is_typed_arrives_as_old_programs_write_it_and_can_be_taken_back(
    walked: crawl.Crawl, url: str, column: str
) -> None:
    before = stored.rows(url, "shop")
    path = "/data/shop/edit/A1"
    form = forms.main_form(walked.get(path))
    sent = form.sent
    sent[f"f.{column}"] = "新城 😀"
    assert walked.client.post(path, data=sent).status_code == 302
    assert raw(url, column, "code='A1'") == hexed("新城 😀")
    assert "新城 😀" in walked.get("/data/shop/show/A1")
    take_back(walked, url, form)
    assert stored.rows(url, "shop") == before


@pytest.mark.parametrize("code", ["月/2", "A3"])
def test_bytes_that_are_no_utf8_come_back_as_they_were(walked: crawl.Crawl, url: str, code: str) -> None:
    before, token = stored.rows(url, "shop"), ".E6.9C.88.2F2" if code == "月/2" else code
    was = raw(url, "mixed", f"code = CONVERT(BINARY '{code}' USING latin1)")
    form = forms.main_form(walked.get(f"/data/shop/edit/{token}"))
    sent = form.sent
    sent["f.mixed"] = "新"
    assert walked.client.post(f"/data/shop/edit/{token}", data=sent).status_code == 302
    assert raw(url, "mixed", f"code = CONVERT(BINARY '{code}' USING latin1)") == hexed("新") != was
    if code == "月/2":
        assert "Zoë" in walked.get(f"/data/shop/history/{token}")
    take_back(walked, url, form)
    assert stored.rows(url, "shop") == before


def take_back(walked: crawl.Crawl, url: str, form: forms.Form) -> None:
    overlay = databases.url_of(url, f"{make_url(url).database}_overlay")
    number = databases.execute(overlay, "SELECT MAX(id) FROM `change`")[0][0]
    walked.client.post(f"/data/shop/undo/{number}", data={"csrf_token": form.sent["csrf_token"]})


def test_a_text_too_long_in_bytes_is_refused_at_its_field(walked: crawl.Crawl, url: str) -> None:
    path, before = "/data/shop/edit/A1", stored.rows(url, "shop")
    sent = forms.main_form(walked.get(path)).sent
    sent["f.town"] = "长" * 21
    answer = walked.client.post(path, data=sent)
    assert answer.status_code == 400
    assert "长" * 21 in answer.text
    assert stored.rows(url, "shop") == before


def test_deleted_rows_come_back_to_the_bit_even_where_the_bytes_are_no_utf8(
    walked: crawl.Crawl, url: str
) -> None:
    before = stored.rows(url, "shop")
    for token in crawl.every_record(walked, walked.catalogue.entities["shop"]):
        path = f"/data/shop/delete/{token}"
        form = forms.main_form(walked.get(path))
        assert walked.client.post(path, data=form.sent).status_code == 302
        assert stored.rows(url, "shop") != before
        take_back(walked, url, form)
        assert stored.rows(url, "shop") == before, token


def test_without_the_switch_the_column_is_read_as_it_is_declared(app: Flask, walked: crawl.Crawl) -> None:
    switch(app, town=False)
    try:
        assert "星海" not in walked.list(walked.catalogue.entities["shop"])
    finally:
        switch(app, town=True)
    assert "星海" in walked.list(walked.catalogue.entities["shop"])


def wizard_form(walked: crawl.Crawl) -> Any:
    return forms.main_form(walked.get("/wiring/table?table=shop")).sent


def test_the_wizard_has_a_switch_where_there_can_be_one(walked: crawl.Crawl) -> None:
    page = walked.get("/wiring/table?table=shop")
    assert page.count('name="misencoded-') == 6
    sent = wizard_form(walked)
    assert {name for name in sent if name.startswith("misencoded-")} == {
        f"misencoded-{n}" for n in (0, 1, 2, 3, 5)
    }


def test_the_wizard_switches_a_column_and_the_preview_shows_it(app: Flask, walked: crawl.Crawl) -> None:
    sent = wizard_form(walked)
    del sent["misencoded-1"]
    assert walked.client.post("/wiring/table?table=shop", data=sent).status_code == 302
    again = wizard_form(walked)
    assert "misencoded-1" not in again
    assert "misencoded-2" in again
    again["misencoded-1"] = "on"
    assert walked.client.post("/wiring/table?table=shop", data=again).status_code == 302
    assert "misencoded-1" in wizard_form(walked)


def test_yaml_carries_the_switch_and_refuses_it_where_it_makes_no_sense(app: Flask) -> None:
    with app.app_context(), services().engine.connect() as connection:
        facts, wiring = reflect(connection, services().schema), store.load(connection)
    text = to_yaml(wiring)
    assert text.count(SWITCH) == 5
    with app.test_request_context():
        again = from_yaml(text, facts, set(kinds())).entities["shop"]
        assert again.fields["town"].settings == {"charset": SWITCH}
        with pytest.raises(Invalid, match=r"shop\.town: the charset can only be"):
            from_yaml(text.replace(SWITCH, "gbk", 5), facts, set(kinds()))
