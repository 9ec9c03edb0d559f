"""Pages touch a bounded number of rows, however large the table: counted by the server's own Handler_read counters."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from models.counting import CAP
from tests.harness import applications

CUSTOMERS = 20_000
PAGE = 600
"""Rows of a page with its related names, the overlay's own tables and one look ahead."""
STARTS = json.dumps({"field": "KHBH", "op": "starts", "value": "KH000191"})
BOUNDS = {
    "/data/customers/list/": 2 * CAP + PAGE,  # the capped count hands each row on once more
    "/data/customers/list/?sort=KHBH": 2 * CAP + PAGE,
    f"/data/customers/list/?{urlencode({'filter': STARTS})}": 2 * PAGE,
    "/data/customers/show/5": PAGE,
    "/data/customers/edit/5": PAGE,
    "/search?q=KH0001912": 2 * PAGE,
    "/data/orders/look-up/KHBH?q=KH0001912": PAGE,
}


@pytest.fixture(scope="module")
def large(mariadb_url: str) -> Iterator[Flask]:
    """Large enough that reading a whole table cannot hide below the bounds."""
    with applications.on_server(mariadb_url, CUSTOMERS) as app:
        yield app


def rows_read(app: Flask, client: FlaskClient, path: str) -> int:
    """Rows that the server handed to its executor for one request; the second one, so that short caches are warm."""
    assert client.get(path).status_code == 200
    before = _counter(app)
    client.get(path)
    return _counter(app) - before


def _counter(app: Flask) -> int:
    with app.extensions["veneer"].engine.connect() as connection:
        rows = connection.execute(text("SHOW GLOBAL STATUS LIKE 'Handler_read%'"))
        return sum(int(value) for _name, value in rows)


@pytest.mark.parametrize("path", BOUNDS)
def test_an_administrators_page_is_bounded(large: Flask, path: str) -> None:
    assert rows_read(large, applications.signed_in(large, "admin"), path) <= BOUNDS[path]


@pytest.mark.parametrize("path", [p for p in BOUNDS if "show/5" not in p and "edit/5" not in p])
def test_a_members_page_is_bounded(large: Flask, path: str) -> None:
    assert rows_read(large, applications.signed_in(large, "sales_east"), path) <= BOUNDS[path]


def test_the_next_page_costs_no_more_than_the_first(large: Flask) -> None:
    client, path, costs = applications.signed_in(large, "admin"), "/data/customers/list/", []
    for _page in range(4):
        costs.append(rows_read(large, client, path))
        found = re.search(
            r'href="(/data/customers/list/\?[^"]*cursor=[^"]+)"[^>]*rel="next"', client.get(path).text
        )
        assert found, "a list of 20,000 customers has a next page"
        path = found[1].replace("&amp;", "&")
    assert max(costs) <= costs[0] + PAGE
