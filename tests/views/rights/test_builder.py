"""Conditions as the builder draws them: what is kept comes back unchanged, several rules in a place, nothing typed is lost."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.extensions import services
from models import access
from models.access import live
from models.grants_document import from_plain
from tests.harness.forms import main_form
from tests.views.rights.test_rights import CUSTOMERS, admin, kept, save, stamp_of
from views.rights import typed
from views.rights.conditions import Unbuildable, drawn, read
from views.rights.fields_menu import behind, menu, used_fields

__all__ = ["admin"]
ORDERS = "/rights/entity?role=Sales&entity=orders"


def leaf(name: str, op: str, value: Any = None) -> dict[str, Any]:
    return {"field": name, "op": op} | ({} if value is None else {"value": value})


TYPED = [
    ("customers", leaf("KHZT", "eq", "1")),
    ("customers", leaf("KHZT", "in", ["1", "2"])),
    ("customers", leaf("DQBM", "in_own", "regions")),
    ("customers", {"and": [leaf("DQBM", "not_in_own", "regions"), leaf("YWY", "is_null")]}),
    ("customers", {"or": [leaf("KHMC", "starts", "A"), {"not": {"or": [leaf("XYED", "gt", "10.50")]}}]}),
    ("customers", leaf("BZ", "empty")),
    ("customers", leaf("DJRQ", "gte", "2026-01-31")),
    ("customers", leaf("YWY.BMBH", "in_own", "units")),
    ("orders", leaf("KHBH.DQBM", "in_own", "regions")),
    ("orders", leaf("KHBH.KHDJ", "in", ["A"])),
    ("orders", leaf("KHBH.YWY.BMBH", "in_own", "units")),
    ("orders", leaf("KHBH.YWY.BMBH.BMMC", "starts", "A")),
    ("customers", leaf("GXSJ", "eq", "2026-01-31")),
    ("customers", leaf("GXSJ", "ne", "2026-01-31")),
    ("customers", leaf("GXSJ", "eq", "0000-00-00 00:00:00")),
    ("customers", {"not": {"or": [leaf("GXSJ", "eq", "2026-02-28"), leaf("KHZT", "eq", "1")]}}),
]


@pytest.mark.parametrize(("name", "condition"), TYPED, ids=str)
def test_what_the_builder_sends_is_kept_and_drawn_as_it_was(
    served: Flask, name: str, condition: dict[str, Any]
) -> None:
    with served.test_request_context("/"):
        entity = live().current().entities[name]
        if any(part not in entity.fields for part in _fields(condition) if "." not in part):
            pytest.skip("the demo has no such column")
        stored = typed.stored(entity, read(json.dumps(condition)), live().current())
        shown = drawn(entity, json.dumps(stored))
        assert shown == condition
        again = typed.stored(entity, read(json.dumps(shown)), live().current())
        assert again == stored, "and drawing it changes nothing"


def _fields(condition: Any) -> list[str]:
    if isinstance(condition, list):
        return [name for part in condition for name in _fields(part)]
    if "field" in condition:
        return [str(condition["field"])]
    return [name for part in condition.values() for name in _fields(part)]


@pytest.mark.parametrize(
    "text",
    ["{", "[]", "3", '{"field": "NOPE", "op": "eq", "value": "1"}', '{"field": "KHZT", "op": "range", "value": [1, 2]}',
     '{"field": "YWY.BMBH.SJBM.SJBM.BMMC", "op": "eq", "value": "HD"}', '{"xor": []}', '{"and": "x"}', '{"field": "KHZT", "op": "eq", "value": {"actor": 7}}x'],
)  # fmt: skip
def test_what_the_builder_cannot_draw_is_shown_as_it_is_kept(
    served: Flask, admin: FlaskClient, text: str
) -> None:
    with served.test_request_context("/"), pytest.raises(Unbuildable):
        drawn(live().current().entities["customers"], text)
    answer = save(admin, CUSTOMERS, {"scope.see": "rule", "condition.see": text, "more": "scope.export"})
    page = unescape(answer.get_data(as_text=True))
    assert answer.status_code == 200
    assert f">{text}</textarea>" in page, "nothing is lost"


def test_the_menu_leads_through_relations_and_offers_what_the_person_has(
    served: Flask, admin: FlaskClient
) -> None:
    assert admin is not None
    with served.test_request_context("/"):
        from app.actor import Actor, acting_as

        with acting_as(Actor(1, "admin", frozenset({"Admin"}))):
            fields = {one["name"]: one for one in menu(access.catalogue().entities["orders"])}
    region = fields["KHBH.DQBM"]
    assert "›" in region["label"]
    own = next(one for one in region["operators"] if one["op"] == "in_own")
    assert "regions" in {choice["value"] for choice in own["choices"]}
    assert not any(one["op"] == "within" for field in fields.values() for one in field["operators"])
    assert fields["KHBH.DQBM"]["choices"], "the regions have names"


def test_several_rules_of_an_action_and_of_a_field(served: Flask, admin: FlaskClient) -> None:
    region = json.dumps(leaf("DQBM", "in_own", "regions"))
    form = {
        "scope.see": "own", "1:scope.see": "rule", "1:condition.see": region, "2:scope.see": "",
        "3:scope.see": "units", "3:units.see": ["1001", "1002"],
        "right.XYED": "masked", "1:right.XYED": "read", "1:when.XYED": json.dumps(leaf("KHZT", "eq", "1")),
    }  # fmt: skip
    assert save(admin, CUSTOMERS, form).status_code == 302
    found = kept(served)["customers"]
    wanted: list[Any] = [
        "own",
        {"scope": "rule", "condition": leaf("DQBM", "in", {"actor": "regions"})},
        {"scope": "units", "units": ["1001", "1002"]},
    ]
    assert sorted(map(str, found["see"])) == sorted(map(str, wanted))
    assert len(found["fields"]["XYED"]) == 2
    from_plain({"Sales": {"customers": found}})
    page = admin.get(CUSTOMERS).get_data(as_text=True)
    for name in ("1:scope.see", "2:scope.see", "1:right.XYED"):
        assert f'name="{name}"' in page
    sent = main_form(page).sent
    again = {name: values if len(values) > 1 else values[0] for name, values in sent.lists()}
    assert save(admin, CUSTOMERS, again).status_code == 302
    assert kept(served)["customers"] == found, "saved untouched, nothing changes"


def test_another_rule_is_a_blank_line_and_saves_nothing(served: Flask, admin: FlaskClient) -> None:
    before = kept(served)
    form = {"scope.see": "all", "1:scope.see": "own", "more": "scope.see", "right.XYED": "read"}
    page = save(admin, CUSTOMERS, form).get_data(as_text=True)
    assert 'name="2:scope.see"' in page
    assert 'name="1:right.XYED"' not in page
    assert page.count('<option value="all" selected>') == 1
    assert kept(served) == before


def test_the_stamp_of_the_first_look_stays_while_lines_are_added(served: Flask, admin: FlaskClient) -> None:
    """A colleague's change between "another rule" and saving is still noticed."""
    first = stamp_of(admin, CUSTOMERS)
    save(admin, ORDERS, {"scope.see": "own"})
    page = save(admin, CUSTOMERS, {"stamp": first, "more": "scope.see"}).get_data(as_text=True)
    assert f'value="{first}"' in page


def test_rights_follow_a_region_behind_a_relation(served: Flask, admin: FlaskClient) -> None:
    """customer.region in my.regions, built on the page: the engineer sees the East's orders and no others."""
    from sqlalchemy import text

    from tests.harness.applications import signed_in

    path = "/rights/entity?role=Service%20engineer&entity=orders"
    condition = json.dumps({"and": [leaf("KHBH.DQBM", "in_own", "regions")]})
    assert save(admin, path, {"scope.see": "rule", "condition.see": condition}).status_code == 302
    served.extensions["veneer"].rooms["policies"].__init__()
    seen = signed_in(served, "engineer").get("/api/v1/data/orders/?size=200&fields=KHBH").get_json()["data"]
    assert seen
    with served.app_context(), services().engine.connect() as connection:
        east = f"SELECT KHBH FROM {services().schema}.T_KHZL WHERE DQBM = 'HD'"
        codes = set(connection.execute(text(east)).scalars())
    assert {row["KHBH"] for row in seen} <= codes


def test_an_action_without_a_rule_says_what_holds_for_it(served: Flask, admin: FlaskClient) -> None:
    assert kept(served)["role:contact"]["see"] == "own"
    page = admin.get("/rights/entity?role=Sales&entity=contacts").get_data(as_text=True)
    assert re.search(r'name="scope.see"[^>]*>\s*<option value="" selected>\(\w', page)


def names_of(found: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {one["name"]: one for one in found}


def test_the_menu_leads_as_far_as_a_condition_may(served: Flask, admin: FlaskClient) -> None:
    """Each relation further is asked for when it is chosen; the last one leads no further."""
    page = unescape(admin.get(ORDERS).get_data(as_text=True))
    found = names_of(json.loads(re.findall(r"data-fields='([^']+)'", page)[0]))
    lead = found["KHBH.YWY."]
    assert lead["label"].count("›") == 2
    assert "KHBH.YWY.XM" not in found
    second = names_of(admin.get(lead["leads"]).get_json()["fields"])
    assert second["KHBH.YWY.XM"]["label"].startswith(lead["label"][:-1])
    assert second["KHBH.YWY.BMBH"]["lookup"]
    third = names_of(admin.get(second["KHBH.YWY.BMBH."]["leads"]).get_json()["fields"])
    assert "KHBH.YWY.BMBH.BMMC" in third
    assert not [name for name in third if name.endswith(".")], "three relations are the most"


def test_fields_that_a_condition_uses_are_there_from_the_first(served: Flask, admin: FlaskClient) -> None:
    deep = json.dumps(leaf("KHBH.YWY.BMBH.BMMC", "starts", "A"))
    with served.test_request_context("/"):
        entity = live().current().entities["orders"]
        found = names_of(menu(entity, used_fields([deep, "{", "", "[1, {}]"])))
        assert "KHBH.YWY.BMBH.BMMC" in found
        assert "KHBH.YWY.XM" in found
        assert {name.count(".") for name in found if name.endswith(".")} <= {2, 3}
        assert len(found) == len(menu(entity, used_fields([deep]))), "each of them once"
    answer = save(admin, ORDERS, {"scope.see": "rule", "condition.see": deep, "more": "scope.see"})
    page = unescape(answer.get_data(as_text=True))
    assert "shown as it is kept" not in page
    assert "KHBH.YWY.BMBH.BMMC" in re.findall(r"data-fields='([^']+)'", page)[0]


@pytest.mark.parametrize("path", ["NOPE", "KHBH.NOPE", "KHMC", "KHBH.YWY.BMBH.SJBM", "."])
def test_a_path_that_leads_nowhere(served: Flask, admin: FlaskClient, path: str) -> None:
    assert admin.get(f"/rights/fields/orders/{path}").status_code == 404
    with served.test_request_context("/"):
        from app.errors import NotVisible

        with pytest.raises(NotVisible):
            behind(live().current().entities["orders"], path)


@pytest.mark.parametrize(
    ("kept", "shown"),
    [
        (leaf("GXSJ", "range", ["2026-01-31 08:00:00", "2026-01-31 18:00:00"]),
         {"and": [leaf("GXSJ", "gte", "2026-01-31 08:00:00"), leaf("GXSJ", "lt", "2026-01-31 18:00:00")]}),
        (leaf("GXSJ", "range", [None, "2026-01-31 18:00:00"]), leaf("GXSJ", "lt", "2026-01-31 18:00:00")),
        (leaf("GXSJ", "lt", "2026-02-01 00:00:00"), leaf("GXSJ", "lt", "2026-02-01 00:00:00")),
        (leaf("YWY.RZRQ", "eq", 0), leaf("YWY.RZRQ", "eq", "0")),
    ],
    ids=str,
)  # fmt: skip
def test_moments_are_drawn(served: Flask, kept: dict[str, Any], shown: dict[str, Any]) -> None:
    with served.test_request_context("/"):
        entity = live().current().entities["customers"]
        assert drawn(entity, json.dumps(kept)) == shown
