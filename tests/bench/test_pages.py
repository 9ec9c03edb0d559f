"""Pages as multiples of the floor. Absolute times are noise on shared machines; ratios of one run are not."""

from __future__ import annotations

import json
from urllib.parse import urlencode

import pytest

from tests.bench.conftest import Bench

STARTS = json.dumps({"field": "KHBH", "op": "starts", "value": "KH00001"})
PAGES = {
    "first list page": "/data/customers/list/",
    "list sorted by an indexed column": "/data/customers/list/?sort=KHBH",
    "list filtered by a prefix": f"/data/customers/list/?{urlencode({'filter': STARTS})}",
    "record page": "/data/customers/show/5",
    "edit form": "/data/customers/edit/5",
    "REST list of 50 rows": "/api/v1/data/customers/?size=50",
}
MEMBER_PAGES = ("first list page", "list filtered by a prefix")


@pytest.mark.parametrize("name", PAGES)
def test_page_as_administrator(bench: Bench, benchmark: object, name: str) -> None:
    client = bench.clients["admin"]
    assert client.get(PAGES[name]).status_code == 200
    found = bench.ratio(name, lambda: client.get(PAGES[name]))
    benchmark.extra_info["ratio"] = found  # type: ignore[attr-defined]
    benchmark.pedantic(client.get, args=(PAGES[name],), rounds=10)  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", MEMBER_PAGES)
def test_page_as_a_member_with_a_row_policy(bench: Bench, benchmark: object, name: str) -> None:
    client = bench.clients["sales_east"]
    assert client.get(PAGES[name]).status_code == 200
    found = bench.ratio(f"{name}, as a salesperson", lambda: client.get(PAGES[name]))
    benchmark.extra_info["ratio"] = found  # type: ignore[attr-defined]
    benchmark.pedantic(client.get, args=(PAGES[name],), rounds=10)  # type: ignore[attr-defined]


def test_a_list_page_is_small(bench: Bench) -> None:
    page = bench.clients["admin"].get(PAGES["first list page"])
    assert len(page.data) <= 70 * 1024, f"{len(page.data):,} bytes before compression"
