"""A list that takes too long ends as a list: its filter stays, and it says how to narrow it down. On the server's own limit."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import urlencode

import pytest
from flask import Flask

from tests.harness import databases
from tests.harness.applications import over_schema, signed_in

TABLES = (
    "CREATE TABLE part (id INT PRIMARY KEY AUTO_INCREMENT, name VARCHAR(40), region CHAR(2), KEY by_region (region))",
    "INSERT INTO part (name, region) SELECT CONCAT('part ', seq), 'HD' FROM seq_1_to_300",
    "CREATE VIEW slow_part AS SELECT id, name, region, SLEEP(0.05) AS pause FROM part",
)
FILTER = '{"field":"region","op":"eq","value":"HD"}'


@pytest.fixture(scope="module")
def app(mariadb_url: str, mariadb_module_database: str) -> Iterator[Flask]:
    databases.execute(databases.url_of(mariadb_url, mariadb_module_database), *TABLES)
    with over_schema(mariadb_url, mariadb_module_database, PAGE_STATEMENT_SECONDS="1") as made:
        yield made


def address(**words: str) -> str:
    return f"/data/slow-part/list/?{urlencode({'filter': FILTER, **words})}"


@pytest.mark.parametrize("partial", [False, True])
def test_the_frame_and_the_filter_stay(app: Flask, partial: bool) -> None:
    headers = {"HX-Request": "true", "HX-Target": "rows"} if partial else {}
    answer = signed_in(app, "admin").get(address(columns="id,pause"), headers=headers)
    page = unescape(answer.get_data(as_text=True))
    assert answer.status_code == 503
    assert ("<html" in page) is not partial
    assert "This took too long and was stopped" in page
    assert "Narrow it down" in page
    assert len(re.findall('class="chip-remove"', page)) == 1
    assert "SELECT" not in page


def test_the_same_rows_are_there_without_the_slow_column(app: Flask) -> None:
    answer = signed_in(app, "admin").get(address(columns="id,name"))
    assert answer.status_code == 200
    assert "part 1" in answer.get_data(as_text=True)


def test_the_api_says_narrow_too(app: Flask) -> None:
    answer = signed_in(app, "admin").get("/api/v1/data/slow-part/?fields=id,pause")
    assert answer.status_code == 503
    assert "Narrow it down" in answer.get_json()["detail"]
