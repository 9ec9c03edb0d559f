"""A list that takes too long ends as a list: its filter stays, and it says how to narrow it down. On the server's own limit."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from html import unescape
from urllib.parse import urlencode

import pymysql
import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from models.dberrors import is_stopped
from models.exports import run_table
from tests.harness import databases
from tests.harness.applications import over_schema, send, signed_in
from tests.harness.waiting import until

TABLES = (
    "CREATE TABLE part (id INT PRIMARY KEY AUTO_INCREMENT, name VARCHAR(40), region CHAR(2), KEY by_region (region))",
    "INSERT INTO part (name, region) SELECT CONCAT('part ', seq), 'HD' FROM seq_1_to_300",
    "CREATE VIEW slow_part AS SELECT id, name, region, SLEEP(0.05) AS pause FROM part",
)
RUN = "0123456789abcdef"
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


def test_words_inside_that_took_too_long_lead_to_the_search_index(app: Flask) -> None:
    inside = urlencode({"filter": '{"field":"name","op":"contains","value":"part"}', "columns": "id,pause"})
    page = signed_in(app, "admin").get(f"/data/slow-part/list/?{inside}").get_data(as_text=True)
    assert "This took too long and was stopped" in page
    assert "inside words" in page


def test_the_same_rows_are_there_without_the_slow_column(app: Flask) -> None:
    answer = signed_in(app, "admin").get(address(columns="id,name"))
    assert answer.status_code == 200
    assert "part 1" in answer.get_data(as_text=True)


def test_the_api_says_narrow_too(app: Flask) -> None:
    answer = signed_in(app, "admin").get("/api/v1/data/slow-part/?fields=id,pause")
    assert answer.status_code == 503
    assert "Narrow it down" in answer.get_json()["detail"]


def test_a_cancelled_export_ends_its_statement_at_the_server(app: Flask, mariadb_url: str) -> None:
    """Each batch sleeps for fifteen seconds: only an end at the server can be as quick as this."""
    client, answers = signed_in(app, "admin"), []
    path = f"/data/slow-part/export/?run={RUN}&columns=id,pause"
    asking = threading.Thread(target=lambda: answers.append(client.get(path)))
    asking.start()
    number = until(lambda: running_number(app))
    watched = (
        f"SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE ID = {number} AND INFO LIKE '%pause%'"
    )
    until(lambda: databases.execute(mariadb_url, watched)[0][0])
    began = time.monotonic()
    assert send(signed_in(app, "admin"), f"/data/slow-part/exports/{RUN}/cancel").status_code == 302
    asking.join(timeout=10)
    assert not asking.is_alive()
    assert time.monotonic() - began < 8
    assert "You cancelled this export" in answers[0].get_data(as_text=True)
    left = f"SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE ID = {number}"
    assert until(lambda: databases.execute(mariadb_url, left)[0][0] == 0), (
        "its connection is nobody's afterwards"
    )


def running_number(app: Flask) -> int | None:
    with app.extensions["veneer"].engine.connect() as connection:
        found = select(run_table.c.connection).where(run_table.c.id == RUN)
        return connection.execute(found).scalar()


def test_a_statement_that_is_stopped_while_it_sorts_is_stopped_too() -> None:
    """Seen on ten million rows: the server has a number of its own for it, which a full disk shares."""
    sorting = "Sort aborted: Query execution was interrupted (max_statement_time exceeded)"
    for text, is_meant in ((sorting, True), ("Sort aborted: No space left on device", False)):
        error = OperationalError("SELECT", {}, pymysql.err.OperationalError(1028, text))
        assert is_stopped(error) is is_meant
