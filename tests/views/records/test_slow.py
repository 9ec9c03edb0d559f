"""What lists of a big table say about filters and orders that no index serves; "big" begins at 100 rows here."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from urllib.parse import quote

import pytest

from tests.views.records.conftest import Demo, shown
from views.records import listing

LIST = "/data/customers/list/"
STREET = quote(json.dumps({"field": "DZ", "op": "eq", "value": "nowhere"}))
CODE = quote(json.dumps({"field": "KHBH", "op": "starts", "value": "KH"}))


@pytest.fixture(autouse=True)
def _big(demo: Demo) -> Iterator[None]:
    services = demo.app.extensions["veneer"]
    before = services.config
    services.config = replace(before, big_table_rows=100)
    yield
    services.config = before


def warned(page: str) -> str:
    """The words of the note on the list; "" for none."""
    found = re.search(r'<div class="note note-warning"[^>]*>(.*?)</div>', page, re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", unescape(found[1])).split()) if found else ""


def test_a_filter_without_an_index_is_offered_with_a_warning(demo: Demo) -> None:
    page = demo.page("admin", f"{LIST}?filter={STREET}")
    assert "No index serves this filter" in warned(page)
    assert "Narrow it down with a filter by one of these:" in warned(page)
    assert len(re.findall('class="chip is-slow"', page)) == 1


def test_only_people_who_wire_are_shown_the_statement(demo: Demo) -> None:
    filtered = f"{LIST}?filter={STREET}"
    statement = re.search(r'advice-statement"[^>]*><code>(.*?)</code>', demo.page("admin", filtered))
    assert statement
    assert re.search(r"^CREATE INDEX .*T_KHZL.*DZ.*;$", unescape(statement[1]))
    page = demo.page("clerk", filtered)
    assert "CREATE INDEX" not in page
    assert "T_KHZL" not in page
    assert "ask your IT people for an index on" in warned(page)


def test_an_order_without_an_index_is_marked_in_the_head(demo: Demo) -> None:
    page = demo.page("admin", f"{LIST}?columns=KHBH,DZ")
    heads = re.findall(r'<a class="sort"(.*?)</a>', page, re.DOTALL)
    assert ["has no index" in head for head in heads] == [False, True]
    assert not warned(page)
    assert "No index serves the order by" in warned(demo.page("admin", f"{LIST}?columns=KHBH&sort=DZ"))


def test_what_an_index_serves_needs_no_warning(demo: Demo) -> None:
    for path in (LIST, f"{LIST}?filter={CODE}", f"{LIST}?filter={CODE}&sort=DZ", f"{LIST}?sort=-KHBH"):
        page = demo.page("admin", path)
        assert not warned(page), path
        assert "chip is-slow" not in page
        assert shown(page)


def test_words_inside_are_looked_for_among_the_newest_and_the_list_says_so(demo: Demo) -> None:
    services = demo.app.extensions["veneer"]
    services.config = replace(services.config, search_scan_rows=50)
    name = quote(json.dumps({"field": "KHMC", "op": "contains", "value": "有限"}))
    page = demo.page("admin", f"{LIST}?filter={name}&size=200")
    assert "only the newest 50 records were looked at" in warned(page)
    assert "inside words" in warned(page)
    assert 0 < len(shown(page)) <= 50
    everything = re.search(r'href="([^"]*[?&;]all=1[^"]*)"', page)
    assert everything
    whole = demo.page("admin", unescape(everything[1]))
    assert len(shown(whole)) > len(shown(page))
    assert "No index serves this filter" in warned(whole)
    assert "wiring" not in warned(demo.page("clerk", f"{LIST}?filter={name}"))
    exported = demo.get("admin", f"/data/customers/export/?columns=ID&filter={name}").get_data(as_text=True)
    assert len(exported.strip().splitlines()) - 2 == len(demo.customers("KHMC LIKE '%有限%'"))


@pytest.mark.parametrize(
    ("who", "is_told", "index"),
    [("sales_east", True, r"an index on [^,.]+, [^,.]+\."), ("admin", False, "CREATE INDEX")],
)
def test_a_members_order_that_takes_too_long_names_the_index_of_their_rows(
    demo: Demo, monkeypatch: pytest.MonkeyPatch, who: str, is_told: bool, index: str
) -> None:
    """An index serves the order, but not that of the rows that one person may see: whoever sees all needs no other one."""
    monkeypatch.setattr(listing, "page_of", lambda _entity, _query: None)
    answer = demo.get(who, f"{LIST}?sort=KHMC")
    page = " ".join(re.sub(r"<[^>]+>", " ", unescape(answer.get_data(as_text=True))).split())
    assert answer.status_code == 503
    assert "Narrow it down" in page
    assert ("You may see some of the rows only" in page) is is_told
    assert bool(re.search(index, page)) is is_told
