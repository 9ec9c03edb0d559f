"""Everybody sees the same rows wherever rows can be seen: lists, totals, searches, look-ups, exports, related lists, history."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import pytest

from tests.views.records.conftest import Demo, shown

WHOSE = {
    "admin": "1 = 1",
    "executive": "1 = 1",
    "manager_east": "BMBH LIKE '100101%'",
    "sales_east": "YWY = 'YG0101'",
    "sales_west": "YWY = 'YG0103'",
    "clerk": "BMBH = '10010101'",
    "engineer": "DQBM = 'HD'",
}
"""Live customers in the reach of each account, as SQL."""
EXPORTS = ("admin", "executive", "manager_east", "clerk")


@pytest.fixture(params=WHOSE)
def who(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def all_shown(demo: Demo, who: str, entity: str = "customers") -> list[str]:
    found, path = [], f"/data/{entity}/list/?size=200"
    while path:
        page = demo.page(who, path)
        found += shown(page, entity)
        following = re.findall(r'<a[^>]*href="([^"]*cursor=[^"]*)"[^>]*>[^<]*Next', page)
        path = following[-1].replace("&amp;", "&") if following else ""
    return found


def test_a_list_and_its_total(demo: Demo, who: str) -> None:
    expected = demo.customers(WHOSE[who])
    assert sorted(all_shown(demo, who), key=int) == expected
    total = re.findall(r"([\d,]+) records", demo.page(who, "/data/customers/list/"))
    assert [int(one.replace(",", "")) for one in total] == ([len(expected)] if expected else [])


def test_a_filter_and_a_quick_search_find_nothing_more(demo: Demo, who: str) -> None:
    reach = set(demo.customers(WHOSE[who]))
    for query in ("q=KH0", 'filter={"field":"YWY","op":"not_null"}', "sort=-YWY", 'filter={"or":[{"field":"ID","op":"gt","value":"0"},{"field":"YWY","op":"is_null"}]}'):  # fmt: skip
        found = shown(demo.page(who, f"/data/customers/list/?size=200&{query}"))
        assert set(found) <= reach
        assert bool(found) == bool(reach)


def test_the_global_search(demo: Demo, who: str) -> None:
    reach = demo.customers(WHOSE[who])
    some = demo.sql("SELECT KHBH, ID FROM {erp}T_KHZL WHERE SCBZ <> '1' AND YWY IN ('YG0101', 'YG0103')")
    for code, key in some:
        page = demo.page(who, f"/search?q={code}")
        assert (f"/data/customers/show/{key}" in page) == (str(key) in reach)


def test_a_look_up_box(demo: Demo, who: str) -> None:
    codes = dict(demo.sql("SELECT KHBH, ID FROM {erp}T_KHZL"))
    offered = demo.get(who, "/data/contacts/look-up/KHBH?q=KH").get_json()
    assert {str(codes[one["value"]]) for one in offered} <= set(demo.customers(WHOSE[who]))
    assert bool(offered) == bool(demo.customers(WHOSE[who]))
    for code, key in list(codes.items())[:60]:
        exact = demo.get(who, f"/data/contacts/look-up/KHBH?q={code}").get_json()
        assert bool(exact) == (str(key) in demo.customers(WHOSE[who])), code


@pytest.mark.parametrize("account", EXPORTS)
def test_an_export(demo: Demo, account: str) -> None:
    answer = demo.get(account, "/data/customers/export/?columns=ID")
    lines = list(csv.reader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))
    assert sorted((line[0] for line in lines[1:-1]), key=int) == demo.customers(WHOSE[account])


def test_children_follow_their_parent(demo: Demo, who: str) -> None:
    reach = (
        f"KHBH IN (SELECT KHBH FROM {{erp}}T_KHZL WHERE {WHOSE[who]})" if WHOSE[who] != "1 = 1" else "1 = 1"
    )
    expected = demo.sql("SELECT LXRID FROM {erp}T_KHLXR WHERE SCBZ <> '1' AND " + reach)
    assert sorted(all_shown(demo, who, "contacts")) == sorted(str(key) for (key,) in expected)


def test_related_lists_show_what_the_list_itself_shows(demo: Demo, who: str) -> None:
    if who == "engineer":
        first = demo.customers(WHOSE[who])[0]
        assert demo.get(who, f"/data/customers/related/{first}/orders/KHBH").status_code == 404, (
            "sees no orders"
        )
        return
    for key in demo.customers(WHOSE[who])[:3]:
        code = demo.one("SELECT KHBH FROM {erp}T_KHZL WHERE ID = :key", key=key)
        live = "SELECT COUNT(*) FROM {erp}T_DDZB WHERE SCBZ <> '1' AND KHBH = :code AND (" + WHOSE[who] + ")"
        expected = demo.one(live, code=code)
        page = demo.page(who, f"/data/customers/related/{key}/orders/KHBH")
        assert len(shown(page, "orders")) == min(expected, 10)
        assert (f"({expected})" in page) == bool(expected)


def test_names_of_records_out_of_reach_are_not_shown(demo: Demo) -> None:
    foreign = demo.one("SELECT KHBH FROM {erp}T_KHZL WHERE YWY = 'YG0103'")
    name = demo.one("SELECT KHMC FROM {erp}T_KHZL WHERE KHBH = :code", code=foreign)
    ticket: Any = demo.sql("SELECT DDH, KHBH FROM {erp}T_DDZB WHERE YWY = 'YG0101' AND SCBZ <> '1'")[0]
    demo.sql("UPDATE {erp}T_DDZB SET KHBH = :code WHERE DDH = :key", code=foreign, key=ticket[0])
    try:
        for path in (f"show/{ticket[0]}", f"edit/{ticket[0]}", f"list/?q={ticket[0]}"):
            page = demo.page("sales_east", f"/data/orders/{path}")
            assert foreign in page
            assert name not in page
    finally:
        demo.sql("UPDATE {erp}T_DDZB SET KHBH = :code WHERE DDH = :key", code=ticket[1], key=ticket[0])


def test_nobody_gives_a_record_away_or_points_it_at_what_he_cannot_see(demo: Demo) -> None:
    mine = demo.customer_of("sales_east")
    gone = demo.edited("sales_east", f"/data/customers/edit/{mine}", YWY="YG0103", BMBH="10030201")
    assert gone.status_code == 403 or "out of your reach" in gone.get_data(as_text=True)
    foreign = demo.one("SELECT KHBH FROM {erp}T_KHZL WHERE YWY = 'YG0103'")
    contact = demo.one(
        "SELECT k.LXRID FROM {erp}T_KHLXR k JOIN {erp}T_KHZL c ON c.KHBH = k.KHBH WHERE c.ID = :key", key=mine
    )
    pointed = demo.edited("sales_east", f"/data/contacts/edit/{contact}", KHBH=foreign)
    assert pointed.status_code == 400
    assert "There is no such record, or you may not see it." in pointed.get_data(as_text=True)
    assert demo.one("SELECT YWY FROM {erp}T_KHZL WHERE ID = :key", key=mine) == "YG0101"
